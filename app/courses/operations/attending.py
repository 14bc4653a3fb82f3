"""Entering who was at a meeting: from the grid, by one's own check-in, from a sheet or a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.audit.record import record
from app.courses import policy, queries
from app.courses.models import Attendance, AttendanceSheet, CourseRun, Meeting, Result
from app.courses.operations.telling import ask_centre
from app.courses.states import EnteredFrom, Presence
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work

# People are at the door before a meeting begins.
AHEAD = timedelta(minutes=30)
STILL_NEWS = timedelta(days=2)
TO_ENTER = "attendance to enter"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one person; `presence` None: nothing is known (any more)."""

    presence: Presence | None
    minutes: int | None = None
    reason: str = ""


def record_attendance(
    work: Work,
    meeting: Meeting,
    marks: Mapping[int, Mark],
    *,
    version: int | None = None,
    entered_from: EnteredFrom = EnteredFrom.GRID,
) -> int:
    """Say of people with a seat (by enrolment) whether they were there; gives how many changed.

    `version` is the sheet's as the page showed it (0: never saved). The meeting must be held.
    """
    run = work.session.get_one(CourseRun, meeting.run_id)
    policy.ENTER.require(work.actor, run)
    refuse_unless_held(work, meeting)
    sheet = work.session.scalar(queries.sheet_of(meeting.id))
    if sheet is None:
        sheet = AttendanceSheet(meeting_id=meeting.id, version=0)
        work.session.add(sheet)
    if version is not None and version != sheet.version:
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    coming = {one.id for one in queries.with_seats(work.session, run.id)}
    if not coming.issuperset(marks):
        raise RuleBroken(_("Somebody in this list has no seat any more. Look at it again."))
    known = queries.attendance_at(work.session, meeting.id)
    changed = sum(
        _mark(
            work,
            known.get(enrolment_id),
            Attendance(meeting_id=meeting.id, enrolment_id=enrolment_id, entered_from=entered_from),
            mark,
        )
        for enrolment_id, mark in marks.items()
    )
    sheet.version += 1
    sheet.saved_at = work.now

    _ask_for_attendance(work, run)
    record(work, "run.attendance entered", run, meeting=meeting.title, number=changed)
    return changed


def ask_for_attendance(work: Work) -> int:
    """The centre is asked who was there as soon as a meeting is over; a duty of the worker."""
    policy.LAPSE.require(work.actor, None)
    asked = queries.runs_to_ask_for_attendance(work.now, work.now - STILL_NEWS)
    runs = work.session.scalars(asked).all()
    for run_id in runs:
        _ask_for_attendance(work, work.session.get_one(CourseRun, run_id))
    return len(runs)


def _ask_for_attendance(work: Work, run: CourseRun) -> None:
    work.session.flush()
    number = queries.meetings_without_attendance(work.session, run.id, work.now)
    ask_centre(work, TO_ENTER, run, number)


def refuse_unless_held(work: Work, meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise RuleBroken(_("This meeting did not take place."))
    if meeting.starts_at - AHEAD > work.now:
        raise RuleBroken(_("This meeting has not begun yet."))


def _mark(work: Work, known: Attendance | None, new: Attendance, mark: Mark) -> bool:
    """Keep one mark, in the row that is `known` or in a `new` one; whether that changed it.

    Who checked in while the page was open, which then says nothing of them, stays present.
    """
    if mark.presence is None:
        if known is None or known.entered_from is EnteredFrom.CHECK_IN:
            return False
        work.session.delete(known)
        return True
    if mark.presence is Presence.EXCUSED and not mark.reason.strip():
        raise RuleBroken(_("Say why somebody is excused."))
    reason = mark.reason.strip() if mark.presence is Presence.EXCUSED else ""
    same = known is not None and known.presence is mark.presence
    minutes = known.minutes if known and same and mark.minutes is None else mark.minutes
    said = (mark.presence, minutes, reason)
    if known is not None and (known.presence, known.minutes, known.reason) == said:
        return False
    row = known or new
    row.presence, row.minutes, row.reason = said
    row.came_at = row.came_at if same else None
    row.entered_from, row.entered_at = new.entered_from, work.now
    row.entered_by_id = work.actor.user_id or 0
    work.session.add(row)
    return True


@dataclass(frozen=True, slots=True)
class Reached:
    """In percent: a test before the course, and the result at its end."""

    before: int | None
    result: int | None


def record_results(work: Work, run: CourseRun, reached: Mapping[int, Reached]) -> int:
    """Say what people with a seat (by enrolment) reached; gives how many changed.

    The run must be held.
    """
    policy.ENTER.require(work.actor, run)
    coming = {one.id for one in queries.with_seats(work.session, run.id)}
    if not coming.issuperset(reached):
        raise RuleBroken(_("Somebody in this list has no seat any more. Look at it again."))
    known, changed = queries.results_of(work.session, run.id), 0
    for enrolment_id, one in reached.items():
        row = known.get(enrolment_id)
        if (row.before_course, row.result) == (one.before, one.result) if row else one == EMPTY:
            continue
        row = row or Result(enrolment_id=enrolment_id)
        row.before_course, row.result = one.before, one.result
        row.entered_at, row.entered_by_id = work.now, work.actor.user_id or 0
        work.session.add(row)
        changed += 1

    record(work, "run.results entered", run, number=changed)
    return changed


EMPTY = Reached(None, None)
