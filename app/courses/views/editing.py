"""What every page on which a centre changes a course has in common."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.audit.models import AuditEntry
from app.courses import policy, queries, readiness
from app.courses.forms import ButtonForm
from app.courses.levels import level_name, licence_name
from app.courses.models import Course, CourseVersion
from app.courses.states import VersionState
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.settling import Editing, settle
from app.foundation.web import current_actor, one_or_404
from app.foundation.work import Work
from app.opportunities import competencies
from app.opportunities.fields import field_name


def my_centres() -> list[int]:
    """The centres whose staff the reader is."""
    return current_actor().scopes(Role.CENTRE, Scope.ORGANISATION)


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
        latest=facts,
        checks=readiness.check(readiness.facts_of(version), version.texts) if version else [],
        may_edit=policy.EDIT.allows(actor, course),
        field_name=field_name,
        level_name=level_name,
        competency_name=competencies.name_of,
        licence_name=licence_name,
        button=ButtonForm(formdata=None),
        **values,
    )


def history(course: Course) -> list[AuditEntry]:
    return list(db.session.scalars(queries.history_of_course(course.id)))


edit_course: Editing[Course] = Editing(of=queries.course_to_open, may=policy.EDIT)


def press(
    course_id: int, do: Callable[[Work, Course, ButtonForm], object], said: str
) -> ResponseReturnValue:
    """A button of the course's page: done, or the reason why not, and back to the page."""
    form = ButtonForm()
    return settle(
        form,
        find=lambda work: work.find(queries.course_to_open(work.actor, course_id)),
        do=lambda work, course: do(work, course, form),
        said=said,
        to=url_for("courses.course", course_id=course_id),
    )
