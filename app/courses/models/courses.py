"""Courses, the versions of what they say, and what a centre wants done before it publishes."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.states import CourseFlow, CourseState, VersionFlow, VersionState
from app.foundation.database import (
    Entity,
    Locale,
    Moment,
    Name,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
)
from app.foundation.languages import lazy
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation

OPEN_SQL = sql("state IN ('draft', 'in review')")


class CentrePractice(Entity):
    """Whether a second person of this centre reads each course before it is published."""

    __tablename__ = "centre_practice"

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), unique=True)
    second_person: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class Course(Entity):
    """What a centre teaches, year after year. `title` is the newest original's, for the centre.

    Readers read version `published_number`; the centre may be writing the one after it. Nobody in
    person began what was brought in from the console. `listing_id` is its entry in the catalogue,
    where it is taken elsewhere.
    """

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint(
            "(state = 'draft') = (published_number IS NULL)", name="published_in_some_version"
        ),
        Index("uq__course", "organisation_id", "code", unique=True),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    code: Mapped[str] = mapped_column(String(30))
    original_locale: Mapped[Locale] = mapped_column(default="en")
    title: Mapped[Name]
    state: Mapped[CourseState] = state_column(CourseState, start=CourseState.DRAFT)
    published_number: Mapped[int | None]
    begun_at: Mapped[Moment]
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey(Opportunity.id), unique=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    versions: Mapped[list["CourseVersion"]] = relationship(
        lazy="raise_on_sql", order_by="CourseVersion.number", back_populates="course"
    )


class CourseVersion(Entity):
    """What a course says. Once published, neither this row nor its texts ever change.

    The fee is in the currency's smallest unit, null while nobody said. A course that is `taken_at`
    an address elsewhere is `given_by` somebody else, who may not say what we ask of our own: how
    hard it is and how long it takes are then in their words. `shaped_by` are the ids of
    all who wrote it, none of whom may be its second person.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 8", name="level_of_eight"),
        CheckConstraint("minutes > 0", name="takes_some_time"),
        CheckConstraint("fee_amount >= 0", name="fee_not_negative"),
        CheckConstraint(
            "(fee_amount IS NULL OR fee_amount = 0) = (fee_currency IS NULL)",
            name="a_fee_has_a_currency",
        ),
        CheckConstraint(
            "state <> 'published' OR (published_at IS NOT NULL AND (taken_at <> '' OR"
            " (level IS NOT NULL AND field_code IS NOT NULL AND minutes IS NOT NULL"
            " AND fee_amount IS NOT NULL)))",
            name="published_whole",
        ),
        CheckConstraint("(taken_at = '') = (given_by = '')", name="elsewhere_is_with_somebody"),
        CheckConstraint(
            "difficulty IN ('', 'beginner', 'intermediate', 'advanced')", name="difficulty"
        ),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("state <> 'in review' OR sent_by_id IS NOT NULL", name="sent_by_someone"),
        CheckConstraint("checked_by_id <> sent_by_id", name="checked_by_another"),
        Index("uq__course_version", "course_id", "number", unique=True),
        Index(
            "uq__course_version__one_open",
            "course_id",
            unique=True,
            sqlite_where=OPEN_SQL,
            postgresql_where=OPEN_SQL,
        ),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    number: Mapped[int]
    state: Mapped[VersionState] = state_column(VersionState, start=VersionState.DRAFT)
    level: Mapped[int | None]
    field_code: Mapped[str | None] = mapped_column(String(4))
    minutes: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    tracks: Mapped[list[str]] = mapped_column(JSON, default=list)
    competencies: Mapped[list[str]] = mapped_column(JSON, default=list)
    fee_amount: Mapped[int | None] = mapped_column(BigInteger)
    fee_currency: Mapped[str | None] = mapped_column(String(3))
    licence: Mapped[str] = mapped_column(String(40), default="")
    taken_at: Mapped[str] = mapped_column(String(2000), default="")
    given_by: Mapped[str] = mapped_column(String(300), default="")
    difficulty: Mapped[str] = mapped_column(String(20), default="")
    length: Mapped[str] = mapped_column(String(100), default="")
    costs_something: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    shaped_by: Mapped[list[int]] = mapped_column(JSON, default=list)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    sent_back_because: Mapped[str] = mapped_column(Text, default="")
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    course: Mapped[Course] = relationship(lazy="raise_on_sql", back_populates="versions")
    texts: Mapped[list["CourseText"]] = relationship(
        lazy="raise_on_sql", order_by="CourseText.id", cascade="all, delete-orphan"
    )


class CourseText(Entity):
    """A version as readers of one language read it; one row of each version is the original."""

    __tablename__ = "course_text"
    __table_args__ = (Index("uq__course_text", "version_id", "locale", unique=True),)

    version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id, ondelete="CASCADE"))
    locale: Mapped[Locale]
    is_original: Mapped[bool]
    title: Mapped[Name]
    summary: Mapped[str] = mapped_column(Text, default="")
    objectives: Mapped[str] = mapped_column(Text, default="")
    prerequisites: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


guard(Course.state, CourseFlow)
guard(CourseVersion.state, VersionFlow)

# The word that the triggers of migration 0020 refuse with.
say_when_refused(
    "published_course_stands",
    lazy("What was published stays as it is. Begin the next version instead."),
)
