"""What the world reads: the catalogue of course dates, and each course's own page."""

from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, timetable, wording
from app.courses.fields import field_name, level_name, licence_name
from app.courses.models import Course, CourseText, CourseVersion
from app.courses.views import bp
from app.courses.views.editing import course_of_centre, newest_version_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import needs, one_or_404, public
from app.opportunities import wording as opportunities
from app.opportunities.deadlines import closing_day
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page


@bp.get("")
@public
@cacheable
def courses() -> ResponseReturnValue:
    return catalogue_page(Kind.COURSE)


@bp.get("/<centre>/<code>")
@public
@cacheable
def published(centre: str, code: str) -> ResponseReturnValue:
    """What a course is, in the version that is published."""
    if len(centre) > 40 or len(code) > 30 or "\0" in centre + code:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    course = one_or_404(queries.published_course(centre, code))
    version = db.session.scalars(queries.published_version(course)).one()
    return course_page(course, version)


@bp.get("/office/<int:course_id>/preview")
@needs(policy.VIEW)
def preview(course_id: int) -> ResponseReturnValue:
    """The newest version as readers will see it, for its centre."""
    course = course_of_centre(course_id)
    return course_page(course, newest_version_of(course), preview=True)


def course_page(course: Course, version: CourseVersion, *, preview: bool = False) -> str:
    words, at = in_readers_language(version.texts), clock.now()
    runs = db.session.scalars(queries.published_runs_of_course(course.id, at)).unique().all()
    for run in runs:
        good_until(run.closes_at)
    return render_template(
        "courses/course.html",
        course=course,
        version=version,
        words=words,
        preview=preview,
        dates=[(run, timetable.days_of(timetable.span(run.meetings), run.zone)) for run in runs],
        window=opportunities.window,
        modes=wording.modes(),
        at=at,
        published_on=closing_day(version.published_at, course.organisation.zone),
        field_name=field_name,
        level_name=level_name,
        licence_name=licence_name,
        tracks=[opportunities.audiences().get(track, track) for track in version.tracks],
    )


class Words(NamedTuple):
    """What a course says in one language."""

    locale: str
    title: str
    summary: str
    objectives: str
    prerequisites: str


def in_readers_language(texts: list[CourseText]) -> Words:
    """The reader's version, else the original."""
    locale = reader().locale
    own = next((text for text in texts if text.locale == locale), None)
    text = own or next(text for text in texts if text.is_original)
    return Words(text.locale, text.title, text.summary, text.objectives, text.prerequisites)
