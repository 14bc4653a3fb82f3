"""Dates of courses: as their centres know them, and as the world reads them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import IN_PROGRESS, ApplicationState
from app.courses.models import (
    Course,
    CourseRun,
    CourseVersion,
    Enrolment,
    Meeting,
    SeatReserve,
    Teaching,
)
from app.courses.states import EnrolmentMode, EnrolmentState
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.queries import is_visible_to
from app.opportunities.states import OpportunityState


def runs_visible_to(actor: Actor) -> Select[CourseRun]:
    """Dates that one's own centres give, in whatever state; all of them for the secretariat."""
    if actor.is_a(Role.SECRETARIAT):
        return select(CourseRun)
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    return select(CourseRun).where(CourseRun.organisation_id.in_(centres))


def run_to_open(actor: Actor, run_id: int) -> Select[CourseRun]:
    """One run for its centre, with course, timetable, instructors and reserved seats."""
    return _whole(runs_visible_to(actor).where(CourseRun.id == run_id))


def run_with_form(actor: Actor, run_id: int) -> Select[CourseRun]:
    """Dates that people apply for, for the centre that writes their form."""
    return run_to_open(actor, run_id).where(CourseRun.enrolment_mode == EnrolmentMode.APPLICATION)


def _whole(query: Select[CourseRun]) -> Select[CourseRun]:
    return query.options(
        joinedload(CourseRun.organisation),
        joinedload(CourseRun.course_version).joinedload(CourseVersion.course),
        selectinload(CourseRun.meetings)
        .selectinload(Meeting.teachings)
        .joinedload(Teaching.person),
        selectinload(CourseRun.reserves).joinedload(SeatReserve.organisation),
    )


def runs_taught_or_given(actor: Actor) -> Select[CourseRun]:
    """Dates whose attendance and results one may enter: of one's centres, or where one teaches."""
    taught = (
        select(Meeting.run_id).join(Meeting.teachings).where(Teaching.person_id == actor.user_id)
    )
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    return select(CourseRun).where(
        or_(CourseRun.organisation_id.in_(centres), CourseRun.id.in_(taught))
    )


def run_to_enter(actor: Actor, run_id: int) -> Select[CourseRun]:
    """One run for whoever enters who was there."""
    return _whole(runs_taught_or_given(actor).where(CourseRun.id == run_id))


def meeting_to_enter(actor: Actor, run_id: int, meeting_id: int) -> Select[Meeting]:
    """One meeting for whoever enters who was there, with all who teach at these dates."""
    entered = runs_taught_or_given(actor).where(CourseRun.id == run_id)
    ids = entered.with_only_columns(CourseRun.id)
    return (
        select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.run_id.in_(ids))
        .options(
            joinedload(Meeting.run).selectinload(CourseRun.meetings).selectinload(Meeting.teachings)
        )
    )


def meeting_to_change(actor: Actor, run_id: int, meeting_id: int) -> Select[Meeting]:
    mine = runs_visible_to(actor).where(CourseRun.id == run_id).with_only_columns(CourseRun.id)
    return (
        select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.run_id.in_(mine))
        .options(joinedload(Meeting.run), selectinload(Meeting.teachings))
    )


def teaching_to_drop(actor: Actor, run_id: int, teaching_id: int) -> Select[Teaching]:
    mine = runs_visible_to(actor).where(CourseRun.id == run_id).with_only_columns(CourseRun.id)
    return (
        select(Teaching)
        .join(Teaching.meeting)
        .where(Teaching.id == teaching_id, Meeting.run_id.in_(mine))
        .options(joinedload(Teaching.meeting).joinedload(Meeting.run), joinedload(Teaching.person))
    )


def meetings_of(session: Session, run_id: int) -> list[Meeting]:
    query = select(Meeting).where(Meeting.run_id == run_id)
    return list(session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))


def meetings_taught_by(session: Session, person_id: int) -> list[Meeting]:
    """Where somebody teaches, in dates that take place."""
    query = (
        select(Meeting)
        .join(Meeting.teachings)
        .join(Meeting.run)
        .where(Teaching.person_id == person_id, CourseRun.state != OpportunityState.CANCELLED)
        .options(joinedload(Meeting.run))
    )
    return list(session.scalars(query).unique())


def people_of_run(
    run_id: int, states: Iterable[EnrolmentState], *, applying: bool = False
) -> Select[User]:
    """Who counts on these dates: those who teach, and those whose enrolment is in such a state.

    With `applying` also those whose application, sent or still a draft, is not decided.
    """
    teaching = select(Teaching.person_id).join(Teaching.meeting).where(Meeting.run_id == run_id)
    coming = select(Enrolment.person_id).where(
        Enrolment.run_id == run_id, Enrolment.state.in_(states)
    )
    counting = or_(User.id.in_(teaching), User.id.in_(coming))
    if applying:
        theirs = select(Application.applicant_id).where(
            Application.opportunity_id == run_id,
            Application.state.in_({ApplicationState.DRAFT, *IN_PROGRESS}),
        )
        counting = or_(counting, User.id.in_(theirs))
    return select(User).where(counting).order_by(User.id)


def next_run_ref(session: Session, now: datetime) -> str:
    """The next free number of the year: CRS-27-03."""
    prefix = f"CRS-{now.astimezone(UTC):%y}-"
    refs = session.scalars(select(Opportunity.ref).where(Opportunity.ref.startswith(prefix)))
    numbers = [int(ref.removeprefix(prefix)) for ref in refs if ref[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02}"


def runs_of_course(course_id: int) -> Select[CourseRun]:
    """All dates of a course, the latest first, with their meetings."""
    return (
        select(CourseRun)
        .join(CourseRun.course_version)
        .where(CourseVersion.course_id == course_id)
        .options(selectinload(CourseRun.meetings))
        .order_by(CourseRun.closes_sort.desc(), CourseRun.id.desc())
        .limit(100)
    )


def published_runs_of_course(course_id: int, now: datetime) -> Select[CourseRun]:
    """What one may enrol in, now or soon, the next to close first."""
    return (
        runs_of_course(course_id)
        .where(CourseRun.state == OpportunityState.PUBLISHED, CourseRun.closes_at >= now)
        .order_by(None)
        .order_by(CourseRun.closes_sort, CourseRun.id)
        .limit(20)
    )


def run_page(actor: Actor, ref: str) -> Select[CourseRun]:
    """Dates by their address, for whoever may see them."""
    return (
        select(CourseRun)
        .where(CourseRun.ref == ref, is_visible_to(actor, CourseRun))
        .options(
            joinedload(CourseRun.organisation),
            joinedload(CourseRun.course_version)
            .joinedload(CourseVersion.course)
            .joinedload(Course.organisation),
            selectinload(CourseRun.texts),
            selectinload(CourseRun.meetings)
            .selectinload(Meeting.teachings)
            .joinedload(Teaching.person),
            selectinload(CourseRun.reserves).joinedload(SeatReserve.organisation),
        )
    )


def runs_past_deadline(now: datetime) -> Select[CourseRun]:
    """Published dates whose last moment to enrol is over."""
    return (
        select(CourseRun)
        .where(CourseRun.state == OpportunityState.PUBLISHED, CourseRun.closes_sort < now)
        .order_by(CourseRun.id)
    )
