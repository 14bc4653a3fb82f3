"""The centre's pages of a printed sign-in sheet, and of entering who signed by their numbers."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, wording
from app.courses.forms.attendance import NumbersForm
from app.courses.marking import Plan, plan
from app.courses.models import CourseRun, Enrolment, Meeting
from app.courses.operations import Mark, record_attendance
from app.courses.operations.attending import AHEAD
from app.courses.queries.runs import meeting_to_change
from app.courses.states import EnteredFrom
from app.courses.views import bp
from app.courses.views.attendance import meeting_of, run_to_record
from app.courses.views.running import run_office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import listed, ngettext, number
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work


@bp.get("/office/dates/<int:run_id>/sign-in-sheet/<int:meeting_id>")
@needs(policy.RECORD)
def sign_in_sheet(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """To be printed: everybody's number and name with room for a signature."""
    run = run_to_record(run_id)
    page: ResponseReturnValue = run_office_page(
        "sign_in_sheet",
        run,
        meeting=meeting_of(run, meeting_id),
        people=queries.with_seats(db.session(), run.id),
        numbers=queries.numbers_of(db.session(), run.id),
    )
    return page


@bp.get("/office/dates/<int:run_id>/sign-in-sheet/<int:meeting_id>/enter")
@needs(policy.RECORD)
def signed(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """Where the numbers of who signed are typed or ticked."""
    run = run_to_record(run_id)
    meeting = meeting_of(run, meeting_id)
    sheet = db.session.scalar(queries.sheet_of(meeting.id))
    data = {"version": sheet.version if sheet else 0, "others_absent": True}
    return _signed_page(run, meeting, NumbersForm(formdata=None, data=data))


def _signed_page(
    run: CourseRun, meeting: Meeting, form: NumbersForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "signed",
        run,
        status,
        meeting=meeting,
        form=form,
        has_begun=meeting.starts_at - AHEAD <= clock.now(),
        people=queries.with_seats(db.session(), run.id),
        numbers=queries.numbers_of(db.session(), run.id),
        presences=wording.presences(),
        **values,
    )
    return page


def _planned(
    form: NumbersForm, people: list[Enrolment], numbers: dict[int, int], meeting: Meeting
) -> Plan | None:
    """What would be changed; None, said at the field, where a number is nobody's."""
    wanted = form.wanted()
    unknown = sorted(wanted - {numbers[one.id] for one in people})
    if unknown:
        form.numbers.errors = [
            ngettext(
                "Nobody with a seat has the number %(which)s.",
                "Nobody with a seat has the numbers %(which)s.",
                len(unknown),
                which=listed([number(one) for one in unknown[:20]]),
            )
        ]
        return None
    known = queries.attendance_at(db.session(), meeting.id)
    return plan(
        {one.id for one in people if numbers[one.id] in wanted},
        [one.id for one in people],
        {one: row.presence for one, row in known.items()},
        others_absent=bool(form.others_absent.data),
    )


@bp.post("/office/dates/<int:run_id>/sign-in-sheet/<int:meeting_id>/enter")
@needs(policy.RECORD)
def enter_signed(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """Show what the numbers would change; with the button below that, keep it."""
    form = NumbersForm()
    made: Plan | None = None
    keeps = "keep" in request.form
    try:
        with unit_of_work(current_actor()) as work:
            meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
            policy.RECORD.require(work.actor, meeting.run)
            people = queries.with_seats(work.session, run_id)
            numbers = queries.numbers_of(work.session, run_id)
            if form.validate():
                made = _planned(form, people, numbers, meeting)
            if made is not None and keeps:
                changed = record_attendance(
                    work,
                    meeting,
                    {one: Mark(presence) for one, presence in made.marks().items()},
                    version=form.version.data,
                    entered_from=EnteredFrom.SHEET,
                )
    except (RuleBroken, ChangedMeanwhile) as refusal:
        run = run_to_record(run_id)
        meeting = meeting_of(run, meeting_id)
        if isinstance(refusal, ChangedMeanwhile):
            sheet = db.session.scalar(queries.sheet_of(meeting_id))
            form.version.data = sheet.version if sheet else 0
        return _signed_page(run, meeting, form, 409, refusals=[str(refusal)])
    if made is None or not keeps:
        run = run_to_record(run_id)
        meeting = meeting_of(run, meeting_id)
        return _signed_page(run, meeting, form, 200 if made else 422, plan=made)
    flash(
        ngettext("Saved; %(num)s entry changed.", "Saved; %(num)s entries changed.", changed),
        "success",
    )
    return redirect(url_for(".attendance", run_id=run_id))
