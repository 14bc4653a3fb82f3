"""The centre's pages of a timetable: meetings, and who teaches at them."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.accounts.queries import person_with_address
from app.courses import policy, queries
from app.courses.forms import ButtonForm
from app.courses.forms.runs import ChangeMeetingForm, InstructorForm, SeriesForm, WhyForm
from app.courses.models import CourseRun, Meeting
from app.courses.operations import (
    add_meetings,
    cancel_meeting,
    change_meeting,
    drop_instructor,
    name_instructor,
)
from app.courses.views import bp
from app.courses.views.running import run_of_centre, run_office_page, run_to_change
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.opportunities.forms import zone_choices


@bp.get("/office/dates/<int:run_id>/meetings")
@needs(policy.EDIT_RUN)
def meetings(run_id: int) -> ResponseReturnValue:
    run = run_to_change(run_id)
    return _timetable(run, _series_form(run, bound=False), InstructorForm(formdata=None))


def _timetable(
    run: CourseRun, form: SeriesForm, instructor: InstructorForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "meetings", run, status, form=form, instructor=instructor, **values
    )
    return page


def _series_form(run: CourseRun, *, bound: bool) -> SeriesForm:
    form = SeriesForm(formdata=request.form if bound else None, data={"zone": run.zone})
    form.zone.choices = zone_choices(clock.now(), run.zone)
    return form


@bp.post("/office/dates/<int:run_id>/meetings")
@needs(policy.EDIT_RUN)
def more_meetings(run_id: int) -> ResponseReturnValue:
    form: SeriesForm | None = None
    empty = InstructorForm(formdata=None)
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            form = _series_form(run, bound=True)
            if not form.validate():
                return _timetable(run, form, empty, 422)
            times, apart = int(form.times.data or 1), int(form.days_apart.data)
            add_meetings(work, run, form.terms(), times=times, days_apart=apart)
    except RuleBroken as refusal:
        run = run_of_centre(run_id)
        form = form or _series_form(run, bound=False)
        return _timetable(run, form, empty, 409, refusals=[str(refusal)])
    flash(_("The meetings are in the timetable."), "success")
    return redirect(url_for(".meetings", run_id=run_id))


@bp.get("/office/dates/<int:run_id>/meetings/<int:meeting_id>")
@needs(policy.EDIT_RUN)
def meeting(run_id: int, meeting_id: int) -> ResponseReturnValue:
    run = run_to_change(run_id)
    return _meeting_page(run, _meeting(run, meeting_id), bound=False)


def _meeting(run: CourseRun, meeting_id: int) -> Meeting:
    found = next((one for one in run.meetings if one.id == meeting_id), None)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def _meeting_form(one: Meeting, *, bound: bool) -> ChangeMeetingForm:
    starts = one.starts_at.astimezone(ZoneInfo(one.zone)).replace(tzinfo=None)
    form = ChangeMeetingForm(
        formdata=request.form if bound else None,
        data={
            "title": one.title,
            "starts": starts,
            "minutes": int((one.ends_at - one.starts_at).total_seconds()) // 60,
            "zone": one.zone,
            "venue": one.venue,
            "join_url": one.join_url,
            "version": one.version,
        },
    )
    form.zone.choices = zone_choices(clock.now(), one.zone)
    return form


def _meeting_page(
    run: CourseRun,
    one: Meeting,
    form: ChangeMeetingForm | None = None,
    why: WhyForm | None = None,
    *,
    bound: bool,
    status: int = 200,
    **values: Any,
) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "meeting",
        run,
        status,
        meeting=one,
        form=form or _meeting_form(one, bound=bound),
        why=why or WhyForm(formdata=None),
        **values,
    )
    return page


@bp.post("/office/dates/<int:run_id>/meetings/<int:meeting_id>")
@needs(policy.EDIT_RUN)
def move_meeting(run_id: int, meeting_id: int) -> ResponseReturnValue:
    form: ChangeMeetingForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            one = _meeting(run, meeting_id)
            form = _meeting_form(one, bound=True)
            if not form.validate():
                return _meeting_page(run, one, form, bound=True, status=422)
            change_meeting(
                work,
                one,
                form.terms(),
                reason=form.reason.data or "",
                override=form.override.data or "",
                version=form.version.data,
            )
    except RuleBroken as refusal:
        run = run_to_change(run_id)
        one = _meeting(run, meeting_id)
        if form is not None and isinstance(refusal, ChangedMeanwhile):
            form.version.data = one.version
        said = [str(refusal)]
        return _meeting_page(run, one, form, bound=False, status=409, refusals=said)
    flash(_("The meeting is changed. Everybody who counts on it is told."), "success")
    return redirect(url_for(".meetings", run_id=run_id))


@bp.post("/office/dates/<int:run_id>/meetings/<int:meeting_id>/cancel")
@needs(policy.EDIT_RUN)
def call_off_meeting(run_id: int, meeting_id: int) -> ResponseReturnValue:
    why = WhyForm()
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            one = _meeting(run, meeting_id)
            if not why.validate():
                return _meeting_page(run, one, why=why, bound=False, status=422)
            cancel_meeting(work, one, reason=why.reason.data or "")
    except RuleBroken as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".meeting", run_id=run_id, meeting_id=meeting_id))
    flash(_("The meeting is cancelled. Everybody who counts on it is told."), "success")
    return redirect(url_for(".meetings", run_id=run_id))


@bp.post("/office/dates/<int:run_id>/instructors")
@needs(policy.EDIT_RUN)
def appoint_instructor(run_id: int) -> ResponseReturnValue:
    form = InstructorForm()
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            person = _person(form) if form.validate() else None
            if person is None:
                return _timetable(run, _series_form(run, bound=False), form, 422)
            name_instructor(work, run, person, override=form.override.data or "")
    except RuleBroken as refusal:
        run = run_to_change(run_id)
        series = _series_form(run, bound=False)
        return _timetable(run, series, form, 409, refusals=[str(refusal)])
    flash(_("The instructor is named and told."), "success")
    return redirect(url_for(".meetings", run_id=run_id))


def _person(form: InstructorForm) -> User | None:
    """Who signs in with this address; the field says so when nobody does."""
    person = db.session.scalar(person_with_address(form.email.data or ""))
    if person is None:
        form.email.errors = [_("Nobody signs in with this address. Ask them to sign up first.")]
    return person


@bp.post("/office/dates/<int:run_id>/instructors/<int:teaching_id>/drop")
@needs(policy.EDIT_RUN)
def dismiss_instructor(run_id: int, teaching_id: int) -> ResponseReturnValue:
    form = ButtonForm()
    with unit_of_work(current_actor()) as work:
        teaching = work.find(queries.teaching_to_drop(work.actor, run_id, teaching_id))
        policy.EDIT_RUN.require(work.actor, teaching.meeting.run)
        if form.validate():
            drop_instructor(work, teaching)
    if form.errors:
        flash(form.first_error(), "warning")
    else:
        flash(_("The instructor is taken off this meeting."), "success")
    return redirect(url_for(".meetings", run_id=run_id))
