"""Pages on which a course is written: its texts in each language, and its facts."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy
from app.courses.forms import CourseFactsForm, CourseTextForm
from app.courses.models import Course, CourseText
from app.courses.operations import save_course_facts, save_course_text
from app.courses.views import bp
from app.courses.views.editing import (
    course_of_centre,
    edit_course,
    newest_version_of,
    office_page,
)
from app.foundation.errors import NotFound
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs
from app.foundation.work import Work
from app.opportunities.money import written

ELSEWHERE = (
    *("taken_at", "given_by", "difficulty", "length", "costs_something", "starts_on", "ends_on"),
)


def _to_change(course_id: int) -> Course:
    course = course_of_centre(course_id)
    policy.EDIT.require(current_actor(), course)
    return course


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


@bp.get("/office/<int:course_id>/texts/<locale>")
@needs(policy.EDIT)
def text(course_id: int, locale: str) -> ResponseReturnValue:
    page = _TextPage(locale)
    course = _to_change(course_id)
    return page.page(course, page.form(course, bound=False))


@bp.post("/office/<int:course_id>/texts/<locale>")
@needs(policy.EDIT)
def save_text(course_id: int, locale: str) -> ResponseReturnValue:
    page = _TextPage(locale)
    again = edit_course(course_id, page.form, page.save, page.page)
    if again is not None:
        return again
    flash(_("The text is saved."), "success")
    return redirect(url_for(".text", course_id=course_id, locale=locale))


class _TextPage:
    """What a course says in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def form(self, course: Course, *, bound: bool) -> CourseTextForm:
        if self.locale not in {*LANGUAGES, course.original_locale}:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        kept = self._kept(course)
        made = CourseTextForm(formdata=_sent(bound=bound), obj=kept)
        if kept is None and not bound:
            made.version.data = 0
        return made

    def _kept(self, course: Course) -> CourseText | None:
        texts = newest_version_of(course).texts
        return next((text for text in texts if text.locale == self.locale), None)

    def save(self, work: Work, course: Course, form: CourseTextForm) -> None:
        version = form.version.data
        save_course_text(work, course, form.words(), locale=self.locale, version=version)

    def page(self, course: Course, form: CourseTextForm, **values: Any) -> str:
        texts = newest_version_of(course).texts
        return office_page(
            "text",
            course,
            form=form,
            locale_of_text=self.locale,
            written={text.locale for text in texts},
            original=next((text for text in texts if text.is_original), None),
            **values,
        )


@bp.get("/office/<int:course_id>/facts")
@needs(policy.EDIT)
def facts(course_id: int) -> ResponseReturnValue:
    course = _to_change(course_id)
    return _facts_page(course, _facts_form(course, bound=False))


@bp.post("/office/<int:course_id>/facts")
@needs(policy.EDIT)
def save_facts(course_id: int) -> ResponseReturnValue:
    def save(work: Work, course: Course, form: CourseFactsForm) -> None:
        save_course_facts(work, course, form.facts(), version=form.version.data)

    again = edit_course(course_id, _facts_form, save, _facts_page)
    if again is not None:
        return again
    flash(_("The facts are saved."), "success")
    return redirect(url_for(".facts", course_id=course_id))


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
