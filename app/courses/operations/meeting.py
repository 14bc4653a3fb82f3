"""Meetings of some dates: added, moved, cancelled; who teaches them, also against a clash."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.accounts.queries import recipient
from app.audit.record import record
from app.courses import policy, queries, timetable
from app.courses.messages import InstructorNamed, MeetingCancelled, MeetingMoved
from app.courses.models import CourseRun, Meeting, Teaching
from app.courses.operations.planning import follow_meetings, refuse_odd_link, refuse_when_over
from app.courses.operations.telling import tell_everybody
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import is_zone, moment
from app.foundation.work import Work
from app.notifications.notify import notify
from app.opportunities.deadlines import instant_of
from app.opportunities.operations import show_in_catalogue


class InstructorClash(RuleBroken):
    """Somebody teaches elsewhere at that time; saying why it is all right makes it so."""


@dataclass(frozen=True, slots=True)
class MeetingTerms:
    """When and where a meeting is; wall times as clocks of `zone` show them."""

    starts_wall: str
    ends_wall: str
    zone: str
    title: str = ""
    venue: str = ""
    join_url: str = ""


def add_meetings(
    work: Work,
    run: CourseRun,
    terms: MeetingTerms,
    *,
    times: int = 1,
    days_apart: int = 7,
) -> list[Meeting]:
    """Add a meeting, or one that comes again every so many days at the same time of day."""
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    starts = datetime.fromisoformat(terms.starts_wall)
    lasts = datetime.fromisoformat(terms.ends_wall) - starts
    held = queries.meetings_of(work.session, run.id)
    if len(held) + times > timetable.MOST_MEETINGS:
        most = timetable.MOST_MEETINGS
        raise RuleBroken(_("A timetable has from 1 to %(most)s meetings.", most=most))
    made = []
    for wall in timetable.walls(starts, days_apart=days_apart, times=times):
        meeting = Meeting(run_id=run.id, sequence=0)
        again = MeetingTerms(
            starts_wall=f"{wall:%Y-%m-%dT%H:%M}",
            ends_wall=f"{wall + lasts:%Y-%m-%dT%H:%M}",
            zone=terms.zone,
            title=terms.title,
            venue=terms.venue,
            join_url=terms.join_url,
        )
        _write(meeting, again)
        made.append(meeting)
    work.session.add_all(made)
    work.session.flush()
    run.version += 1
    follow_meetings(work, run)
    show_in_catalogue(work, run)

    record(work, "run.meetings added", run, number=len(made))
    if run.published_at is not None:
        for meeting in made:
            _tell_moved(work, run, meeting, before=None)
    return made


def _write(meeting: Meeting, terms: MeetingTerms) -> None:
    if not is_zone(terms.zone):
        raise RuleBroken(_("Choose the city whose clock counts."))
    starts_at = instant_of(terms.starts_wall, terms.zone)
    ends_at = instant_of(terms.ends_wall, terms.zone)
    timetable.length(starts_at, ends_at)
    refuse_odd_link(terms.join_url)
    meeting.starts_at, meeting.ends_at, meeting.zone = starts_at, ends_at, terms.zone
    meeting.title, meeting.venue, meeting.join_url = terms.title, terms.venue, terms.join_url


def change_meeting(
    work: Work,
    meeting: Meeting,
    terms: MeetingTerms,
    *,
    reason: str = "",
    override: str = "",
    version: int | None = None,
) -> None:
    """Move one meeting or change where it is; whoever counts on it is told, and calendars too.

    Needs the teachings loaded. `override` is why its instructors may clash.
    """
    run = work.session.get_one(CourseRun, meeting.run_id)
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    if meeting.cancelled_at is not None:
        raise RuleBroken(_("This meeting is cancelled; add another one instead."))
    if run.published_at is not None and not reason.strip():
        raise RuleBroken(_("Say why: everybody who counts on this meeting is told."))
    before = (meeting.starts_at, meeting.ends_at, meeting.venue, meeting.join_url)
    work.edit(meeting, version)

    _write(meeting, terms)
    for teaching in meeting.teachings:
        _refuse_clash(work, meeting, teaching.person_id, override)
        teaching.override_reason = override or teaching.override_reason
    if before == (meeting.starts_at, meeting.ends_at, meeting.venue, meeting.join_url):
        record(work, "meeting.changed", meeting, opportunity_id=run.id)
        return
    meeting.sequence += 1
    meeting.changed_at, meeting.changed_because = work.now, reason
    follow_meetings(work, run)
    show_in_catalogue(work, run)

    record(work, "meeting.changed", meeting, opportunity_id=run.id, reason=reason)
    if run.published_at is not None:
        _tell_moved(work, run, meeting, before=before[0])


def _tell_moved(work: Work, run: CourseRun, meeting: Meeting, *, before: datetime | None) -> None:
    said = MeetingMoved(
        ref=run.ref,
        title=run.title,
        meeting=meeting.title,
        before_at=before if before != meeting.starts_at else None,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        venue=meeting.venue or run.venue,
        reason=meeting.changed_because,
    )
    tell_everybody(work, run, said, once=f"{meeting.id}:{meeting.sequence}")


def cancel_meeting(work: Work, meeting: Meeting, *, reason: str) -> None:
    """One meeting does not take place; it stays in calendars as cancelled."""
    run = work.session.get_one(CourseRun, meeting.run_id)
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    if meeting.cancelled_at is not None:
        raise RuleBroken(_("This meeting is cancelled already."))
    if meeting.ends_at <= work.now:
        raise RuleBroken(_("This meeting is over; it took place."))
    others = [m for m in queries.meetings_of(work.session, run.id) if m.id != meeting.id]
    if run.published_at is not None:
        if timetable.span(others) is None:
            raise RuleBroken(_("It is the only meeting: cancel these dates instead."))
        if not reason.strip():
            raise RuleBroken(_("Say why: everybody who counts on this meeting is told."))

    meeting.cancelled_at = meeting.changed_at = work.now
    meeting.changed_because = reason
    meeting.sequence += 1
    meeting.version += 1
    follow_meetings(work, run)
    show_in_catalogue(work, run)

    record(work, "meeting.cancelled", meeting, opportunity_id=run.id, reason=reason)
    if run.published_at is not None:
        said = MeetingCancelled(
            ref=run.ref,
            title=run.title,
            meeting=meeting.title,
            starts_at=meeting.starts_at,
            zone=meeting.zone,
            reason=reason,
        )
        tell_everybody(work, run, said, once=str(meeting.id))


def name_instructor(
    work: Work, run: CourseRun, person: User, *, meeting_id: int | None = None, override: str = ""
) -> None:
    """Somebody teaches at every meeting, or at one. Raises InstructorClash without `override`."""
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    meetings = [
        meeting
        for meeting in queries.meetings_of(work.session, run.id)
        if meeting.cancelled_at is None and meeting_id in {None, meeting.id}
    ]
    if not meetings:
        raise RuleBroken(_("Say first when people meet."))
    taught = queries.meetings_taught_by(work.session, person.id)
    mine = {meeting.id for meeting in taught}
    for meeting in meetings:
        if meeting.id not in mine:
            _refuse_clash(work, meeting, person.id, override)
            work.session.add(
                Teaching(meeting_id=meeting.id, person_id=person.id, override_reason=override)
            )
    run.version += 1

    record(work, "run.instructor named", run, person=person.shown_name, reason=override)
    said = InstructorNamed(ref=run.ref, title=run.title, number=len(meetings))
    notify(work, recipient(person), said, once=f"{run.id}:{person.id}:{work.now.isoformat()}")


def _refuse_clash(work: Work, meeting: Meeting, person_id: int, override: str) -> None:
    taught = queries.meetings_taught_by(work.session, person_id)
    others = [one for one in taught if one.id != meeting.id]
    clashes = timetable.overlapping(meeting, others)
    if clashes and not override.strip():
        raise InstructorClash(
            _(
                "Teaches “%(title)s” at the same time (%(when)s). Say why it is all right, or "
                "choose another time.",
                title=clashes[0].run.title,
                when=moment(clashes[0].starts_at, clashes[0].zone),
            )
        )


def drop_instructor(work: Work, teaching: Teaching) -> None:
    """Somebody does not teach at this meeting any more. Needs meeting and person."""
    run = work.session.get_one(CourseRun, teaching.meeting.run_id)
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    name = teaching.person.shown_name
    run.version += 1

    record(work, "run.instructor dropped", run, person=name)
    work.session.delete(teaching)
