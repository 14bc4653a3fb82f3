"""Seats in some dates of a course: asked for, waited for, offered, held; and who is invited."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models import Application
from app.courses.models.runs import CourseRun, SeatReserve
from app.courses.states import EnrolmentFlow, EnrolmentState
from app.foundation.database import (
    Entity,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
)
from app.foundation.languages import lazy

LIVE_SQL = text("state IN ('asked', 'waiting', 'offered', 'accepted')")


class Enrolment(Entity):
    """One person in some dates. Who is accepted or was offered a seat holds it.

    `reserve_id` is the group for whose people seats are kept and to which the person belongs;
    `kept_seat` says that the seat is one of those. The line is by `asked_at`, then `id`.
    `application_id` is by what one came to selective dates: the application's state follows.
    `removed_at` is when the centre took the seat back; `gave_feedback`, that the person has said
    what they think of the course: not what, nor when.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("NOT kept_seat OR reserve_id IS NOT NULL", name="kept_for_some_group"),
        CheckConstraint(
            "state <> 'offered' OR answer_by IS NOT NULL", name="offered_with_a_moment_to_answer"
        ),
        CheckConstraint(
            "state <> 'declined' OR (decided_by_id IS NOT NULL AND reason <> '')",
            name="declined_by_someone_with_a_reason",
        ),
        CheckConstraint("removed_at IS NULL OR state = 'declined'", name="removed_is_declined"),
        Index(
            "uq__enrolment__one_live",
            "run_id",
            "person_id",
            unique=True,
            sqlite_where=LIVE_SQL,
            postgresql_where=LIVE_SQL,
        ),
        Index(
            "uq__enrolment__application",
            "application_id",
            unique=True,
            sqlite_where=LIVE_SQL,
            postgresql_where=LIVE_SQL,
        ),
        Index("ix__enrolment__line", "run_id", "state", "asked_at", "id"),
        Index("ix__enrolment__lapsing", "state", "answer_by"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    state: Mapped[EnrolmentState] = state_column(EnrolmentState, start=EnrolmentState.ASKED)
    reserve_id: Mapped[int | None] = mapped_column(ForeignKey(SeatReserve.id))
    application_id: Mapped[int | None] = mapped_column(ForeignKey(Application.id))
    kept_seat: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[Moment]
    words: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reason: Mapped[str] = mapped_column(Text, default="")
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime())
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    gave_feedback: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1)

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql")
    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    reserve: Mapped[SeatReserve | None] = relationship(lazy="raise_on_sql")


class Invitation(Entity):
    """Somebody's address may enrol in dates that are by invitation."""

    __tablename__ = "run_invitation"
    __table_args__ = (
        CheckConstraint("address = lower(address)", name="in_small_letters"),
        Index("uq__run_invitation", "run_id", "address", unique=True),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    address: Mapped[str] = mapped_column(String(320))
    invited_at: Mapped[Moment]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))


guard(Enrolment.state, EnrolmentFlow)

# The words that the triggers of migration 0026 refuse with.
say_when_refused("no_seat_is_free", lazy("No seat is free."))
say_when_refused("seats_are_taken", lazy("More seats are taken, or kept for some, than that."))
