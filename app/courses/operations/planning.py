"""Dates of a course: planned, given seats and a window, published, closed, cancelled."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from app.applications.operations.form_versions import refuse_without_form, take_applications
from app.audit.record import record
from app.courses import policy, queries, timetable
from app.courses.messages import DatesCancelled
from app.courses.models import Course, CourseRun, CourseVersion, SeatReserve
from app.courses.operations.applying import refuse_ways_without_nominators
from app.courses.operations.enrolling import promote
from app.courses.operations.telling import tell_everybody
from app.courses.states import LIVE, CourseState, EnrolmentMode, Mode, Stage
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import is_zone
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.tasks import close_tasks_of
from app.opportunities.deadlines import NEVER, instant_of
from app.opportunities.models import OpportunityText, Place
from app.opportunities.operations import show_in_catalogue
from app.opportunities.states import OpportunityFlow, OpportunityState, PlaceState

MOST_SEATS = 5000
LINK = re.compile(r"https://[^\s<>\"]{3,490}")


@dataclass(frozen=True, slots=True)
class RunTerms:
    """How some dates are given; wall times as clocks of `zone` show them: `2027-01-14T18:00`."""

    mode: Mode
    zone: str
    capacity: int
    enrolment_mode: EnrolmentMode
    closes_wall: str
    opens_wall: str | None = None
    promote_until_wall: str | None = None
    hours_to_answer: int = 48
    venue: str = ""
    join_url: str = ""
    contact: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reserve:
    """So many seats for the people of one organisation or of one country."""

    seats: int
    organisation_id: int | None = None
    country_code: str | None = None


def plan_run(work: Work, course: Course, terms: RunTerms, *, request_key: str = "") -> CourseRun:
    """Plan dates of the published version of a course. Needs the course's organisation loaded."""
    policy.EDIT.require(work.actor, course)
    earlier = earlier_result(work, "plan run", request_key)
    if earlier is not None:
        return work.session.get_one(CourseRun, earlier)
    if course.state is not CourseState.PUBLISHED:
        raise RuleBroken(_("Publish the course first; then it can have dates."))
    version = work.session.scalars(queries.published_version(course)).one()
    original = next(text for text in version.texts if text.is_original)

    run = CourseRun(
        ref=queries.next_run_ref(work.session, work.now),
        title=original.title,
        summary=original.summary,
        original_locale=original.locale,
        organisation_id=course.organisation_id,
        course_version_id=version.id,
        tracks=list(version.tracks),
        competencies=list(version.competencies),
        languages=list(version.languages),
        costs_nothing=version.fee_amount == 0,
        grace_minutes=0,
        closes_sort=NEVER,
    )
    _write(run, terms)
    work.session.add(run)
    work.session.flush()
    _copy_texts(work, run, version)
    work.session.add(
        Place(
            opportunity_id=run.id,
            host_id=course.organisation_id,
            seats=run.capacity,
            state=PlaceState.CONFIRMED,
            answered_by_id=work.actor.user_id,
            answered_at=work.now,
        )
    )
    remember_result(work, "plan run", request_key, run.id)

    record(work, "run.planned", run, title=run.title)
    return run


def _copy_texts(work: Work, run: CourseRun, version: CourseVersion) -> None:
    """What readers of the catalogue read is what the version says, in each of its languages."""
    work.session.add_all(
        OpportunityText(
            opportunity_id=run.id,
            locale=text.locale,
            is_original=text.is_original,
            title=text.title,
            summary=text.summary,
            description=text.objectives,
            who_may_apply=text.prerequisites,
        )
        for text in version.texts
    )


def save_run(work: Work, run: CourseRun, terms: RunTerms, *, version: int | None) -> None:
    """Change how some dates are given; once they are published, the window only grows."""
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    before = Published(run.opens_at, run.closes_at or NEVER, run.capacity, _fixed(run))
    work.edit(run, version)

    _write(run, terms)
    if run.published_at is not None:
        _refuse_narrower(run, before)
    place = work.session.scalars(select(Place).where(Place.opportunity_id == run.id)).one()
    place.seats = run.capacity
    follow_meetings(work, run)
    show_in_catalogue(work, run)
    promote(work, run)

    record(work, "run.saved", run)


def _write(run: CourseRun, terms: RunTerms) -> None:
    """Keep the terms, having refused what makes no sense."""
    if not is_zone(terms.zone):
        raise RuleBroken(_("Choose the city whose clock counts."))
    if not 1 <= terms.capacity <= MOST_SEATS:
        raise RuleBroken(_("Write how many seats there are, from 1 to %(most)s.", most=MOST_SEATS))
    if terms.mode is not Mode.ONLINE and not terms.venue.strip():
        raise RuleBroken(_("Say where people meet."))
    refuse_odd_link(terms.join_url)
    closes_at = instant_of(terms.closes_wall, terms.zone)
    opens_at = instant_of(terms.opens_wall, terms.zone) if terms.opens_wall else None
    if opens_at is not None and opens_at >= closes_at:
        raise RuleBroken(_("Enrolment must open before it closes."))
    run.mode, run.zone, run.capacity = terms.mode, terms.zone, terms.capacity
    run.online = terms.mode is not Mode.ON_SITE
    run.enrolment_mode, run.hours_to_answer = terms.enrolment_mode, terms.hours_to_answer
    run.venue, run.join_url = terms.venue, terms.join_url
    run.contact, run.note = terms.contact, terms.note
    run.opens_at = opens_at or (run.opens_at if run.published_at else None)
    run.closes_at = run.closes_sort = closes_at
    run.closes_zone, run.closes_wall = terms.zone, terms.closes_wall
    until = terms.promote_until_wall
    run.promote_until = instant_of(until, terms.zone) if until else None


