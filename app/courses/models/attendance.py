"""What became of those who had a seat: who was there, results, who completed, and by which rule."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses import completion
from app.courses.completion import Excused
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import CourseRun, Meeting
from app.courses.states import EnteredFrom, Presence
from app.foundation.database import Entity, Moment, UtcDateTime, say_when_refused, words
from app.foundation.languages import lazy


class Attendance(Entity):
    """Whether somebody with a seat was at a meeting; no row: nobody has said yet.

    `came_at` is when the person checked in.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 1440", name="minutes_of_a_day"),
        CheckConstraint("presence <> 'excused' OR reason <> ''", name="excused_for_a_reason"),
        CheckConstraint("came_at IS NULL OR presence = 'present'", name="came_and_so_was_present"),
        Index("uq__attendance", "meeting_id", "enrolment_id", unique=True),
        Index("ix__attendance__of_person", "enrolment_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id, ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    presence: Mapped[Presence] = mapped_column(words(Presence, name="presence"))
    minutes: Mapped[int | None]
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reason: Mapped[str] = mapped_column(Text, default="")
    entered_from: Mapped[EnteredFrom] = mapped_column(words(EnteredFrom, name="entered_from"))
    entered_at: Mapped[Moment]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")


class Result(Entity):
    """What somebody reached, in percent: in a test before the course, and at its end."""

    __tablename__ = "course_result"
    __table_args__ = (
        CheckConstraint("before_course BETWEEN 0 AND 100", name="before_in_percent"),
        CheckConstraint("result BETWEEN 0 AND 100", name="result_in_percent"),
        Index("uq__course_result", "enrolment_id", unique=True),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    before_course: Mapped[int | None]
    result: Mapped[int | None]
    entered_at: Mapped[Moment]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))


class CompletionRule(Entity):
    """One version of when these dates are completed; never changed, the newest is in use."""

    __tablename__ = "completion_rule"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 100", name="share_in_percent"),
        CheckConstraint("result BETWEEN 0 AND 100", name="result_in_percent"),
        Index("uq__completion_rule", "run_id", "number", unique=True),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    number: Mapped[int]
    share: Mapped[int]
    excused: Mapped[Excused] = mapped_column(words(Excused, name="excused"))
    result: Mapped[int | None]
    saved_at: Mapped[Moment]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    @property
    def rule(self) -> completion.Rule:
        return completion.Rule(self.share, self.excused, self.result)


class Completion(Entity):
    """Whether somebody completed the course: the rule and the facts by which it was decided.

    `by_hand`: a person decided otherwise than the rule would, and said why.
    """

    __tablename__ = "completion"
    __table_args__ = (
        CheckConstraint("NOT by_hand OR reason <> ''", name="otherwise_for_a_reason"),
        Index("uq__completion", "enrolment_id", unique=True),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    rule_id: Mapped[int] = mapped_column(ForeignKey(CompletionRule.id))
    completed: Mapped[bool]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_hand: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[Moment]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")
    rule: Mapped[CompletionRule] = relationship(lazy="raise_on_sql")


class AttendanceSheet(Entity):
    """That attendance of a meeting was entered, and how often it was saved since."""

    __tablename__ = "attendance_sheet"
    __table_args__ = (Index("uq__attendance_sheet", "meeting_id", unique=True),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id, ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class CheckIn(Entity):
    """People say themselves that they are at a meeting, by the code on the screen there.

    The codes are made of `secret`; who comes more than `late_after` minutes after the beginning
    is late.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        CheckConstraint("late_after BETWEEN 0 AND 240", name="late_within_hours"),
        Index("uq__check_in", "meeting_id", unique=True),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id, ondelete="CASCADE"))
    secret: Mapped[str] = mapped_column(String(64))
    late_after: Mapped[int]
    opened_at: Mapped[Moment]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")


# The word that the triggers of migration 0032 refuse with.
say_when_refused(
    "completion_rule_stands", lazy("A rule stays as it was stated. State the next one instead.")
)
