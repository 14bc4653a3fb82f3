"""The centre's page of a meeting tool's report: read, looked at person by person, then kept."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, wording
from app.courses.forms.attendance import ReportForm
from app.courses.incoming import matching
from app.courses.incoming.joined import Joined, Report, Unreadable, plain_name, read_report
from app.courses.incoming.matching import Known, Match, Reading
from app.courses.models import CourseRun, Enrolment, Meeting
from app.courses.operations import Mark, record_attendance
from app.courses.operations.attending import AHEAD
from app.courses.queries.runs import meeting_to_change
from app.courses.states import EnteredFrom, Presence
from app.courses.views import bp
from app.courses.views.attendance import meeting_of, run_to_record
from app.courses.views.running import run_office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import ngettext
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work


@bp.get("/office/dates/<int:run_id>/attendance/<int:meeting_id>/report")
@needs(policy.RECORD)
def report(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """Where the report of a meeting tool is given."""
    run = run_to_record(run_id)
    meeting = meeting_of(run, meeting_id)
    sheet = db.session.scalar(queries.sheet_of(meeting.id))
    form = ReportForm(formdata=None, data={"version": sheet.version if sheet else 0, "share": 75})
    return _page(run, meeting, form)


def _page(
    run: CourseRun, meeting: Meeting, form: ReportForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "report",
        run,
        status,
        meeting=meeting,
        form=form,
        length=_length(meeting),
        has_begun=meeting.starts_at - AHEAD <= clock.now(),
        presences=wording.presences(),
        presence_chips=wording.PRESENCE_CHIPS,
        in_percent=wording.in_percent,
        **values,
    )
    return page


def _length(meeting: Meeting) -> int:
    """Of a meeting, in minutes."""
    return max(1, int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60)


def _report_in(form: ReportForm) -> Report | None:
    """What the file says, or what was read from it before; None, said at its field."""
    sent = request.files.get(form.file.name)
    content = sent.read() if sent is not None and sent.filename else b""
    if not content:
        content = (form.read.data or "").encode()
    try:
        return read_report(content)
    except Unreadable as unreadable:
        form.file.errors = [wording.fault_in_words(unreadable.fault, unreadable.row)]
        return None


def _as_table(people: Sequence[Joined]) -> str:
    """What was read, to be sent along with the page: nothing of strangers is kept here."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["Name", "Email", "Minutes", "Joins"])
    writer.writerows([one.name, one.email, one.minutes, one.times] for one in people)
    return table.getvalue()


def _matches(found: Report, people: list[Enrolment]) -> list[Match]:
    known = [
        matching.Person(
            one.id,
            one.person.email,
            frozenset(
                plain_name(name)
                for name in (
                    one.person.passport_name,
                    one.person.native_name,
                    one.person.called_name,
                )
                if name and plain_name(name)
            ),
        )
        for one in people
    ]
    return matching.match(found.people, known)


def _reading(
    form: ReportForm, matches: list[Match], people: list[Enrolment], meeting: Meeting
) -> Reading:
    minutes: dict[int, int] = {}
    confirmed = form.confirmed()
    for number, one in enumerate(matches):
        person = one.person
        if person is None and one.may_be is not None and (number, one.may_be) in confirmed:
            person = one.may_be
        if person is not None:
            minutes[person] = minutes.get(person, 0) + one.joined.minutes
    kept = queries.attendance_at(db.session(), meeting.id)
    return matching.read(
        {person: min(number, 1440) for person, number in minutes.items()},
        [one.id for one in people],
        {p: Known(row.presence, row.entered_from, row.minutes) for p, row in kept.items()},
        proposed={one.may_be for one in matches if one.may_be is not None},
        share=int(form.share.data or 0),
        length=_length(meeting),
        others_absent=bool(form.others_absent.data),
        over_hand=bool(form.over_hand.data),
    )


@bp.post("/office/dates/<int:run_id>/attendance/<int:meeting_id>/report")
@needs(policy.RECORD)
def enter_report(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """Show what the report would change; with the button below that, keep it."""
    form = ReportForm()
    values: dict[str, Any] = {}
    keeps, changed = "keep" in request.form, None
    try:
        with unit_of_work(current_actor()) as work:
            meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
            policy.RECORD.require(work.actor, meeting.run)
            fine = form.validate()
            found = _report_in(form) if fine else None
            if found is not None:
                people = queries.with_seats(work.session, run_id)
                matches = _matches(found, people)
                reading = _reading(form, matches, people, meeting)
                form.read.data = _as_table(found.people)
                values = {
                    "found": found,
                    "matches": matches,
                    "said": {one.person: one for one in reading.said},
                    "absent": reading.absent,
                    "names": {one.id: one.person.full_name for one in people},
                    "changes": len(reading.kept) + len(reading.absent),
                }
                if keeps:
                    changed = record_attendance(
                        work,
                        meeting,
                        _marks(reading),
                        version=form.version.data,
                        entered_from=EnteredFrom.FILE,
                    )
    except (RuleBroken, ChangedMeanwhile) as refusal:
        run = run_to_record(run_id)
        if isinstance(refusal, ChangedMeanwhile):
            sheet = db.session.scalar(queries.sheet_of(meeting_id))
            form.version.data = sheet.version if sheet else 0
        meeting = meeting_of(run, meeting_id)
        return _page(run, meeting, form, 409, refusals=[str(refusal)], **values)
    if changed is None:
        run = run_to_record(run_id)
        return _page(run, meeting_of(run, meeting_id), form, 200 if values else 422, **values)
    flash(
        ngettext("Saved; %(num)s entry changed.", "Saved; %(num)s entries changed.", changed),
        "success",
    )
    return redirect(url_for(".attendance", run_id=run_id))


def _marks(reading: Reading) -> dict[int, Mark]:
    marks = {one.person: Mark(one.presence, one.minutes) for one in reading.kept}
    return marks | {one: Mark(Presence.ABSENT) for one in reading.absent}
