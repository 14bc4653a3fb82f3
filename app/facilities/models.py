"""A facility, the conditions of its use, what was granted of it, and what came of that."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models import Application
from app.facilities.states import FacilityType, GrantFlow, GrantState, Per, Unit
from app.foundation.database import (
    Entity,
    Locale,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind

LIVING = "state IN ('offered', 'accepted', 'running')"


class Facility(Opportunity):
    """What a centre lets others use: `available` units in each period, `most` for one person.

    It may be used from `starts_on` to `ends_on` (the columns of every opportunity), where they are
    said. Of data sets also: the licence, whether they hold data about persons, and in which
    countries they may be used (`use_in`; none named means everywhere).
    """

    __tablename__ = "facility"
    __mapper_args__ = {"polymorphic_identity": Kind.FACILITY, "polymorphic_load": "selectin"}
    __table_args__ = (
        CheckConstraint("available BETWEEN 1 AND 1000000", name="something_is_there"),
        CheckConstraint("most BETWEEN 1 AND available", name="no_more_than_is_there"),
        CheckConstraint("days_to_answer BETWEEN 1 AND 60", name="days_to_answer"),
        CheckConstraint(
            "type = 'data set' OR (licence = '' AND NOT personal_data)", name="licence_of_data"
        ),
    )

    id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    type: Mapped[FacilityType] = mapped_column(words(FacilityType, name="type"))
    unit: Mapped[Unit] = mapped_column(words(Unit, name="unit"))
    per: Mapped[Per] = mapped_column(words(Per, name="per"))
    available: Mapped[int]
    most: Mapped[int]
    location: Mapped[str] = mapped_column(String(500), default="")
    contact: Mapped[str] = mapped_column(String(320), default="")
    licence: Mapped[str] = mapped_column(String(200), default="")
    personal_data: Mapped[bool] = mapped_column(default=False)
    use_in: Mapped[list[str]] = mapped_column(JSON, default=list)
    days_to_answer: Mapped[int] = mapped_column(default=7)

    conditions: Mapped[list["FacilityConditions"]] = relationship(
        lazy="raise_on_sql", back_populates="facility"
    )
    grants: Mapped[list["FacilityGrant"]] = relationship(
        lazy="raise_on_sql", order_by="FacilityGrant.id", back_populates="facility"
    )

    @property
    def takes_applications(self) -> bool:
        """Always: nobody uses it without having been granted some of it."""
        return True


class FacilityConditions(Entity):
    """The conditions of use as readers of one language read them."""

    __tablename__ = "facility_conditions"
    __table_args__ = (Index("uq__facility_conditions", "facility_id", "locale", unique=True),)

    facility_id: Mapped[int] = mapped_column(ForeignKey(Facility.id))
    locale: Mapped[Locale]
    words: Mapped[str] = mapped_column(Text)

    facility: Mapped[Facility] = relationship(lazy="raise_on_sql", back_populates="conditions")


class FacilityGrant(Entity):
    """So much of a facility for one person, from a day to a day; of one application at a time.

    Whose it is, of what and by which application never changes. What was agreed to stays with it:
    the conditions in the language in which they were read, and their SHA-256.
    """

    __tablename__ = "facility_grant"
    __table_args__ = (
        CheckConstraint("amount > 0", name="of_something"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        CheckConstraint(
            "state NOT IN ('accepted', 'running', 'ended')"
            " OR (accepted_at IS NOT NULL AND conditions_sha256 <> '')",
            name="agreed_to_the_conditions",
        ),
        CheckConstraint(
            "state <> 'withdrawn' OR ended_because <> '' OR ended_by_id = person_id",
            name="withdrawn_with_a_reason",
        ),
        CheckConstraint(
            "state <> 'ended' OR report_by IS NOT NULL", name="ended_with_a_report_due"
        ),
        Index(
            "uq__facility_grant__living",
            "application_id",
            unique=True,
            sqlite_where=text(LIVING),
            postgresql_where=text(LIVING),
        ),
        Index("ix__facility_grant__held", "facility_id", "state", "first_on"),
        Index("ix__facility_grant__person", "person_id", "state"),
        Index("ix__facility_grant__remind", "remind_at"),
    )

    facility_id: Mapped[int] = mapped_column(ForeignKey(Facility.id))
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    state: Mapped[GrantState] = state_column(GrantState, start=GrantState.OFFERED)
    amount: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    offered_at: Mapped[Moment]
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answer_by: Mapped[Moment]
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    conditions_locale: Mapped[Locale] = mapped_column(default="")
    conditions_words: Mapped[str] = mapped_column(Text, default="")
    conditions_sha256: Mapped[str] = mapped_column(String(64), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    ended_because: Mapped[str] = mapped_column(Text, default="")
    report_by: Mapped[date | None]
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    facility: Mapped[Facility] = relationship(lazy="raise_on_sql", back_populates="grants")
    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    report: Mapped["UseReport | None"] = relationship(lazy="raise_on_sql", back_populates="grant")


class UseReport(Entity):
    """What the person did with a grant, what came of it, and where that can be seen."""

    __tablename__ = "use_report"

    grant_id: Mapped[int] = mapped_column(ForeignKey(FacilityGrant.id), unique=True)
    done: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    sent_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    grant: Mapped[FacilityGrant] = relationship(lazy="raise_on_sql", back_populates="report")


guard(FacilityGrant.state, GrantFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused(
    "more_granted_than_there_is", lazy("On some of these days less is free than that.")
)
say_when_refused("use_is_granted", lazy("More than that is granted already."))
say_when_refused("grant_is_of_somebody_else", lazy("A grant stays with its person and facility."))
