"""Checking in at a meeting: the code on the screen, and what people say by it themselves."""

import secrets
from datetime import datetime

from sqlalchemy import select

from app.audit.record import record
from app.courses import codes, policy, queries
from app.courses.models import Attendance, CheckIn, CourseRun, Enrolment, Meeting
from app.courses.operations.attending import Mark, record_attendance, refuse_unless_held
from app.courses.states import EnrolmentState, EnteredFrom, Presence
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work


def open_check_in(work: Work, meeting: Meeting, *, late_after: int) -> CheckIn:
    """Let people check in; opened again, it has codes of another secret. The meeting is held."""
    run = work.session.get_one(CourseRun, meeting.run_id)
    policy.RECORD.require(work.actor, run)
    refuse_unless_held(work, meeting)
    if meeting.ends_at < work.now:
        raise RuleBroken(_("This meeting is over. Enter by hand who was there."))
    opened = work.session.scalar(queries.check_in_of(meeting.id))
    if opened is not None and opened.closed_at is None and opened.late_after == late_after:
        return opened
    opened = opened or CheckIn(meeting_id=meeting.id)
    opened.secret, opened.late_after = secrets.token_hex(32), late_after
    opened.opened_at, opened.opened_by_id = work.now, work.actor.user_id or 0
    opened.closed_at = None
    work.session.add(opened)

    record(work, "run.checking in opened", run, meeting=meeting.title)
    return opened


def close_check_in(work: Work, meeting: Meeting, *, others_absent: bool) -> int:
    """From now on nobody checks in; of how many others it was said that they were not there."""
    run = work.session.get_one(CourseRun, meeting.run_id)
    policy.RECORD.require(work.actor, run)
    opened = work.session.scalar(queries.check_in_of(meeting.id))
    if opened is None:
        raise RuleBroken(_("Nobody has opened the check-in of this meeting."))
    if opened.closed_at is None:
        opened.closed_at = work.now
        record(work, "run.checking in closed", run, meeting=meeting.title)
    if not others_absent:
        return 0
    known = queries.attendance_at(work.session, meeting.id)
    people = queries.with_seats(work.session, run.id)
    marks = {one.id: Mark(Presence.ABSENT) for one in people if one.id not in known}
    return record_attendance(work, meeting, marks)


def find_seat_by_code(work: Work, code: str, seen_at: datetime) -> tuple[Enrolment, Meeting]:
    """The own seat, held, in the meeting on whose screen this code was when it was seen.

    Raises RuleBroken with the reason why there is none.
    """
    own = queries.own_check_ins(work.session, work.actor, work.now)
    for enrolment_id, opened in own:
        if codes.fits(opened.secret, code, seen_at):
            _hold_open(work, opened)
            seat = work.find(queries.enrolment_to_answer(work.actor, enrolment_id))
            return seat, opened.meeting
    if any(codes.is_old(opened.secret, code, work.now) for _enrolment_id, opened in own):
        raise RuleBroken(
            _("This code has changed meanwhile. Take the one that is on the screen now.")
        )
    others = work.session.scalars(queries.check_ins_open(work.now))
    if any(codes.fits(one.secret, code, seen_at) for one in others):
        raise RuleBroken(
            _("You have no seat in the course of this meeting. Speak to who teaches there.")
        )
    raise RuleBroken(
        _(
            "This is no code of a meeting that you take part in now. Compare it with the screen: "
            "it changes often."
        )
    )


def _hold_open(work: Work, opened: CheckIn) -> None:
    """The meeting before the seat, as everybody locks who enters for a whole meeting."""
    meeting = select(Meeting.id).where(Meeting.id == opened.meeting_id)
    work.session.execute(meeting.with_for_update(read=True, key_share=True)).one()
    work.session.refresh(opened, ["closed_at"])
    if opened.closed_at is not None:
        raise RuleBroken(_("The check-in of this meeting is closed. Speak to who teaches there."))


def check_in(work: Work, seat: Enrolment, meeting: Meeting, *, came_at: datetime) -> Attendance:
    """Say that one is at this meeting; said again, it stays as it was. The seat must be held."""
    policy.CHECK_IN.require(work.actor, seat)
    if seat.state is not EnrolmentState.ACCEPTED:
        raise RuleBroken(_("You have no seat in this course any more."))
    known = queries.attendance_at(work.session, meeting.id).get(seat.id)
    if known is not None and known.presence is Presence.PRESENT:
        return known
    if known is not None:
        raise RuleBroken(
            _("The centre has entered that you are not there. Speak to who teaches there.")
        )
    said = Attendance(
        meeting_id=meeting.id,
        enrolment_id=seat.id,
        presence=Presence.PRESENT,
        entered_from=EnteredFrom.CHECK_IN,
        entered_at=work.now,
        entered_by_id=work.actor.user_id or 0,
        came_at=came_at,
    )
    work.session.add(said)

    record(work, "attendance.checked in", said, meeting=meeting.title)
    return said
