"""Messages to the groups of some dates: who is in a group, who has it already, what was sent."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.courses.models import Attendance, Completion, Enrolment, GroupMessage
from app.courses.states import EnrolmentState, Group, Presence

MOST_SHOWN = 100


def group_of_run(run_id: int, group: Group, meeting_id: int | None = None) -> Select[Enrolment]:
    """Who is in a group, by name, with the person; excused or not, who was not there missed it."""
    state = EnrolmentState.WAITING if group is Group.WAITING else EnrolmentState.ACCEPTED
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .where(Enrolment.run_id == run_id, Enrolment.state == state)
        .options(joinedload(Enrolment.person))
        .order_by(User.sort_key, Enrolment.id)
    )
    if group is Group.COMPLETED:
        query = query.join(Completion, Completion.enrolment_id == Enrolment.id).where(
            Completion.completed.is_(True)
        )
    if group is Group.MISSED:
        query = query.join(Attendance, Attendance.enrolment_id == Enrolment.id).where(
            Attendance.meeting_id == meeting_id, Attendance.presence != Presence.PRESENT
        )
    return query


def meetings_missed(session: Session, run_id: int) -> set[int]:
    """The meetings of these dates at which somebody with a seat was not."""
    query = (
        select(Attendance.meeting_id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.state == EnrolmentState.ACCEPTED,
            Attendance.presence != Presence.PRESENT,
        )
    )
    return set(session.scalars(query.distinct()))


def group_messages_of(session: Session, run_id: int) -> Sequence[GroupMessage]:
    """What was sent, the newest first."""
    query = (
        select(GroupMessage)
        .where(GroupMessage.run_id == run_id)
        .options(joinedload(GroupMessage.sent_by), joinedload(GroupMessage.meeting))
        .order_by(GroupMessage.id.desc())
        .limit(MOST_SHOWN)
    )
    return session.scalars(query).all()
