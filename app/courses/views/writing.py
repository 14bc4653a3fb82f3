"""Pages on which a course is written: its texts in each language, and its facts."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy
from app.courses.forms import CourseFactsForm, CourseTextForm
from app.courses.models import Course, CourseText
from app.courses.operations import save_course_facts, save_course_text
from app.courses.views import bp
from app.courses.views.editing import (
    edit_course,
    newest_version_of,
    office_page,
)
from app.foundation.errors import NotFound
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.text_pages import TextPage
from app.foundation.web import needs
from app.foundation.work import Work
from app.opportunities.money import written

ELSEWHERE = (
    *("taken_at", "given_by", "difficulty", "length", "costs_something", "starts_on", "ends_on"),
)


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


class _TextPage(TextPage[Course, CourseTextForm]):
    """What a course says in one language: one of the site's, or the one it was written in."""

    edit, asks = edit_course, CourseTextForm

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def texts(self, course: Course) -> list[CourseText]:
        return newest_version_of(course).texts

    def form(self, course: Course, *, bound: bool) -> CourseTextForm:
        if self.locale not in {*LANGUAGES, course.original_locale}:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return super().form(course, bound=bound)

    def save(self, work: Work, course: Course, form: CourseTextForm) -> None:
        version = form.version.data
        save_course_text(work, course, form.words(), locale=self.locale, version=version)

    def page(self, course: Course, form: CourseTextForm, **values: Any) -> str:
        written = {text.locale for text in self.texts(course)}
        return office_page(
            "text", course, form=form, written=written, **self.beside(course), **values
        )


@bp.get("/office/<int:course_id>/texts/<locale>")
@needs(policy.EDIT)
def text(course_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(course_id)


@bp.post("/office/<int:course_id>/texts/<locale>")
@needs(policy.EDIT)
def save_text(course_id: int, locale: str) -> ResponseReturnValue:
    to = url_for(".text", course_id=course_id, locale=locale)
    return _TextPage(locale).write(course_id, to=to)


@bp.get("/office/<int:course_id>/facts")
@needs(policy.EDIT)
def facts(course_id: int) -> ResponseReturnValue:
    course = edit_course.found(course_id)
    return _facts_page(course, _facts_form(course, bound=False))


@bp.post("/office/<int:course_id>/facts")
@needs(policy.EDIT)
def save_facts(course_id: int) -> ResponseReturnValue:
    def save(work: Work, course: Course, form: CourseFactsForm) -> None:
        save_course_facts(work, course, form.facts(), version=form.version.data)

    return edit_course.settle(
        course_id,
        _facts_form,
        save,
        _facts_page,
        said=_("The facts are saved."),
        to=url_for(".facts", course_id=course_id),
    )


def _facts_form(course: Course, *, bound: bool) -> CourseFactsForm:
    kept = newest_version_of(course)
    hours = "" if kept.minutes is None else f"{kept.minutes / 60:g}"
    return CourseFactsForm(
        formdata=_sent(bound=bound),
        data={
            "level": str(kept.level or ""),
            "field_code": kept.field_code or "",
            "hours": hours,
            "languages": kept.languages,
            "tracks": kept.tracks,
            "competencies": kept.competencies,
            "costs_nothing": kept.fee_amount == 0,
            "fee": written(kept.fee_amount, kept.fee_currency),
            "fee_currency": kept.fee_currency or "",
            "licence": kept.licence,
            **{name: getattr(kept, name) for name in ELSEWHERE},
            "version": kept.version,
        },
    )


def _facts_page(course: Course, form: CourseFactsForm, **values: Any) -> str:
    return office_page("facts", course, form=form, **values)
