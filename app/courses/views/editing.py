"""What every page on which a centre changes a course has in common."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.audit.models import AuditEntry
from app.courses import policy, queries, readiness
from app.courses.fields import field_name, level_name, licence_name
from app.courses.forms import ButtonForm
from app.courses.models import Course, CourseVersion
from app.courses.states import VersionState
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.forms import Form
from app.foundation.web import current_actor, one_or_404
from app.foundation.work import Work, unit_of_work

F = TypeVar("F", bound=Form)
Made_co = TypeVar("Made_co", bound=Form, covariant=True)


class Maker(Protocol[Made_co]):
    """Makes the form of a page: bound to what was sent, or showing what is kept."""

    def __call__(self, course: Course, /, *, bound: bool) -> Made_co: ...


def course_of_centre(course_id: int) -> Course:
    return one_or_404(queries.course_to_open(current_actor(), course_id))


def open_version_of(course: Course) -> CourseVersion | None:
    return next((v for v in course.versions if v.state is not VersionState.PUBLISHED), None)


def newest_version_of(course: Course) -> CourseVersion:
    return course.versions[-1]


def office_page(template: str, course: Course, **values: Any) -> str:
    """A page of one course, with where it stands beside it."""
    actor, version = current_actor(), open_version_of(course)
    facts = newest_version_of(course)
    return render_template(
        f"courses/office/{template}.html",
        course=course,
        open_version=version,
        newest=facts,
        checks=readiness.check(readiness.facts_of(version), version.texts) if version else [],
        may_edit=policy.EDIT.allows(actor, course),
        field_name=field_name,
        level_name=level_name,
        licence_name=licence_name,
        button=ButtonForm(formdata=None),
        **values,
    )


def history(course: Course) -> list[AuditEntry]:
    return list(db.session.scalars(queries.history_of_course(course.id)))


def edit_course(
    course_id: int,
    make: Maker[F],
    save: Callable[[Work, Course, F], object],
    page: Callable[..., str],
) -> ResponseReturnValue | None:
    """Save what was sent: None when it is saved, else the page again, with what was typed."""
    form: F | None = None
    try:
        with unit_of_work(current_actor()) as work:
            course = work.find(queries.course_to_open(work.actor, course_id))
            policy.EDIT.require(work.actor, course)
            form = make(course, bound=True)
            if not form.validate():
                return page(course, form), 422
            save(work, course, form)
            return None
    except ChangedMeanwhile as clash:
        return _again(course_id, make, form, page, str(clash), is_clash=True), 409
    except RuleBroken as refusal:
        return _again(course_id, make, form, page, str(refusal)), 409


def _again(
    course_id: int,
    make: Maker[F],
    form: F | None,
    page: Callable[..., str],
    said: str,
    *,
    is_clash: bool = False,
) -> str:
    course = course_of_centre(course_id)
    newest = make(course, bound=False)
    form = form or newest
    if is_clash and "version" in form and "version" in newest:
        form["version"].data = newest["version"].data
    return page(course, form, refusals=[said], newest_form=newest if is_clash else None)


def press(
    course_id: int, do: Callable[[Work, Course, ButtonForm], object], said: str
) -> ResponseReturnValue:
    """A button of the course's page: done, or the reason why not, and back to the page."""
    form = ButtonForm()
    try:
        with unit_of_work(current_actor()) as work:
            course = work.find(queries.course_to_open(work.actor, course_id))
            if form.validate():
                do(work, course, form)
    except RuleBroken as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for("courses.course", course_id=course_id))
    if form.errors:
        flash(form.first_error(), "warning")
    else:
        flash(said, "success")
    return redirect(url_for("courses.course", course_id=course_id))
