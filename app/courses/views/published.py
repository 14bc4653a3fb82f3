"""What the world reads: the catalogue of course dates, and each course's own page."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, timetable, wording
from app.courses.levels import level_name, licence_name
from app.courses.linked import Instance, course_document
from app.courses.models import Course, CourseRun, CourseText, CourseVersion
from app.courses.views import bp
from app.courses.views.editing import course_of_centre, newest_version_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import current_actor, needs, one_or_404, public
from app.opportunities import competencies
from app.opportunities import wording as opportunities
from app.opportunities.deadlines import closing_day
from app.opportunities.fields import field_name
from app.opportunities.linked import Provider
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page
from app.projects.queries import projects_with


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
    return course_page(*course_and_version(centre, code))


def course_and_version(centre: str, code: str) -> tuple[Course, CourseVersion]:
    """A course by its address, and what readers read of it now."""
    if len(centre) > 40 or len(code) > 30 or "\0" in centre + code:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    course = one_or_404(queries.published_course(centre, code))
    return course, db.session.scalars(queries.published_version(course)).one()


@bp.get("/<centre>/<code>/course.jsonld")
@public
@cacheable
def for_machines(centre: str, code: str) -> ResponseReturnValue:
    """The same for search engines and other catalogues: schema.org, in the reader's language.

    A file of its own: our Content-Security-Policy is tested to have no script in a page.
    """
    course, version = course_and_version(centre, code)
    runs = db.session.scalars(queries.published_runs_of_course(course.id, clock.now()))
    words = in_readers_language(version.texts)
    said = json.dumps(_linked(course, version, words, runs.unique().all()), ensure_ascii=False)
    return Response(said, mimetype="application/ld+json")


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
        projects=projects_with(db.session(), [run.id for run in runs], reader().locale),
        at=at,
        published_on=closing_day(version.published_at, course.organisation.zone),
        field_name=field_name,
        level_name=level_name,
        competency_name=competencies.name_of,
        licence_name=licence_name,
        site_of=site_of,
        source=db.session.scalar(queries.source_of(course.id)) if version.taken_at else None,
        tracks=[opportunities.audiences().get(track, track) for track in version.tracks],
        source_course=queries.adapted_from(db.session(), course.id, reader().locale),
        adaptations=queries.adaptations_of(db.session(), course.id, reader().locale),
        may_adopt=policy.BEGIN_SOME.allows(current_actor(), None) and not preview,
    )


def site_of(link: str) -> str:
    """Where a link leads, as people read it."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _linked(
    course: Course, version: CourseVersion, words: "Words", runs: Sequence[CourseRun]
) -> dict[str, Any]:
    body = course.organisation
    source = queries.adapted_from(db.session(), course.id, words.locale)
    spans = [(run, timetable.span(run.meetings)) for run in runs]
    return course_document(
        url=url_for(".published", centre=body.ref, code=course.code, _external=True),
        version=version,
        words=words,
        code=course.code,
        field_name=field_name(version.field_code or ""),
        provider=Provider(
            body.name,
            url_for("public.organisation", ref=body.ref, _external=True),
            body.ror_id or "",
        ),
        instances=[
            Instance(
                url=url_for(".run", ref=run.ref, _external=True),
                mode=run.mode,
                zone=run.zone,
                venue=run.venue,
                capacity=run.capacity,
                whole=whole,
            )
            for run, whole in spans
            if whole is not None
        ],
        adapted_from=url_for(".published", centre=source.centre, code=source.code, _external=True)
        if source
        else "",
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
