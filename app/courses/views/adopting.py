"""Taking over another centre's course, to translate and to adapt it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.courses import policy, queries
from app.courses.forms import AdoptForm
from app.courses.levels import ADAPTED_UNDER, LICENCES
from app.courses.models import Course
from app.courses.operations import adopt_course
from app.courses.views import bp
from app.courses.views.editing import my_centres
from app.courses.views.published import course_and_version, in_readers_language
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation


@bp.get("/<centre>/<code>/adopt")
@needs(policy.BEGIN_SOME)
def adopt(centre: str, code: str) -> ResponseReturnValue:
    """What it means, under which licence, and the code that it has at one's own centre."""
    policy.BEGIN_SOME.require(current_actor(), None)
    course, _version = course_and_version(centre, code)
    form = _form(course)
    if request.method == "GET":
        form.code.data = course.code
    return _page(centre, code, form)


@bp.post("/<centre>/<code>/adopt")
@needs(policy.BEGIN_SOME)
def adopt_it(centre: str, code: str) -> ResponseReturnValue:
    policy.BEGIN_SOME.require(current_actor(), None)
    original, _version = course_and_version(centre, code)
    form = _form(original)
    if not form.validate():
        return _page(centre, code, form), 422
    try:
        with unit_of_work(current_actor()) as work:
            mine = queries.centres_with(my_centres())
            course = adopt_course(
                work,
                work.find(mine.where(Organisation.id == int(form.centre.data))),
                work.find(queries.published_course(centre, code)),
                code=(form.code.data or "").upper(),
                request_key=form.request_key.data or "",
            )
    except RuleBroken as refusal:
        return _page(centre, code, form, str(refusal)), 409
    flash(_("The course is begun. The list says what it still needs."), "success")
    return redirect(url_for(".course", course_id=course.id))


def _form(original: Course) -> AdoptForm:
    form = AdoptForm(formdata=request.form if request.method == "POST" else None)
    form.centre.choices = [
        SelectChoice(str(centre.id), centre.name)
        for centre in db.session.scalars(queries.centres_with(my_centres()))
        if centre.id != original.organisation_id
    ]
    return form


def _page(centre: str, code: str, form: AdoptForm, *refusals: str) -> str:
    course, version = course_and_version(centre, code)
    return render_template(
        "courses/office/adopt.html",
        course=course,
        version=version,
        words=in_readers_language(version.texts),
        form=form,
        refusals=list(refusals),
        licences=[LICENCES[one] for one in ADAPTED_UNDER.get(version.licence, ()) if one],
        licence=LICENCES.get(version.licence),
    )
