"""The centre's pages of some dates: planned, given seats, published, closed, cancelled."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from wtforms.fields.choices import SelectChoice

from app.audit.queries import history_of_opportunity
from app.courses import policy, queries, timetable, wording
from app.courses.forms import ButtonForm
from app.courses.forms.runs import ReserveForm, RunForm, WhyForm
from app.courses.models import Course, CourseRun
from app.courses.operations import (
    Reserve,
    cancel_run,
    close_run,
    plan_run,
    publish_run,
    reserve_seats,
    save_run,
)
from app.courses.states import Stage
from app.courses.views import bp
from app.courses.views.editing import course_of_centre
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.forms import country_choices, zone_choices
from app.organisations import queries as organisations
from app.organisations.models import Organisation


def run_of_centre(run_id: int) -> CourseRun:
    return one_or_404(queries.run_to_open(current_actor(), run_id))


def run_office_page(
    template: str, run: CourseRun, status: int = 200, folder: str = "courses/office", **values: Any
) -> Any:
    """A page of some dates, with what every such page shows."""
    at = clock.now()
    stage = timetable.stage(run, run.meetings, at)
    page = render_template(
        f"{folder}/{template}.html",
        run=run,
        course=run.course_version.course,
        stage=stage,
        stages=wording.stages(),
        stage_chips=wording.STAGE_CHIPS,
        modes=wording.modes(),
        enrolment_modes=wording.enrolment_modes(),
        may_edit=policy.EDIT_RUN.allows(current_actor(), run),
        may_view=policy.VIEW_RUN.allows(current_actor(), run),
        may_enter=policy.ENTER.allows(current_actor(), run),
        over=stage in {Stage.CANCELLED, Stage.FINISHED},
        at=at,
        **{"button": ButtonForm(formdata=None)} | values,
    )
    return (page, status) if status != 200 else page


def run_to_change(run_id: int) -> CourseRun:
    run = run_of_centre(run_id)
    policy.EDIT_RUN.require(current_actor(), run)
    return run


def press_run(
    run_id: int, do: Callable[[Work, CourseRun], object], said: str, endpoint: str = "dates"
) -> ResponseReturnValue:
    """A button of a page of these dates: done, or the reason why not, and back to the page."""

    def find(work: Work) -> CourseRun:
        run = work.find(queries.run_to_open(work.actor, run_id))
        policy.EDIT_RUN.require(work.actor, run)
        return run

    return settle(
        ButtonForm(), find=find, do=do, said=said, to=url_for(f"courses.{endpoint}", run_id=run_id)
    )


@bp.get("/office/<int:course_id>/dates/new")
@needs(policy.EDIT)
def plan(course_id: int) -> ResponseReturnValue:
    course = course_of_centre(course_id)
    policy.EDIT.require(current_actor(), course)
    return _plan_page(course, _run_form(course.organisation.zone))


@bp.post("/office/<int:course_id>/dates/new")
@needs(policy.EDIT)
def plan_dates(course_id: int) -> ResponseReturnValue:
    form: RunForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            course = work.find(queries.course_to_open(work.actor, course_id))
            policy.EDIT.require(work.actor, course)
            form = _run_form(course.organisation.zone)
            if not form.validate():
                return _plan_page(course, form), 422
            key = form.request_key.data or ""
            run_id = plan_run(work, course, form.terms(), request_key=key).id
    except RuleBroken as refusal:
        course = course_of_centre(course_id)
        form = form or _run_form(course.organisation.zone)
        return _plan_page(course, form, str(refusal)), 409
    flash(_("The dates are planned. Say now when people meet."), "success")
    return redirect(url_for(".meetings", run_id=run_id))


def _plan_page(course: Course, form: RunForm, *refusals: str) -> str:
    return render_template(
        "courses/office/plan.html", course=course, form=form, refusals=list(refusals)
    )


def _run_form(zone: str, run: CourseRun | None = None) -> RunForm:
    kept: dict[str, Any] = {"zone": zone}
    if run is not None:
        there = ZoneInfo(run.zone)
        moments = {
            "opens": run.opens_at,
            "closes": run.closes_at,
            "promote_until": run.promote_until,
        }
        kept = {
            name: at.astimezone(there).replace(tzinfo=None) for name, at in moments.items() if at
        }
        for name in ("venue", "join_url", "capacity", "hours_to_answer", "contact", "note", "zone"):
            kept[name] = getattr(run, name)
        kept |= {"mode": run.mode.value, "enrolment_mode": run.enrolment_mode.value}
        kept["version"] = run.version
    form = RunForm(formdata=request.form if request.method == "POST" else None, data=kept)
    form.zone.choices = zone_choices(clock.now(), kept["zone"])
    return form


@bp.get("/office/dates/<int:run_id>")
@needs(policy.VIEW_RUN)
def dates(run_id: int) -> ResponseReturnValue:
    run = run_of_centre(run_id)
    page: ResponseReturnValue = run_office_page(
        "dates", run, history=db.session.scalars(history_of_opportunity(run.id)).all()
    )
    return page


@bp.get("/office/dates/<int:run_id>/terms")
@needs(policy.EDIT_RUN)
def run_terms(run_id: int) -> ResponseReturnValue:
    run = run_to_change(run_id)
    page: ResponseReturnValue = run_office_page("terms", run, form=_run_form(run.zone, run))
    return page


@bp.post("/office/dates/<int:run_id>/terms")
@needs(policy.EDIT_RUN)
def save_terms(run_id: int) -> ResponseReturnValue:
    form: RunForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            form = _run_form(run.zone, run)
            if not form.validate():
                wrong: ResponseReturnValue = run_office_page("terms", run, 422, form=form)
                return wrong
            save_run(work, run, form.terms(), version=form.version.data)
    except (RuleBroken, ChangedMeanwhile) as refusal:
        run = run_to_change(run_id)
        form = form or _run_form(run.zone, run)
        if isinstance(refusal, ChangedMeanwhile):
            form.version.data = run.version
        again: ResponseReturnValue = run_office_page(
            "terms", run, 409, form=form, refusals=[str(refusal)]
        )
        return again
    flash(_("Saved."), "success")
    return redirect(url_for(".run_terms", run_id=run_id))


@bp.get("/office/dates/<int:run_id>/seats")
@needs(policy.EDIT_RUN)
def seats(run_id: int) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "seats", run_to_change(run_id), form=_reserve_form(formdata=False)
    )
    return page


def _reserve_form(*, formdata: bool) -> ReserveForm:
    form = ReserveForm(formdata=request.form if formdata else None)
    codes = [country.code for country in db.session.scalars(organisations.countries())]
    form.country.choices = [SelectChoice("", _("No country")), *country_choices(codes)]
    return form


@bp.post("/office/dates/<int:run_id>/seats")
@needs(policy.EDIT_RUN)
def keep_seats(run_id: int) -> ResponseReturnValue:
    form = _reserve_form(formdata=True)
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            more = _reserve_of(form) if form.validate() else None
            if more is None:
                wrong: ResponseReturnValue = run_office_page("seats", run, 422, form=form)
                return wrong
            reserve_seats(work, run, [*_kept(run), more])
    except RuleBroken as refusal:
        again: ResponseReturnValue = run_office_page(
            "seats", run_to_change(run_id), 409, form=form, refusals=[str(refusal)]
        )
        return again
    flash(_("The seats are kept."), "success")
    return redirect(url_for(".seats", run_id=run_id))


def _kept(run: CourseRun, but: int | None = None) -> list[Reserve]:
    return [
        Reserve(one.seats, one.organisation_id, one.country_code)
        for one in run.reserves
        if one.id != but
    ]


def _reserve_of(form: ReserveForm) -> Reserve | None:
    """What was asked for; the fields say what is wrong with it."""
    number, country, named = form.seats.data or 0, form.country.data, form.organisation.data
    if bool(country) == bool(named):
        form.country.errors = [_("Choose a country or name an institution, not both.")]
        return None
    if country:
        return Reserve(number, country_code=country)
    found = db.session.scalars(
        select(Organisation.id)
        .where(
            or_(
                Organisation.ref == named,
                Organisation.name == named,
                Organisation.acronym == named,
                Organisation.local_name == named,
            )
        )
        .limit(2)
    ).all()
    if len(found) != 1:
        form.organisation.errors = [_("Write its name exactly as its page does.")]
        return None
    return Reserve(number, organisation_id=found[0])


@bp.post("/office/dates/<int:run_id>/seats/<int:reserve_id>/drop")
@needs(policy.EDIT_RUN)
def drop_seats(run_id: int, reserve_id: int) -> ResponseReturnValue:
    def do(work: Work, run: CourseRun) -> None:
        reserve_seats(work, run, _kept(run, but=reserve_id))

    return press_run(run_id, do, _("These seats are for everybody again."), "seats")


@bp.post("/office/dates/<int:run_id>/publish")
@needs(policy.EDIT_RUN)
def publish_dates(run_id: int) -> ResponseReturnValue:
    return press_run(run_id, publish_run, _("The dates are published. People can enrol."))


@bp.post("/office/dates/<int:run_id>/close")
@needs(policy.EDIT_RUN)
def close_dates(run_id: int) -> ResponseReturnValue:
    return press_run(run_id, close_run, _("Enrolment is closed."))


@bp.get("/office/dates/<int:run_id>/cancel")
@needs(policy.EDIT_RUN)
def cancel(run_id: int) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "cancel", run_to_change(run_id), form=WhyForm(formdata=None)
    )
    return page


@bp.post("/office/dates/<int:run_id>/cancel")
@needs(policy.EDIT_RUN)
def cancel_dates(run_id: int) -> ResponseReturnValue:
    form = WhyForm()
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            if not form.validate():
                wrong: ResponseReturnValue = run_office_page("cancel", run, 422, form=form)
                return wrong
            cancel_run(work, run, reason=form.reason.data or "")
    except RuleBroken as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".dates", run_id=run_id))
    flash(_("The dates are cancelled. Everybody concerned is told."), "success")
    return redirect(url_for(".dates", run_id=run_id))
