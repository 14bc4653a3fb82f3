"""The pages of who was there and what people reached: the centre's, and of those who teach."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, wording
from app.courses.codes import is_late
from app.courses.forms.attendance import (
    AttendanceForm,
    MarksField,
    MarksWithoutReasons,
    ReachedField,
    ResultsForm,
)
from app.courses.models import CourseRun, Enrolment, Meeting
from app.courses.operations import record_attendance, record_results
from app.courses.operations.attending import AHEAD
from app.courses.views import bp
from app.courses.views.running import run_of_centre, run_office_page
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work


def run_to_record(run_id: int) -> CourseRun:
    run = run_of_centre(run_id)
    policy.RECORD.require(current_actor(), run)
    return run


def run_to_enter(run_id: int) -> CourseRun:
    run = one_or_404(queries.run_to_enter(current_actor(), run_id))
    policy.ENTER.require(current_actor(), run)
    return run


@bp.get("/office/dates/<int:run_id>/attendance")
@needs(policy.ENTER)
def attendance(run_id: int) -> ResponseReturnValue:
    """Every meeting and everybody: who was where."""
    run = run_to_enter(run_id)
    page: ResponseReturnValue = run_office_page(
        "attendance",
        run,
        register=queries.register_of(db.session(), run),
        presences=wording.presences(),
        presence_chips=wording.PRESENCE_CHIPS,
        ahead=AHEAD,
        may_record=policy.RECORD.allows(current_actor(), run),
    )
    return page


@bp.get("/office/dates/<int:run_id>/attendance/<int:meeting_id>")
@needs(policy.ENTER)
def attendance_at(run_id: int, meeting_id: int) -> ResponseReturnValue:
    """One meeting, for a thumb: everybody with a seat, one choice each, saved at once."""
    run = run_to_enter(run_id)
    return _sheet_page(run, meeting_of(run, meeting_id))


def meeting_of(run: CourseRun, meeting_id: int) -> Meeting:
    found = next((one for one in run.meetings if one.id == meeting_id), None)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def _sheet_form(run: CourseRun, people: list[Enrolment], meeting: Meeting) -> AttendanceForm:
    kept = queries.attendance_at(db.session(), meeting.id)
    sheet = db.session.scalar(queries.sheet_of(meeting.id))

    of_centre = policy.RECORD.allows(current_actor(), run)
    field = MarksField if of_centre else MarksWithoutReasons

    class Sheet(AttendanceForm):
        marks = field([one.id for one in people], kept)

    sent = request.form if request.method == "POST" else None
    return Sheet(formdata=sent, data={"version": sheet.version if sheet else 0})


def _sheet_page(
    run: CourseRun,
    meeting: Meeting,
    form: AttendanceForm | None = None,
    status: int = 200,
    **values: Any,
) -> ResponseReturnValue:
    people = queries.with_seats(db.session(), run.id)
    page: ResponseReturnValue = run_office_page(
        "attendance_sheet",
        run,
        status,
        meeting=meeting,
        people=people,
        form=form or _sheet_form(run, people, meeting),
        presences=wording.presences(),
        known=queries.attendance_at(db.session(), meeting.id),
        opened=db.session.scalar(queries.check_in_of(meeting.id)),
        is_late=is_late,
        may_record=policy.RECORD.allows(current_actor(), run),
        **values,
    )
    return page


@bp.post("/office/dates/<int:run_id>/attendance/<int:meeting_id>")
@needs(policy.ENTER)
def enter_attendance(run_id: int, meeting_id: int) -> ResponseReturnValue:
    form: AttendanceForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            meeting = work.find(queries.meeting_to_enter(work.actor, run_id, meeting_id))
            policy.ENTER.require(work.actor, meeting.run)
            form = _sheet_form(meeting.run, queries.with_seats(work.session, run_id), meeting)
            if form.validate():
                marks, version = form.marks.data or {}, form.version.data
                changed = record_attendance(work, meeting, marks, version=version)
            else:
                changed = None
    except (RuleBroken, ChangedMeanwhile) as refusal:
        run = run_to_enter(run_id)
        meeting = meeting_of(run, meeting_id)
        if isinstance(refusal, ChangedMeanwhile) and form is not None:
            sheet = db.session.scalar(queries.sheet_of(meeting_id))
            form.version.data = sheet.version if sheet else 0
        return _sheet_page(run, meeting, form, 409, refusals=[str(refusal)])
    if changed is None:
        run = run_to_enter(run_id)
        return _sheet_page(run, meeting_of(run, meeting_id), form, 422)
    flash(
        ngettext("Saved; %(num)s entry changed.", "Saved; %(num)s entries changed.", changed),
        "success",
    )
    return redirect(url_for(".attendance", run_id=run_id))


@bp.get("/office/dates/<int:run_id>/results")
@needs(policy.ENTER)
def results(run_id: int) -> ResponseReturnValue:
    return _results_page(run_to_enter(run_id))


def _results_form(run: CourseRun, people: list[Enrolment]) -> ResultsForm:
    class Results(ResultsForm):
        reached = ReachedField([one.id for one in people], queries.results_of(db.session(), run.id))

    return Results(formdata=request.form if request.method == "POST" else None)


def _results_page(
    run: CourseRun, form: ResultsForm | None = None, status: int = 200, **values: Any
) -> ResponseReturnValue:
    people = queries.with_seats(db.session(), run.id)
    form = form or _results_form(run, people)
    page: ResponseReturnValue = run_office_page(
        "results", run, status, people=people, form=form, **values
    )
    return page


@bp.post("/office/dates/<int:run_id>/results")
@needs(policy.ENTER)
def enter_results(run_id: int) -> ResponseReturnValue:
    form: ResultsForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_enter(work.actor, run_id))
            policy.ENTER.require(work.actor, run)
            form = _results_form(run, queries.with_seats(work.session, run_id))
            if not form.validate():
                return _results_page(run, form, 422)
            changed = record_results(work, run, form.reached.data or {})
    except RuleBroken as refusal:
        return _results_page(run_to_enter(run_id), form, 409, refusals=[str(refusal)])
    flash(
        ngettext("Saved; %(num)s entry changed.", "Saved; %(num)s entries changed.", changed),
        "success",
    )
    onwards = ".completion" if policy.RECORD.allows(current_actor(), run) else ".results"
    return redirect(url_for(onwards, run_id=run_id))
