"""Who was there, what they reached, who completed: for the centre, and for each their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.certificates.models import Certificate
from app.courses.completion import Facts
from app.courses.models import (
    Attendance,
    AttendanceSheet,
    Completion,
    CompletionRule,
    CourseRun,
    CourseVersion,
    Enrolment,
    Meeting,
    Result,
)
from app.courses.queries.runs import runs_visible_to
from app.courses.states import EnrolmentState, Presence
from app.foundation.actors import Actor
from app.opportunities.states import OpportunityState

MOST_PEOPLE = 5000


def with_seats(session: Session, run_id: int) -> list[Enrolment]:
    """Who has a seat, in the order of their names."""
    query = (
        select(Enrolment)
        .where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.ACCEPTED)
        .join(Enrolment.person)
        .options(joinedload(Enrolment.person).joinedload(User.home_institution))
        .order_by(User.sort_key, Enrolment.id)
        .limit(MOST_PEOPLE)
    )
    return list(session.scalars(query))


def numbers_of(session: Session, run_id: int) -> dict[int, int]:
    """Enrolment → its number on the sheets of a run: who asks later has a higher one, for good."""
    place = func.row_number().over(order_by=Enrolment.id)
    query = select(Enrolment.id, place).where(Enrolment.run_id == run_id)
    return {row[0]: row[1] for row in session.execute(query)}


def attendance_at(session: Session, meeting_id: int) -> dict[int, Attendance]:
    """What is known of one meeting, by enrolment."""
    found = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id))
    return {one.enrolment_id: one for one in found}


def sheet_of(meeting_id: int) -> Select[AttendanceSheet]:
    return select(AttendanceSheet).where(AttendanceSheet.meeting_id == meeting_id)


def presences(session: Session, run_id: int) -> dict[tuple[int, int], Presence]:
    """(enrolment, meeting) → was there, was not, was excused; of all meetings of a run."""
    query = (
        select(Attendance.enrolment_id, Attendance.meeting_id, Attendance.presence)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Meeting.run_id == run_id)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def results_of(session: Session, run_id: int) -> dict[int, Result]:
    query = select(Result).join(Enrolment, Enrolment.id == Result.enrolment_id)
    found = session.scalars(query.where(Enrolment.run_id == run_id))
    return {one.enrolment_id: one for one in found}


def rule_in_use(run_id: int) -> Select[CompletionRule]:
    """The newest version of a run's rule."""
    return (
        select(CompletionRule)
        .where(CompletionRule.run_id == run_id)
        .order_by(CompletionRule.number.desc())
        .limit(1)
    )


def completions_of(session: Session, run_id: int) -> dict[int, Completion]:
    query = (
        select(Completion)
        .join(Completion.enrolment)
        .where(Enrolment.run_id == run_id)
        .options(joinedload(Completion.rule))
    )
    return {one.enrolment_id: one for one in session.scalars(query)}


@dataclass(slots=True)
class Register:
    """All that is known of those with a seat in one run."""

    people: list[Enrolment]
    meetings: list[Meeting]
    presence: dict[tuple[int, int], Presence]
    results: dict[int, Result]
    missing: dict[int, int] = field(default_factory=dict)
    """Meeting → of how many people nobody has said whether they were there."""

    def facts(self, enrolment: Enrolment) -> Facts:
        seen = [self.presence.get((enrolment.id, m.id)) for m in self.meetings]
        result = self.results.get(enrolment.id)
        return Facts(
            meetings=len(self.meetings),
            present=seen.count(Presence.PRESENT),
            excused=seen.count(Presence.EXCUSED),
            result=result.result if result else None,
        )


def register_of(session: Session, run: CourseRun) -> Register:
    """The run's meetings must be loaded; those that are cancelled do not count."""
    people = with_seats(session, run.id)
    held = [m for m in run.meetings if m.cancelled_at is None]
    presence = presences(session, run.id)
    register = Register(people, held, presence, results_of(session, run.id))
    for meeting in held:
        register.missing[meeting.id] = sum((p.id, meeting.id) not in presence for p in people)
    return register


def certificates_of_run(session: Session, run_id: int) -> dict[tuple[int, str], Certificate]:
    """(holder, kind) → the certificate that still holds."""
    query = select(Certificate).where(
        Certificate.achievement_ref == f"run:{run_id}", Certificate.revoked_at.is_(None)
    )
    found = session.scalars(query)
    return {(one.holder_id, one.kind.value): one for one in found if one.holder_id}


def what_became_of(
    session: Session, actor: Actor, enrolment: Enrolment
) -> tuple[list[Attendance], Result | None, Completion | None, Sequence[Certificate]]:
    """One's own attendance, result, completion and certificates of some dates."""
    attendance = session.scalars(
        select(Attendance).where(Attendance.enrolment_id == enrolment.id)
    ).all()
    result = session.scalar(select(Result).where(Result.enrolment_id == enrolment.id))
    completion = session.scalar(
        select(Completion)
        .where(Completion.enrolment_id == enrolment.id)
        .options(joinedload(Completion.rule))
    )
    held = select(Certificate).where(
        Certificate.achievement_ref == f"run:{enrolment.run_id}",
        Certificate.holder_id == actor.user_id,
        Certificate.revoked_at.is_(None),
    )
    return (
        list(attendance),
        result,
        completion,
        session.scalars(held.order_by(Certificate.id)).all(),
    )


def _without_attendance(now: datetime) -> Select[Any]:
    """Meetings that are over and of which nobody has entered who was there."""
    coming = select(Enrolment.id).where(
        Enrolment.run_id == Meeting.run_id, Enrolment.state == EnrolmentState.ACCEPTED
    )
    sheet = select(AttendanceSheet.id).where(
        AttendanceSheet.meeting_id == Meeting.id, AttendanceSheet.version > 0
    )
    return (
        select(Meeting)
        .join(Meeting.run)
        .where(
            CourseRun.state.in_((OpportunityState.PUBLISHED, OpportunityState.CLOSED)),
            Meeting.cancelled_at.is_(None),
            Meeting.ends_at < now,
            coming.exists(),
            ~sheet.exists(),
        )
    )


def runs_to_ask_for_attendance(now: datetime, since: datetime) -> Select[int]:
    """Runs of which such a meeting has ended after `since`."""
    recent = _without_attendance(now).where(Meeting.ends_at >= since)
    return (
        recent.with_only_columns(Meeting.run_id).group_by(Meeting.run_id).order_by(Meeting.run_id)
    )


def meetings_without_attendance(session: Session, run_id: int, now: datetime) -> int:
    query = _without_attendance(now).where(Meeting.run_id == run_id)
    return session.scalar(query.with_only_columns(func.count(Meeting.id))) or 0


def run_to_certify(actor: Actor, run_id: int) -> Select[CourseRun]:
    """With what its certificates say."""
    return (
        runs_visible_to(actor)
        .where(CourseRun.id == run_id)
        .options(
            selectinload(CourseRun.meetings),
            joinedload(CourseRun.organisation),
            joinedload(CourseRun.course_version).selectinload(CourseVersion.texts),
        )
    )
