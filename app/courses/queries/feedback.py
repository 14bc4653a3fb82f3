"""What participants are asked and say of some dates: never who said what."""

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.courses.models import CourseRun, Enrolment, Feedback, Meeting, Teaching
from app.courses.states import EnrolmentState
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.states import OpportunityState


def feedback_of(run_id: int) -> Select[Feedback]:
    """What is asked of the participants of some dates, with its questions."""
    return (
        select(Feedback)
        .where(Feedback.run_id == run_id)
        .options(selectinload(Feedback.questions))
        .execution_options(populate_existing=True)
    )


def feedback_visible_to(actor: Actor) -> Select[Feedback]:
    """That of one's centre, and that of dates at which one teaches."""
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    teaches = (
        select(Teaching.id)
        .join(Teaching.meeting)
        .where(Meeting.run_id == Feedback.run_id, Teaching.person_id == actor.user_id)
    )
    return (
        select(Feedback)
        .join(Feedback.run)
        .where(or_(CourseRun.organisation_id.in_(centres), teaches.exists()))
    )


def feedback_to_read(actor: Actor, feedback_id: int) -> Select[Feedback]:
    return (
        feedback_visible_to(actor)
        .where(Feedback.id == feedback_id)
        .options(
            selectinload(Feedback.questions),
            joinedload(Feedback.run).selectinload(CourseRun.texts),
            joinedload(Feedback.run)
            .selectinload(CourseRun.meetings)
            .selectinload(Meeting.teachings),
        )
    )


def number_answered(session: Session, run_id: int) -> int:
    query = select(func.count()).where(
        Enrolment.run_id == run_id, Enrolment.gave_feedback.is_(True)
    )
    return session.scalar(query) or 0


def _due(now: datetime) -> Select[Feedback]:
    """Where the last meeting is over."""
    last = (
        select(func.max(Meeting.ends_at))
        .where(Meeting.run_id == Feedback.run_id, Meeting.cancelled_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(Feedback)
        .join(Feedback.run)
        .where(CourseRun.state != OpportunityState.CANCELLED, last < now)
        .options(joinedload(Feedback.run))
        .order_by(Feedback.id)
        .with_for_update(of=Feedback, skip_locked=True)
    )


def feedback_to_ask_for(now: datetime) -> Select[Feedback]:
    return _due(now).where(Feedback.asked_at.is_(None), Feedback.closes_at > now)


def feedback_to_remind_of(now: datetime, before: datetime) -> Select[Feedback]:
    """Asked for, not reminded of yet, and closing before this moment."""
    return _due(now).where(
        Feedback.asked_at.is_not(None),
        Feedback.reminded_at.is_(None),
        Feedback.closes_at > now,
        Feedback.closes_at < before,
    )


def feedback_to_tell_of(now: datetime) -> Select[Feedback]:
    return _due(now).where(Feedback.told_at.is_(None), Feedback.closes_at < now)


def people_to_answer(run_id: int) -> Select[Enrolment, User]:
    """Who has a seat and has not answered."""
    return (
        select(Enrolment, User)
        .join(Enrolment.person)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.state == EnrolmentState.ACCEPTED,
            Enrolment.gave_feedback.is_(False),
        )
        .order_by(Enrolment.id)
    )


def people_who_teach(run_id: int) -> Select[User]:
    teaching = select(Teaching.person_id).join(Teaching.meeting).where(Meeting.run_id == run_id)
    return select(User).where(User.id.in_(teaching)).order_by(User.id)
