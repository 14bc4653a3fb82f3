"""Seats: who holds, waits and asks; whose time to answer is over; one's own courses."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.courses.models import (
    Course,
    CourseRun,
    CourseVersion,
    Enrolment,
    Invitation,
    Meeting,
    SeatReserve,
)
from app.courses.states import HOLDS_A_SEAT, LIVE, EnrolmentState
from app.courses.waitlist import Group
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.queries import is_visible_to, title_in
from app.organisations.models import Organisation


def enrolments_visible_to(actor: Actor) -> Select[Enrolment]:
    """One's own, and those in the dates of one's centre."""
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    return (
        select(Enrolment)
        .join(Enrolment.run)
        .where(or_(Enrolment.person_id == actor.user_id, CourseRun.organisation_id.in_(centres)))
    )


def run_to_enrol_in(actor: Actor, run_id: int) -> Select[CourseRun]:
    visible = is_visible_to(actor, CourseRun)
    return select(CourseRun).where(
        CourseRun.id == run_id, visible, CourseRun.published_at.is_not(None)
    )


def run_held(run_id: int) -> Select[CourseRun]:
    """The run, locked and read anew: the first thing that every verb about seats does."""
    return (
        select(CourseRun)
        .where(CourseRun.id == run_id)
        .with_for_update(of=CourseRun)
        .execution_options(populate_existing=True)
    )


def run_of_enrolment(actor: Actor, enrolment_id: int) -> Select[int]:
    visible = enrolments_visible_to(actor).where(Enrolment.id == enrolment_id)
    return visible.with_only_columns(Enrolment.run_id)


def enrolment_to_answer(actor: Actor, enrolment_id: int) -> Select[Enrolment]:
    return (
        enrolments_visible_to(actor)
        .where(Enrolment.id == enrolment_id)
        .options(joinedload(Enrolment.run))
        .execution_options(populate_existing=True)
    )


def person_enrolling(actor: Actor) -> Select[User]:
    return select(User).where(User.id == actor.user_id).options(selectinload(User.nationalities))


def person_of(enrolment: Enrolment) -> Select[User]:
    return select(User).where(User.id == enrolment.person_id)


def person_to_admit(person_id: int) -> Select[User]:
    return select(User).where(User.id == person_id).options(selectinload(User.nationalities))


def application_held(application_id: int) -> Select[Application]:
    """The application by which somebody came, locked after the run."""
    return (
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )


def enrolment_of_application(application_id: int) -> Select[Enrolment]:
    """What an application for dates holds, if it holds something."""
    return select(Enrolment).where(
        Enrolment.application_id == application_id, Enrolment.state.in_(LIVE)
    )


def number_listed(session: Session, run_id: int) -> int:
    """How many people are on the shortlist of selective dates."""
    query = select(func.count()).where(
        Application.opportunity_id == run_id, Application.state == ApplicationState.SHORTLISTED
    )
    return session.scalar(query) or 0


def shortlist_of(session: Session, run_id: int) -> list[Row[Any]]:
    """Who may be given a seat in selective dates, by name."""
    query = (
        select(
            Application.id, Application.ref, Application.applicant_name, Application.country_code
        )
        .where(
            Application.opportunity_id == run_id,
            Application.state == ApplicationState.SHORTLISTED,
        )
        .order_by(Application.sort_key, Application.id)
        .limit(500)
    )
    return list(session.execute(query))


def live_enrolment(run_id: int, person_id: int | None) -> Select[Enrolment]:
    return select(Enrolment).where(
        Enrolment.run_id == run_id, Enrolment.person_id == person_id, Enrolment.state.in_(LIVE)
    )


def was_removed(session: Session, run_id: int, person_id: int) -> bool:
    """Whether the centre once took a seat in these dates back from this person."""
    query = select(Enrolment.id).where(
        Enrolment.run_id == run_id,
        Enrolment.person_id == person_id,
        Enrolment.removed_at.is_not(None),
    )
    return session.scalar(query.limit(1)) is not None


def is_invited(session: Session, run_id: int, address: str) -> bool:
    query = select(Invitation.id).where(
        Invitation.run_id == run_id, Invitation.address == address.lower()
    )
    return session.scalar(query) is not None


def addresses_invited(session: Session, run_id: int) -> list[str]:
    query = select(Invitation.address).where(Invitation.run_id == run_id)
    return list(session.scalars(query.order_by(Invitation.id)))


def languages_of(session: Session, addresses: Iterable[str]) -> dict[str, str]:
    """The language of each of these people who signs in here."""
    rows = session.execute(
        select(func.lower(User.email), User.locale).where(
            func.lower(User.email).in_(list(addresses))
        )
    )
    return {row[0]: row[1] for row in rows}


def group_of(session: Session, run_id: int, person: User) -> int | None:
    """The group with kept seats that this person belongs to: the own institution's first."""
    countries = {nationality.country_code for nationality in person.nationalities}
    if person.residence_code:
        countries.add(person.residence_code)
    query = (
        select(SeatReserve.id)
        .where(
            SeatReserve.run_id == run_id,
            or_(
                # Not `==`: of somebody without an institution that would ask for NULL.
                SeatReserve.organisation_id.in_([person.home_institution_id or 0]),
                SeatReserve.country_code.in_(sorted(countries)),
            ),
        )
        .order_by(SeatReserve.organisation_id.is_(None), SeatReserve.id)
        .limit(1)
    )
    return session.scalar(query)


