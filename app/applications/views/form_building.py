"""The builder of an application form: its sections and questions, in words and as data.

Every floor above whose opportunities take applications offers it at its own addresses.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.validators import ValidationError

from app.applications import queries
from app.applications.forms import asked_if, section_form
from app.applications.forms.building import (
    ArrangeForm,
    QuestionForm,
    SectionForm,
    condition_choices,
    moved_up,
    ticked,
)
from app.applications.forms.definitions import (
    DefinitionForm,
    conditions_in_words,
    labels_before,
    read_definition,
    shown_definition,
)
from app.applications.views.form_on_paper import form_on_paper
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.settling import Editing
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.form_definitions import (
    QUESTION_KINDS,
    FormDefinition,
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


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


@dataclass(frozen=True)
class FormBuilder:
    """How one office builds the forms of its opportunities."""

    edit: Editing[Any]
    save: Callable[..., FormVersion]
    page: Callable[..., str]

    def offer(self, bp: Blueprint, base: str) -> None:
        """Give the pages their addresses, below `base` with the id of the opportunity in it."""
        section = f"{base}/sections/<key>"
        question = f"{base}/sections/<section>/questions/<key>"
        for rule, method, view in (
            (base, "GET", self.form),
            (base, "POST", self.set_form),
            (f"{base}/build", "GET", self.build),
            (f"{base}/build", "POST", self.arrange),
            (section, "GET", self.form_section),
            (section, "POST", self.set_form_section),
            (question, "GET", self.form_question),
            (question, "POST", self.set_form_question),
            (f"{base}/preview", "GET", self.preview_form),
            (f"{base}.json", "GET", self.export_form),
            (f"{base}.pdf", "GET", self.printed_form),
        ):
            bp.add_url_rule(rule, view.__name__, self._marked(view), methods=[method])

    def _marked(self, view: Callable[..., ResponseReturnValue]) -> Any:
        @needs(self.edit.may)
        @wraps(view)
        def marked(**named: Any) -> ResponseReturnValue:
            return view(**named)

        return marked

    def _to_change(self, call_id: int) -> Any:
        call = one_or_404(self.edit.of(current_actor(), call_id))
        self.edit.may.require(current_actor(), call)
        return call

    def _kept(self, call: Any) -> FormVersion | None:
        return db.session.scalar(queries.newest_form(call.id))

    def _definition(self, call: Any) -> dict[str, Any]:
        kept = self._kept(call)
        return dict(kept.definition) if kept else dict(EMPTY)

    # --- the form at a glance: what stands where

    def build(self, call_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        return self._build_page(call, self._arrange_form(call, bound=False))

    def arrange(self, call_id: int) -> ResponseReturnValue:
        """Move a section or a question, or take it out."""
        verb, _colon, key = request.form.get("do", "").partition(":")

        def save(work: Work, call: Any, form: ArrangeForm) -> None:
            definition = self._definition(call)
            if found(definition, key) is None:
                raise NotFound(_("There is no such page, or it is not yours to see."))
            made = (
                without(definition, key)
                if verb == "out"
                else moved(definition, key, -1 if verb == "up" else 1)
            )
            self.save(work, call, made, version=form.version.data)

        again = self.edit(call_id, self._arrange_form, save, self._build_page)
        return again or redirect(url_for(".build", call_id=call_id) + f"#{key}")

    def _arrange_form(self, call: Any, *, bound: bool) -> ArrangeForm:
        return ArrangeForm(formdata=_sent(bound=bound), data={"version": call.version})

    def _build_page(self, call: Any, form: ArrangeForm, **values: Any) -> str:
        kept, definition = self._kept(call), self._definition(call)
        return self.page(
            "build",
            call,
            form=form,
            kept=kept,
            definition=definition,
            is_used=kept is not None and queries.form_is_used(db.session(), kept),
            kinds=kinds_in_words(),
            from_when=stages_in_words(),
            text_in=text_in,
            conditions=_conditions_of(_parsed(json.dumps(definition))),
            **values,
        )

    # --- one section

    def form_section(self, call_id: int, key: str) -> ResponseReturnValue:
        call = self._to_change(call_id)
        return self._section_page(call, self._section_form(call, key, bound=False), key=key)

    def set_form_section(self, call_id: int, key: str) -> ResponseReturnValue:
        made: list[str] = []

        def make(call: Any, *, bound: bool) -> SectionForm:
            return self._section_form(call, key, bound=bound)

        def save(work: Work, call: Any, form: SectionForm) -> None:
            values = form.values({} if key == NEW else self._found(call, key, "questions"))
            definition, new = with_section(
                self._definition(call), None if key == NEW else key, values
            )
            made.append(new)
            if values["kind"] is None and key == NEW:
                # A section of questions begins with one, so that it is a form at every moment.
                first = {"kind": "short text", "label": {reader().locale: _("New question")}}
                definition, _key = with_question(definition, new, None, first)
            self.save(work, call, definition, version=form.version.data)

        def page(call: Any, form: SectionForm, **values: Any) -> str:
            return self._section_page(call, form, key=key, **values)

        again = self.edit(call_id, make, save, page)
        if again is not None:
            return again
        flash(_("The section is saved."), "success")
        return redirect(url_for(".build", call_id=call_id) + f"#{made[0]}")

    def _section_form(self, call: Any, key: str, *, bound: bool) -> SectionForm:
        section: dict[str, Any] = {} if key == NEW else self._found(call, key, "questions")
        before = before_section(self._definition(call), None if key == NEW else key)
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

    def _found(self, call: Any, key: str, holds: str) -> dict[str, Any]:
        row = found(self._definition(call), key)
        is_section = row is not None and any(
            s["key"] == key for s in self._definition(call)["sections"]
        )
        if row is None or is_section != (holds == "questions"):
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return row

    def _section_page(self, call: Any, form: SectionForm, *, key: str, **values: Any) -> str:
        return self.page("section", call, form=form, is_new=key == NEW, **values)

    # --- one question

    def form_question(self, call_id: int, section: str, key: str) -> ResponseReturnValue:
        call = self._to_change(call_id)
        form = self._question_form(call, section, key, bound=False)
        return self._question_page(call, form, section=section, key=key)

    def set_form_question(self, call_id: int, section: str, key: str) -> ResponseReturnValue:
        if request.form.get("do") == "more":
            call = self._to_change(call_id)
            typed = self._question_form(call, section, key, bound=True)
            return self._question_page(call, typed, section=section, key=key)
        asked = re.fullmatch(r"(options|columns)-up-([1-9]\d?)", request.form.get("do", ""))
        if asked:
            call = self._to_change(call_id)
            sent = moved_up(request.form, asked[1], int(asked[2]))
            typed = self._question_form(call, section, key, bound=True, sent=sent)
            return self._question_page(call, typed, section=section, key=key)
        made: list[str] = []

        def make(call: Any, *, bound: bool) -> QuestionForm:
            return self._question_form(call, section, key, bound=bound)

        def save(work: Work, call: Any, form: QuestionForm) -> None:
            kept = {} if key == NEW else self._found(call, key, "answers")
            definition, new = with_question(
                self._definition(call), section, None if key == NEW else key, form.values(kept)
            )
            made.append(new)
            self.save(work, call, definition, version=form.version.data)

        def page(call: Any, form: QuestionForm, **values: Any) -> str:
            return self._question_page(call, form, section=section, key=key, **values)

        again = self.edit(call_id, make, save, page)
        if again is not None:
            return again
        flash(_("The question is saved."), "success")
        return redirect(url_for(".build", call_id=call_id) + f"#{made[0]}")

    def _question_form(
        self, call: Any, section: str, key: str, *, bound: bool, sent: Any = None
    ) -> QuestionForm:
        self._found(call, section, "questions")
        definition = self._definition(call)
        question: dict[str, Any] = {} if key == NEW else self._found(call, key, "answers")
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

    def _question_page(
        self, call: Any, form: QuestionForm, *, section: str, key: str, **values: Any
    ) -> str:
        form.make_room()
        return self.page("question", call, form=form, section=section, is_new=key == NEW, **values)

    # --- as applicants see it, and as a file

    def preview_form(self, call_id: int) -> ResponseReturnValue:
        """Every section as an applicant fills it in; nothing is sent or kept.

        A script shows by what is tried what is asked; without one all is there, and for whom.
        """
        call = self._to_change(call_id)
        try:
            parsed = parse_form(self._definition(call))
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
                field.shown = True
                field.only_of = conditions_in_words(parsed, field.question)
                field.is_tried = True
            only_of = conditions_in_words(parsed, section)
            sheets.append((section, form, asked_if(section, everything, {}), only_of))
        return render_template(
            "form_building/preview.html",
            call=call,
            sheets=sheets,
            asked_if=lambda question: asked_if(question, everything, {}),
            conditions=lambda question: conditions_in_words(parsed, question),
            said=lambda texts: text_in(texts, locale)[0],
        )

    def export_form(self, call_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        text = json.dumps(self._definition(call), ensure_ascii=False, indent=2)
        named = {"Content-Disposition": f'attachment; filename="{call.ref}-form.json"'}
        return Response(text, mimetype="application/json", headers=named)

    def printed_form(self, call_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        kept = self._kept(call)
        return form_on_paper(call, call.title, kept.definition if kept else None)

    # --- the form as data

    def form(self, call_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        return self._form_page(call, self._definition_form(call, bound=False))

    def set_form(self, call_id: int) -> ResponseReturnValue:
        if request.form.get("do") == "preview":
            call = self._to_change(call_id)
            typed = self._definition_form(call, bound=True)
            return self._form_page(call, typed), 200 if typed.validate() else 422

        def save(work: Work, call: Any, form: DefinitionForm) -> None:
            self.save(work, call, form.read, version=form.version.data)

        again = self.edit(call_id, self._definition_form, save, self._form_page)
        if again is not None:
            return again
        flash(_("The application form is saved."), "success")
        return redirect(url_for(".form", call_id=call_id))

    def _definition_form(self, call: Any, *, bound: bool) -> DefinitionForm:
        kept = self._kept(call)
        shown = shown_definition(kept.definition) if kept else ""
        return DefinitionForm(
            formdata=_sent(bound=bound), data={"definition": shown, "version": call.version}
        )

    def _form_page(self, call: Any, form: DefinitionForm, **values: Any) -> str:
        kept, read = self._kept(call), _parsed(form.definition.data)
        return self.page(
            "data",
            call,
            form=form,
            kept=kept,
            asked_before=lambda of: labels_before(read, of),
            is_used=kept is not None and queries.form_is_used(db.session(), kept),
            preview=read,
            kinds=sorted(QUESTION_KINDS),
            kinds_said=kinds_in_words(),
            text_in=text_in,
            **values,
        )


def _conditions_of(form: FormDefinition | None) -> Callable[..., list[str]]:
    """Of whom a section is asked, or a question of it, by their keys."""

    def conditions(section: str, question: str = "") -> list[str]:
        within = form.section(section) if form else None
        asked = within.question(question) if within and question else within
        return conditions_in_words(form, asked) if form and asked else []

    return conditions


def _parsed(text: str | None) -> FormDefinition | None:
    try:
        return parse_form(read_definition(text or ""))
    except (FormProblem, ValidationError):
        return None