class Published(NamedTuple):
    """What people count on once some dates are published."""

    opens_at: datetime | None
    closes_at: datetime
    capacity: int
    fixed: tuple[EnrolmentMode, str, Mode]


def _fixed(run: CourseRun) -> tuple[EnrolmentMode, str, Mode]:
    return run.enrolment_mode, run.zone, run.mode


def _refuse_narrower(run: CourseRun, before: Published) -> None:
    if run.closes_sort < before.closes_at:
        raise RuleBroken(_("Enrolment was announced until then: it can only be open for longer."))
    if run.opens_at != before.opens_at or _fixed(run) != before.fixed:
        raise RuleBroken(
            _("When enrolment opens, how one enrols, the clock and the form are published already.")
        )
    if run.capacity < before.capacity:
        raise RuleBroken(_("People count on these seats: there can be more, not fewer."))


def refuse_odd_link(link: str) -> None:
    if link and not LINK.fullmatch(link):
        raise RuleBroken(_("A link to join begins with https://."))


def reserve_seats(work: Work, run: CourseRun, reserves: list[Reserve]) -> None:
    """Keep seats for organisations or countries, until these dates are published."""
    policy.EDIT_RUN.require(work.actor, run)
    if run.state is not OpportunityState.DRAFT:
        raise RuleBroken(_("For whom seats are kept is said before the dates are published."))
    named = [(one.organisation_id, one.country_code) for one in reserves]
    if len(set(named)) < len(named):
        raise RuleBroken(_("Name each organisation and each country once."))
    if any(one.seats < 1 for one in reserves):
        raise RuleBroken(_("Keep at least one seat, or none at all."))
    if sum(one.seats for one in reserves) > run.capacity:
        raise RuleBroken(_("More seats are kept for some than there are altogether."))
    work.session.execute(delete(SeatReserve).where(SeatReserve.run_id == run.id))
    work.session.add_all(
        SeatReserve(
            run_id=run.id,
            organisation_id=one.organisation_id,
            country_code=one.country_code,
            seats=one.seats,
        )
        for one in reserves
    )
    run.version += 1

    record(work, "run.seats reserved", run, seats=sum(one.seats for one in reserves))


def publish_run(work: Work, run: CourseRun, *, version: int | None = None) -> None:
    """Show these dates in the catalogue, and let people enrol from their opening on."""
    policy.EDIT_RUN.require(work.actor, run)
    if run.state is not OpportunityState.DRAFT:
        raise RuleBroken(_("Only planned dates can be published."))
    whole = timetable.span(queries.meetings_of(work.session, run.id))
    if whole is None:
        raise RuleBroken(_("Say first when people meet."))
    if run.closes_at is None or run.closes_at <= work.now:
        raise RuleBroken(_("The last moment to enrol is over. Choose a later one."))
    if run.closes_at > whole[1]:
        raise RuleBroken(_("Enrolment ends before the last meeting does."))
    if run.mode is not Mode.ON_SITE and not _joins_everywhere(work, run):
        raise RuleBroken(_("Give the link by which people join."))
    if run.takes_applications:
        refuse_without_form(work, run)
        refuse_ways_without_nominators(work, run)
    work.edit(run, version)

    OpportunityFlow.publish(run)
    run.published_at = work.now
    run.opens_at = run.opens_at or work.now
    run.promote_until = run.promote_until or whole[0]
    follow_meetings(work, run)
    show_in_catalogue(work, run)
    if run.takes_applications:
        take_applications(work, run)

    record(work, "run.published", run, closes=run.closes_wall, zone=run.closes_zone)


def _joins_everywhere(work: Work, run: CourseRun) -> bool:
    meetings = queries.meetings_of(work.session, run.id)
    return bool(run.join_url) or all(one.join_url for one in meetings)


def follow_meetings(work: Work, run: CourseRun) -> None:
    """Keep the first and the last day of the dates, as lists show and sort them."""
    whole = timetable.span(queries.meetings_of(work.session, run.id))
    days = timetable.days_of(whole, run.zone)
    run.starts_on, run.ends_on = days or (None, None)


def close_run(work: Work, run: CourseRun) -> None:
    """Take no enrolment any more; who waits may still be offered a seat until the cut-off."""
    policy.CLOSE_RUN.require(work.actor, run)
    if run.state is not OpportunityState.PUBLISHED:
        raise RuleBroken(_("Enrolment is not open."))

    OpportunityFlow.close(run)
    run.closed_at = work.now
    run.version += 1
    stamp_catalogue(work)

    record(work, "run.closed", run)


def cancel_run(work: Work, run: CourseRun, *, reason: str) -> None:
    """These dates do not take place; everybody who counts on them is told why."""
    policy.EDIT_RUN.require(work.actor, run)
    if run.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("These dates are cancelled already."))
    meetings = queries.meetings_of(work.session, run.id)
    if timetable.stage(run, meetings, work.now) is Stage.FINISHED:
        raise RuleBroken(_("These dates are over; they took place."))
    if not reason.strip():
        raise RuleBroken(_("Give the reason: it is published and sent to everybody concerned."))

    OpportunityFlow.cancel(run)
    run.cancelled_at, run.cancelled_because = work.now, reason
    run.version += 1
    for meeting in meetings:
        meeting.sequence += 1
        meeting.changed_at = work.now
    close_tasks_of(work, run.id)
    stamp_catalogue(work)

    record(work, "run.cancelled", run, reason=reason)
    said = DatesCancelled(ref=run.ref, title=run.title, reason=reason)
    tell_everybody(work, run, said, once=str(run.id), states=LIVE, applying=True)


def refuse_when_over(run: CourseRun) -> None:
    """Nothing of cancelled dates changes any more."""
    if run.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("These dates are cancelled; nothing in them can be changed any more."))