def seats_kept_and_held(session: Session, run_id: int) -> tuple[dict[int, int], dict[Group, int]]:
    """How many seats are kept for each group, and how many are held in each pool."""
    kept = session.execute(
        select(SeatReserve.id, SeatReserve.seats).where(SeatReserve.run_id == run_id)
    )
    pool = case((Enrolment.kept_seat, Enrolment.reserve_id), else_=None)
    held = session.execute(
        select(pool.label("pool"), func.count())
        .where(Enrolment.run_id == run_id, Enrolment.state.in_(HOLDS_A_SEAT))
        .group_by(pool)
    )
    return {row[0]: row[1] for row in kept}, {row[0]: row[1] for row in held}


def line_of(session: Session, run_id: int) -> list[tuple[int, Group]]:
    """Who waits, in order: enrolment and group."""
    query = (
        select(Enrolment.id, Enrolment.reserve_id)
        .where(Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITING)
        .order_by(Enrolment.asked_at, Enrolment.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def first_meeting_at(session: Session, run_id: int) -> datetime | None:
    return session.scalar(
        select(func.min(Meeting.starts_at)).where(
            Meeting.run_id == run_id, Meeting.cancelled_at.is_(None)
        )
    )


def number_asking(session: Session, run_id: int) -> int:
    query = select(func.count()).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.ASKED
    )
    return session.scalar(query) or 0


def runs_with_seats_to_lapse(now: datetime, limit: int) -> Select[int]:
    """In ascending order, as all who hold several runs at once take them."""
    return (
        select(Enrolment.run_id)
        .where(Enrolment.state == EnrolmentState.OFFERED, Enrolment.answer_by < now)
        .group_by(Enrolment.run_id)
        .order_by(Enrolment.run_id)
        .limit(limit)
    )


def seats_to_lapse(run_id: int, now: datetime) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .where(
            Enrolment.run_id == run_id,
            Enrolment.state == EnrolmentState.OFFERED,
            Enrolment.answer_by < now,
        )
        .order_by(Enrolment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def seats_to_remind_of(now: datetime, limit: int) -> Select[Enrolment]:
    """Offered seats of whose day to answer nobody was reminded yet, though it is time."""
    return (
        select(Enrolment)
        .where(
            Enrolment.state == EnrolmentState.OFFERED,
            Enrolment.reminded_at.is_(None),
            Enrolment.remind_at < now,
            Enrolment.answer_by > now,
        )
        .order_by(Enrolment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def roster(session: Session, run_id: int) -> list[Enrolment]:
    """Everybody of some dates, in the order in which they asked."""
    query = (
        select(Enrolment)
        .where(Enrolment.run_id == run_id)
        .options(
            joinedload(Enrolment.person).joinedload(User.home_institution),
            joinedload(Enrolment.person).selectinload(User.nationalities),
            joinedload(Enrolment.reserve).joinedload(SeatReserve.organisation),
        )
        .order_by(Enrolment.asked_at, Enrolment.id)
        .limit(2000)
    )
    return list(session.scalars(query))


def place_in_line(session: Session, enrolment: Enrolment) -> int:
    """How many are before this one, and itself."""
    before = select(func.count()).where(
        Enrolment.run_id == enrolment.run_id,
        Enrolment.state == EnrolmentState.WAITING,
        or_(
            Enrolment.asked_at < enrolment.asked_at,
            and_(Enrolment.asked_at == enrolment.asked_at, Enrolment.id <= enrolment.id),
        ),
    )
    return session.scalar(before) or 0


def my_courses(session: Session, actor: Actor, locale: str) -> list[Row[Any]]:
    """One's seats and requests, the next to begin first, those that ended last."""
    live = Enrolment.state.in_(LIVE)
    query = (
        select(
            Enrolment.id,
            Enrolment.state,
            Enrolment.answer_by,
            Enrolment.removed_at,
            Enrolment.reason,
            CourseRun.ref,
            CourseRun.zone,
            CourseRun.mode,
            CourseRun.starts_on,
            CourseRun.ends_on,
            CourseRun.state.label("run_state"),
            Organisation.name.label("centre"),
            *title_in(locale),
        )
        .select_from(Enrolment)
        .join(CourseRun, CourseRun.id == Enrolment.run_id)
        .join(Organisation, Organisation.id == CourseRun.organisation_id)
        .where(Enrolment.person_id == actor.user_id)
        .order_by(live.desc(), CourseRun.starts_on, Enrolment.id.desc())
        .limit(100)
    )
    return list(session.execute(query))


def my_enrolment(actor: Actor, enrolment_id: int) -> Select[Enrolment]:
    """One's own, with all that its page shows."""
    run = joinedload(Enrolment.run)
    return (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.person_id == actor.user_id)
        .options(
            run.joinedload(CourseRun.organisation),
            run.selectinload(CourseRun.texts),
            run.selectinload(CourseRun.meetings),
            run.joinedload(CourseRun.course_version)
            .joinedload(CourseVersion.course)
            .joinedload(Course.organisation),
        )
    )


def runs_beyond_their_seats() -> Select[int, int, int]:
    """What must never be: dates that hold more people than they have seats."""
    held = (
        select(func.count(Enrolment.id))
        .where(Enrolment.run_id == CourseRun.id, Enrolment.state.in_(HOLDS_A_SEAT))
        .correlate(CourseRun)
        .scalar_subquery()
    )
    return select(CourseRun.id, CourseRun.capacity, held).where(held > CourseRun.capacity)


def full_runs(session: Session, run_ids: Collection[int]) -> set[int]:
    """Those of these dates in which no seat is free."""
    held = (
        select(func.count(Enrolment.id))
        .where(Enrolment.run_id == CourseRun.id, Enrolment.state.in_(HOLDS_A_SEAT))
        .correlate(CourseRun)
        .scalar_subquery()
    )
    query = select(CourseRun.id).where(CourseRun.id.in_(run_ids), held >= CourseRun.capacity)
    return set(session.scalars(query))
