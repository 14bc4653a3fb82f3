"""Meetings at which people check in, and who has come."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.courses.models import Attendance, CheckIn, CourseRun, Enrolment, Meeting
from app.courses.states import EnrolmentState, Presence
from app.foundation.actors import Actor
from app.opportunities.states import OpportunityState

MOST_AT_ONCE = 500


def check_in_of(meeting_id: int) -> Select[CheckIn]:
    return select(CheckIn).where(CheckIn.meeting_id == meeting_id)


def check_ins_open(now: datetime) -> Select[CheckIn]:
    """Where one can check in at this moment."""
    return (
        select(CheckIn)
        .join(CheckIn.meeting)
        .join(Meeting.run)
        .where(
            CheckIn.closed_at.is_(None),
            Meeting.cancelled_at.is_(None),
            Meeting.ends_at >= now,
            CourseRun.state.in_((OpportunityState.PUBLISHED, OpportunityState.CLOSED)),
        )
        .options(contains_eager(CheckIn.meeting).contains_eager(Meeting.run))
        .order_by(CheckIn.id)
        .limit(MOST_AT_ONCE)
    )


def own_check_ins(session: Session, actor: Actor, now: datetime) -> list[tuple[int, CheckIn]]:
    """One's own seat, and the check-in of a meeting that it is for."""
    query = (
        check_ins_open(now)
        .join(Enrolment, Enrolment.run_id == Meeting.run_id)
        .where(Enrolment.person_id == actor.user_id, Enrolment.state == EnrolmentState.ACCEPTED)
        .add_columns(Enrolment.id)
    )
    return [(row[1], row[0]) for row in session.execute(query)]


def number_present(session: Session, meeting_id: int) -> int:
    """How many of those with a seat are there by now."""
    query = (
        select(func.count(Attendance.id))
        .join(Attendance.enrolment)
        .where(
            Attendance.meeting_id == meeting_id,
            Attendance.presence == Presence.PRESENT,
            Enrolment.state == EnrolmentState.ACCEPTED,
        )
    )
    return session.scalar(query) or 0


def number_with_seats(session: Session, run_id: int) -> int:
    query = select(func.count(Enrolment.id)).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.ACCEPTED
    )
    return session.scalar(query) or 0


def last_to_come(session: Session, meeting_id: int, most: int = 20) -> list[Attendance]:
    """Who checked in, the last one first."""
    query = (
        select(Attendance)
        .where(Attendance.meeting_id == meeting_id, Attendance.came_at.is_not(None))
        .options(joinedload(Attendance.enrolment).joinedload(Enrolment.person))
        .order_by(Attendance.came_at.desc(), Attendance.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))
