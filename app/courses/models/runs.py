"""Dates of a course: seats, the window in which one enrols, meetings, and who teaches them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models.courses import CourseVersion
from app.courses.states import EnrolmentMode, Mode
from app.foundation.database import Entity, Moment, UtcDateTime, say_when_refused, words
from app.foundation.languages import lazy
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind
from app.organisations.models import Organisation


class CourseRun(Opportunity):
    """One time that a published course is given. `capacity` is the truth about its seats.

    What it says was copied from the version when the dates were planned; `zone` is the clock of
    its timetable, `release_needed` that employers must let people go before they get a seat,
    `promote_until` the last moment at which a seat that falls free is offered to
    who waits.
    """

    __tablename__ = "course_run"
    __mapper_args__ = {"polymorphic_identity": Kind.COURSE, "polymorphic_load": "selectin"}
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 5000", name="has_some_seats"),
        CheckConstraint("hours_to_answer BETWEEN 1 AND 336", name="hours_to_answer"),
        CheckConstraint("mode = 'online' OR venue <> ''", name="a_place_unless_online"),
    )

    id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey(CourseVersion.id), index=True)
    mode: Mapped[Mode] = mapped_column(words(Mode, name="mode"))
    zone: Mapped[str] = mapped_column(String(60))
    venue: Mapped[str] = mapped_column(String(500), default="")
    join_url: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int]
    enrolment_mode: Mapped[EnrolmentMode] = mapped_column(
        words(EnrolmentMode, name="enrolment_mode")
    )
    promote_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    hours_to_answer: Mapped[int] = mapped_column(default=48)
    contact: Mapped[str] = mapped_column(String(320), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    release_needed: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))

    course_version: Mapped[CourseVersion] = relationship(lazy="raise_on_sql")
    meetings: Mapped[list["Meeting"]] = relationship(
        lazy="raise_on_sql", order_by="Meeting.starts_at", back_populates="run"
    )
    reserves: Mapped[list["SeatReserve"]] = relationship(
        lazy="raise_on_sql", order_by="SeatReserve.id"
    )

    @property
    def nowhere(self) -> bool:
        """Online alone: the catalogue names no country for it."""
        return self.mode is Mode.ONLINE

    @property
    def asks_employer(self) -> bool:
        return self.takes_applications and self.release_needed

    @property
    def takes_applications(self) -> bool:
        """Whether one comes to these dates by an application that the centre chooses."""
        return self.enrolment_mode is EnrolmentMode.APPLICATION


class Meeting(Entity):
    """One meeting: real instants, and the zone by whose clocks they were announced.

    `sequence` grows with every change (RFC 5545), so that calendars take the newer one.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        Index("ix__meeting__timetable", "run_id", "starts_at", "id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    zone: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300), default="")
    venue: Mapped[str] = mapped_column(String(500), default="")
    join_url: Mapped[str] = mapped_column(String(500), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    changed_because: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql", back_populates="meetings")
    teachings: Mapped[list["Teaching"]] = relationship(
        lazy="raise_on_sql", order_by="Teaching.id", cascade="all, delete-orphan"
    )


class Teaching(Entity):
    """Somebody teaches at a meeting; `override_reason` is why, although they teach elsewhere."""

    __tablename__ = "teaching"
    __table_args__ = (Index("uq__teaching", "meeting_id", "person_id", unique=True),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    override_reason: Mapped[str] = mapped_column(Text, default="")

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql", back_populates="teachings")
    person: Mapped[User] = relationship(lazy="raise_on_sql")


class SeatReserve(Entity):
    """Seats that are kept for the people of one organisation, or of one country."""

    __tablename__ = "seat_reserve"
    __table_args__ = (
        CheckConstraint("seats > 0", name="keeps_some_seats"),
        CheckConstraint(
            "(organisation_id IS NULL) <> (country_code IS NULL)",
            name="for_an_organisation_or_a_country",
        ),
        Index(
            "uq__seat_reserve",
            "run_id",
            sql("coalesce(organisation_id, 0)"),
            sql("coalesce(country_code, '')"),
            unique=True,
        ),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    country_code: Mapped[str | None] = mapped_column(String(2))
    seats: Mapped[int]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


# The word that the triggers of migration 0022 refuse with.
say_when_refused(
    "more_reserved_than_seats", lazy("More seats are kept for some than there are altogether.")
)
