"""The builder of a call's application form: its sections and questions, in words."""

import json
import re
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.forms import asked_if, section_form
from app.fellowships import policy, queries
from app.fellowships.forms.building import (
    ArrangeForm,
    QuestionForm,
    SectionForm,
    condition_choices,
    moved_up,
    ticked,
)
from app.fellowships.models import Call
from app.fellowships.operations import save_form
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.web import needs
from app.foundation.work import Work
from app.opportunities.form_definitions import (
    FormProblem,
    kinds_in_words,
    parse_form,
    stages_in_words,
    text_in,
)
from app.opportunities.form_definitions.building import (
    EMPTY,
    before_section,
    earlier,
    found,
    moved,
    with_question,
    with_section,
    without,
)
from app.opportunities.models import FormVersion

NEW = "new"


def _kept(call: Call) -> FormVersion | None:
    return db.session.scalar(queries.current_form(call.id))


def _definition(call: Call) -> dict[str, Any]:
    kept = _kept(call)
    return dict(kept.definition) if kept else dict(EMPTY)


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


# --- the form at a glance: what stands where


@bp.get("/office/<int:call_id>/form/build")
@needs(policy.EDIT)
def build(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _build_page(call, _arrange_form(call, bound=False))


@bp.post("/office/<int:call_id>/form/build")
@needs(policy.EDIT)
def arrange(call_id: int) -> ResponseReturnValue:
    """Move a section or a question, or take it out."""
    verb, _colon, key = request.form.get("do", "").partition(":")

    def save(work: Work, call: Call, form: ArrangeForm) -> None:
        definition = _definition(call)
        if found(definition, key) is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        made = (
            without(definition, key)
            if verb == "out"
            else moved(definition, key, -1 if verb == "up" else 1)
        )
        save_form(work, call, made, version=form.version.data)

    again = edit_call(call_id, _arrange_form, save, _build_page)
    return again or redirect(url_for(".build", call_id=call_id) + f"#{key}")


def _arrange_form(call: Call, *, bound: bool) -> ArrangeForm:
    return ArrangeForm(formdata=_sent(bound=bound), data={"version": call.version})


def _build_page(call: Call, form: ArrangeForm, **values: Any) -> str:
    kept = _kept(call)
    return office_page(
        "build",
        call,
        form=form,
        kept=kept,
        definition=_definition(call),
        is_used=kept is not None and queries.form_is_used(db.session(), kept),
        kinds=kinds_in_words(),
        stages=stages_in_words(),
        text_in=text_in,
        conditions=_conditions_in_words,
        **values,
    )


def _conditions_in_words(
    definition: dict[str, Any], section: str, question: Any = None
) -> list[str]:
    """By what a question is asked, or without one the whole section."""
    before = (
        before_section(definition, section)
        if question is None
        else earlier(definition, section, question["key"])
    )
    of = found(definition, section) or {} if question is None else question
    choices = condition_choices(before)
    chosen = ticked(of.get("show_if"), choices)
    return [str(choice.label) for choice in choices if choice.value in chosen]


# --- one section


@bp.get("/office/<int:call_id>/form/sections/<key>")
@needs(policy.EDIT)
def form_section(call_id: int, key: str) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _section_page(call, _section_form(call, key, bound=False), key=key)


@bp.post("/office/<int:call_id>/form/sections/<key>")
@needs(policy.EDIT)
def set_form_section(call_id: int, key: str) -> ResponseReturnValue:
    made: list[str] = []

    def make(call: Call, *, bound: bool) -> SectionForm:
        return _section_form(call, key, bound=bound)

    def save(work: Work, call: Call, form: SectionForm) -> None:
        values = form.values({} if key == NEW else _found(call, key, "questions"))
        definition, new = with_section(_definition(call), None if key == NEW else key, values)
        made.append(new)
        if values["kind"] is None and key == NEW:
            # A section of questions begins with one, so that it is a form at every moment.
            first = {"kind": "short text", "label": {reader().locale: _("New question")}}
            definition, _key = with_question(definition, new, None, first)
        save_form(work, call, definition, version=form.version.data)

    def page(call: Call, form: SectionForm, **values: Any) -> str:
        return _section_page(call, form, key=key, **values)

    again = edit_call(call_id, make, save, page)
    if again is not None:
        return again
    flash(_("The section is saved."), "success")
    return redirect(url_for(".build", call_id=call_id) + f"#{made[0]}")


def _section_form(call: Call, key: str, *, bound: bool) -> SectionForm:
    section: dict[str, Any] = {} if key == NEW else _found(call, key, "questions")
    before = before_section(_definition(call), None if key == NEW else key)
    return SectionForm(
        formdata=_sent(bound=bound),
        earlier=before,
        data={
            "kind": section.get("kind", "questions"),
            "title": section.get("title") or {},
            "intro": section.get("intro") or {},
            "most": section.get("most"),
            "show_if": ticked(section.get("show_if"), condition_choices(before)),
            "version": call.version,
        },
    )


def _found(call: Call, key: str, holds: str) -> dict[str, Any]:
    row = found(_definition(call), key)
    is_section = row is not None and any(s["key"] == key for s in _definition(call)["sections"])
    if row is None or is_section != (holds == "questions"):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return row


def _section_page(call: Call, form: SectionForm, *, key: str, **values: Any) -> str:
    return office_page("build_section", call, form=form, is_new=key == NEW, **values)


# --- one question


@bp.get("/office/<int:call_id>/form/sections/<section>/questions/<key>")
@needs(policy.EDIT)
def form_question(call_id: int, section: str, key: str) -> ResponseReturnValue:
    call = call_to_change(call_id)
    form = _question_form(call, section, key, bound=False)
    return _question_page(call, form, section=section, key=key)


@bp.post("/office/<int:call_id>/form/sections/<section>/questions/<key>")
@needs(policy.EDIT)
def set_form_question(call_id: int, section: str, key: str) -> ResponseReturnValue:
    if request.form.get("do") == "more":
        call = call_to_change(call_id)
        typed = _question_form(call, section, key, bound=True)
        return _question_page(call, typed, section=section, key=key)
    asked = re.fullmatch(r"(options|columns)-up-([1-9]\d?)", request.form.get("do", ""))
    if asked:
        call = call_to_change(call_id)
        sent = moved_up(request.form, asked[1], int(asked[2]))
        typed = _question_form(call, section, key, bound=True, sent=sent)
        return _question_page(call, typed, section=section, key=key)
    made: list[str] = []

    def make(call: Call, *, bound: bool) -> QuestionForm:
        return _question_form(call, section, key, bound=bound)

    def save(work: Work, call: Call, form: QuestionForm) -> None:
        kept = {} if key == NEW else _found(call, key, "answers")
        definition, new = with_question(
            _definition(call), section, None if key == NEW else key, form.values(kept)
        )
        made.append(new)
        save_form(work, call, definition, version=form.version.data)

    def page(call: Call, form: QuestionForm, **values: Any) -> str:
        return _question_page(call, form, section=section, key=key, **values)

    again = edit_call(call_id, make, save, page)
    if again is not None:
        return again
    flash(_("The question is saved."), "success")
    return redirect(url_for(".build", call_id=call_id) + f"#{made[0]}")


def _question_form(
    call: Call, section: str, key: str, *, bound: bool, sent: Any = None
) -> QuestionForm:
    _found(call, section, "questions")
    definition = _definition(call)
    question: dict[str, Any] = {} if key == NEW else _found(call, key, "answers")
    before = earlier(definition, section, None if key == NEW else key)
    return QuestionForm(
        formdata=_sent(bound=bound) if sent is None else sent,
        earlier=before,
        data={
            **question,
            "kind": question.get("kind") or request.args.get("kind") or "short text",
            "low": question.get("min"),
            "high": question.get("max"),
            "options": question.get("options") or [],
            "columns": question.get("columns") or [],
            "show_if": ticked(question.get("show_if"), condition_choices(before)),
            "version": call.version,
        },
    )


def _question_page(call: Call, form: QuestionForm, *, section: str, key: str, **values: Any) -> str:
    form.make_room()
    return office_page(
        "build_question", call, form=form, section=section, is_new=key == NEW, **values
    )


# --- as applicants see it, and as a file


@bp.get("/office/<int:call_id>/form/preview")
@needs(policy.EDIT)
def preview_form(call_id: int) -> ResponseReturnValue:
    """Every section as an applicant fills it in; nothing is sent or kept."""
    call = call_to_change(call_id)
    try:
        parsed = parse_form(_definition(call))
    except FormProblem as problem:
        flash(str(problem), "warning")
        return redirect(url_for(".build", call_id=call_id))
    locale = reader().locale
    everything = {question.key for question in parsed.questions()}
    sheets = []
    for section in parsed.sections:
        form = section_form(section, locale, answers={}, version=0, whole=parsed)
        for field in form.asked:
            field.asked_if = asked_if(field.question, everything, {})
        sheets.append((section, form, asked_if(section, everything, {})))
    return render_template(
        "fellowships/office/preview.html",
        call=call,
        sheets=sheets,
        said=lambda texts: text_in(texts, locale)[0],
    )


@bp.get("/office/<int:call_id>/form.json")
@needs(policy.EDIT)
def export_form(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    text = json.dumps(_definition(call), ensure_ascii=False, indent=2)
    named = {"Content-Disposition": f'attachment; filename="{call.ref}-form.json"'}
    return Response(text, mimetype="application/json", headers=named)
