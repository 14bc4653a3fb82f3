"""The centre's list of courses, a new course, and the page of one course."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from app.courses import policy, queries, timetable, wording
from app.courses.forms import BeginForm, ButtonForm, PracticeForm, ReasonForm
from app.courses.models import Course
from app.courses.operations import (
    archive_course,
    begin_course,
    keep_practice,
    publish_course,
    restore_course,
    revise_course,
    send_course,
    send_course_back,
    take_course_back,
)
from app.courses.views import bp
from app.courses.views.editing import (
    course_of_centre,
    history,
    my_centres,
    office_page,
    open_version_of,
    press,
)
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs
from app.foundation.work import Work, unit_of_work
from app.organisations.models import Organisation

MOST = 500


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    return _list_page()


def _list_page() -> str:
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    found = db.session.scalars(
        queries.courses_visible_to(actor)
        .options(joinedload(Course.organisation))
        .order_by(Course.listing_id.is_not(None), Course.state.desc(), Course.code, Course.id)
        .limit(MOST)
    ).all()
    centres = my_centres()
    practices = {one.organisation_id: one for one in db.session.scalars(queries.practices(centres))}
    return render_template(
        "courses/office/list.html",
        courses=found,
        being_written=queries.being_written(db.session(), [course.id for course in found]),
        centres=[
            (centre, PracticeForm(formdata=None, obj=practices.get(centre.id)))
            for centre in db.session.scalars(queries.centres_with(centres))
        ],
        may_begin=policy.BEGIN_SOME.allows(actor, None),
    )


@bp.post("/office/practice/<int:centre_id>")
@needs(policy.BEGIN)
def practice(centre_id: int) -> ResponseReturnValue:
    form = PracticeForm()

    def do(work: Work, centre: Organisation) -> None:
        second = bool(form.second_person.data)
        keep_practice(work, centre, second_person=second, version=form.version.data or None)

    return settle(
        form,
        find=lambda work: work.find(queries.centres_with(my_centres()).where(_is(centre_id))),
        do=do,
        said=_("What your centre wants is saved."),
        to=url_for(".office"),
    )


def _is(centre_id: int) -> ColumnElement[bool]:
    return Organisation.id == centre_id


@bp.get("/office/new")
@needs(policy.BEGIN_SOME)
def new() -> ResponseReturnValue:
    policy.BEGIN_SOME.require(current_actor(), None)
    like = request.args.get("like", "")
    return _new_page(_begin_form(like=like))


@bp.post("/office/new")
@needs(policy.BEGIN_SOME)
def begin() -> ResponseReturnValue:
    form: BeginForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            policy.BEGIN_SOME.require(work.actor, None)
            form = _begin_form()
            if not form.validate():
                return _new_page(form), 422
            mine = queries.centres_with(my_centres())
            centre = work.find(mine.where(_is(int(form.centre.data))))
            course = begin_course(
                work,
                centre,
                code=(form.code.data or "").upper(),
                title=form.title.data or "",
                original_locale=form.original_locale.data,
                like=_like(work, form.like.data),
                request_key=form.request_key.data or "",
            )
    except RuleBroken as refusal:
        return _new_page(form or _begin_form(), str(refusal)), 409
    flash(_("The course is begun. The list says what it still needs."), "success")
    return redirect(url_for(".course", course_id=course.id))


def _like(work: Work, course_id: str) -> Course | None:
    if not course_id:
        return None
    return work.find(queries.courses_visible_to(work.actor).where(Course.id == int(course_id)))


def _begin_form(like: str = "") -> BeginForm:
    actor = current_actor()
    form = BeginForm(formdata=request.form if request.method == "POST" else None)
    form.centre.choices = [
        SelectChoice(str(centre.id), centre.name)
        for centre in db.session.scalars(queries.centres_with(my_centres()))
    ]
    known = db.session.execute(
        queries.courses_visible_to(actor)
        .where(Course.listing_id.is_(None))
        .with_only_columns(Course.id, Course.code, Course.title)
        .order_by(Course.code)
        .limit(MOST)
    )
    form.like.choices = [
        SelectChoice("", _("An empty course")),
        *(SelectChoice(str(row.id), f"{row.code}: {row.title}") for row in known),
    ]
    if request.method == "GET":
        form.like.data = like if like in {c.value for c in form.like.choices} else ""
    return form


def _new_page(form: BeginForm, *refusals: str) -> str:
    return render_template("courses/office/new.html", form=form, refusals=list(refusals))


@bp.get("/office/<int:course_id>")
@needs(policy.VIEW)
def course(course_id: int) -> ResponseReturnValue:
    return _course_page(course_of_centre(course_id), ReasonForm(formdata=None))


def _course_page(found: Course, reason: ReasonForm) -> str:
    version, at = open_version_of(found), clock.now()
    runs = db.session.scalars(queries.runs_of_course(found.id)).unique().all()
    return office_page(
        "course",
        found,
        runs=[
            (
                run,
                timetable.stage(run, run.meetings, at),
                timetable.days_of(timetable.span(run.meetings), run.zone),
            )
            for run in runs
        ],
        stages=wording.stages(),
        stage_chips=wording.STAGE_CHIPS,
        reason=reason,
        history=history(found),
        source_course=queries.adapted_from(db.session(), found.id, reader().locale),
        wants_second=queries.wants_second_person(db.session(), found.organisation_id),
        may_check=version is not None and policy.CHECK.allows(current_actor(), version),
    )


@bp.post("/office/<int:course_id>/send")
@needs(policy.EDIT)
def send(course_id: int) -> ResponseReturnValue:
    def do(work: Work, found: Course, form: ButtonForm) -> None:
        send_course(work, found, version=form.version.data)

    return press(course_id, do, _("The others of your centre are told that it waits for them."))


@bp.post("/office/<int:course_id>/take-back")
@needs(policy.EDIT)
def take_back(course_id: int) -> ResponseReturnValue:
    def do(work: Work, found: Course, _form: ButtonForm) -> None:
        take_course_back(work, found)

    return press(course_id, do, _("You can change it again."))


@bp.post("/office/<int:course_id>/send-back")
@needs(policy.CHECK)
def send_back(course_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(queries.course_to_open(work.actor, course_id))
            policy.CHECK.require(work.actor, work.find(queries.open_version(course_id)))
            if not form.validate():
                return _course_page(found, form), 422
            send_course_back(work, found, reason=form.reason.data or "")
    except RuleBroken as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".course", course_id=course_id))
    flash(_("It is back with who wrote it, with what you asked for."), "success")
    return redirect(url_for(".course", course_id=course_id))


@bp.post("/office/<int:course_id>/publish")
@needs(policy.EDIT)
def publish(course_id: int) -> ResponseReturnValue:
    def do(work: Work, found: Course, form: ButtonForm) -> None:
        publish_course(work, found, version=form.version.data)

    return press(course_id, do, _("It is published. Everybody can read it now."))


@bp.post("/office/<int:course_id>/revise")
@needs(policy.EDIT)
def revise(course_id: int) -> ResponseReturnValue:
    def do(work: Work, found: Course, _form: ButtonForm) -> None:
        revise_course(work, found)

    return press(course_id, do, _("The next version is begun. Readers keep the present one."))


@bp.post("/office/<int:course_id>/archive")
@needs(policy.EDIT)
def archive(course_id: int) -> ResponseReturnValue:
    def do(work: Work, found: Course, _form: ButtonForm) -> None:
        archive_course(work, found)

    return press(course_id, do, _("The course is archived."))


@bp.post("/office/<int:course_id>/restore")
@needs(policy.EDIT)
def restore(course_id: int) -> ResponseReturnValue:
    def do(work: Work, found: Course, _form: ButtonForm) -> None:
        restore_course(work, found)

    return press(course_id, do, _("The course is offered again."))
