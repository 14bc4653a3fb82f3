"""What a university tells its partners: facts, academic calendar, and courses to choose from."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import Entity, Locale, Moment, Name
from app.organisations.models import Organisation


class PartnerFacts(Entity):
    """The fact sheet of a university, in the one language it was written in (`locale`)."""

    __tablename__ = "partner_facts"
    __table_args__ = (
        CheckConstraint("decision_weeks BETWEEN 0 AND 52", name="decision_weeks"),
        CheckConstraint("transcript_weeks BETWEEN 0 AND 52", name="transcript_weeks"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), unique=True)
    locale: Mapped[Locale] = mapped_column(default="en")
    contact: Mapped[str] = mapped_column(String(320), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    decision_weeks: Mapped[int | None]
    transcript_weeks: Mapped[int | None]
    recognition_weeks: Mapped[int | None]
    housing: Mapped[str] = mapped_column(Text, default="")
    housing_link: Mapped[str] = mapped_column(String(500), default="")
    visa: Mapped[str] = mapped_column(Text, default="")
    visa_link: Mapped[str] = mapped_column(String(500), default="")
    insurance: Mapped[str] = mapped_column(Text, default="")
    insurance_link: Mapped[str] = mapped_column(String(500), default="")
    access: Mapped[str] = mapped_column(Text, default="")
    access_contact: Mapped[str] = mapped_column(String(320), default="")
    changed_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class AcademicTerm(Entity):
    """A term of a university: teaching, exams, and until when partners nominate for it.

    `year` is the one in which its academic year begins. Days end by the university's own clock.
    """

    __tablename__ = "academic_term"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="begins_before_it_ends"),
        CheckConstraint(
            "(exams_from IS NULL) = (exams_until IS NULL)", name="exams_have_both_days"
        ),
        CheckConstraint("exams_from <= exams_until", name="exams_in_order"),
        CheckConstraint("first_on <= exams_from", name="exams_after_the_first_day"),
        CheckConstraint("year BETWEEN 1900 AND 2200", name="year_in_reach"),
        Index("uq__academic_term", "organisation_id", "year", "name", unique=True),
        Index("ix__academic_term__calendar", "organisation_id", "first_on", "id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    first_on: Mapped[date]
    last_on: Mapped[date]
    exams_from: Mapped[date | None]
    exams_until: Mapped[date | None]
    nominate_by: Mapped[date | None]
    apply_by: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    courses: Mapped[list["HostCourse"]] = relationship(
        lazy="raise_on_sql", order_by="HostCourse.code", back_populates="term"
    )

    @property
    def ends_on(self) -> date:
        """The last day somebody has to be there: of exams, where they are after the teaching."""
        return max(self.last_on, self.exams_until or self.last_on)


class HostCourse(Entity):
    """A course that students of partners may choose in a term: lines of learning agreements.

    Credits are in hundredths of one, in the system `credit_system`. `title` is the English one.
    """

    __tablename__ = "host_course"
    __table_args__ = (
        CheckConstraint("credit_hundredths BETWEEN 1 AND 100000", name="some_credits"),
        CheckConstraint("level BETWEEN 5 AND 8", name="level_of_study"),
        CheckConstraint(
            "(own_title = '') = (own_title_lang = '')", name="own_title_in_some_language"
        ),
        Index("uq__host_course", "term_id", "code", unique=True),
    )

    term_id: Mapped[int] = mapped_column(ForeignKey(AcademicTerm.id, ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[Name]
    own_title: Mapped[str] = mapped_column(String(300), default="")
    own_title_lang: Mapped[Locale] = mapped_column(default="")
    credit_hundredths: Mapped[int]
    credit_system: Mapped[str] = mapped_column(String(20))
    level: Mapped[int]
    language: Mapped[Locale]
    version: Mapped[int] = mapped_column(default=1)

    term: Mapped[AcademicTerm] = relationship(lazy="raise_on_sql", back_populates="courses")
