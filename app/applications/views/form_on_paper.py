"""The whole application form on paper: what is asked, with room to write, as a PDF."""

from typing import Any

from flask import Response

from app.applications.forms.definitions import labels_before
from app.foundation import languages
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext, reader
from app.foundation.printing import pdf
from app.opportunities.form_definitions import (
    FormDefinition,
    FormProblem,
    Question,
    Section,
    kinds_in_words,
    parse_form,
    stages_in_words,
    text_in,
)

# Longer lists are not printed: a country is written by its name.
_LINES = {"long text": 9, "rows": 0, "document": 0, "declaration": 0}


def form_on_paper(call: Any, title: str, definition: Any) -> Response:
    """The form of what people apply for, as its row or its object has it; `definition` as kept.

    Raises NotFound where there is no form that can be read.
    """
    try:
        form = parse_form(definition)
    except FormProblem as problem:
        raise NotFound(_("There is no application form to print yet.")) from problem
    name = _("Application form: %(title)s", title=title)
    made = pdf("form", _told(call, title, form), locale=reader().locale, title=name)
    named = {"Content-Disposition": f'inline; filename="{call.ref}-form.pdf"'}
    return Response(made, mimetype="application/pdf", headers=named)


def _told(call: Any, title: str, form: FormDefinition) -> dict[str, Any]:
    closes = ""
    if call.closes_at is not None and call.closes_zone is not None:
        closes = _(
            "Open until %(moment)s in %(place)s",
            moment=languages.moment(call.closes_at, call.closes_zone),
            place=languages.city(call.closes_zone),
        )
    return {
        "title": title,
        "ref": call.ref,
        "closes": closes,
        "note": _("To read and to prepare. Applications are sent on the website."),
        "sections": [_section(section, form, call) for section in form.sections],
    }


def _section(section: Section, form: FormDefinition, call: Any) -> dict[str, Any]:
    notes = {
        "profile": _("Your profile: name, nationality, home institution, languages."),
        "preferences": ngettext(
            "You rank the host institutions that you wish, up to %(num)s.",
            "You rank the host institutions that you wish, up to %(num)s.",
            section.most or int(getattr(call, "max_preferences", 1)),
        ),
    }
    return {
        "title": _said(section.title),
        "intro": _said(section.intro),
        "note": notes.get(section.kind, ""),
        "asked_if": _asked_if(section, form),
        "questions": [_question(question, form) for question in section.questions],
    }


def _question(question: Question, form: FormDefinition) -> dict[str, Any]:
    options = [_said(option.label) for option in question.options]
    if question.kind == "yes or no":
        options = [_("Yes"), _("No")]
    if question.kind == "declaration":
        options = [_("I agree")]
    return {
        "label": _said(question.label),
        "hint": _said(question.hint),
        "facts": " · ".join(_facts(question, form)),
        "options": options,
        "columns": [_said(column.label) for column in question.columns],
        "lines": 0 if options else _LINES.get(question.kind, 1),
    }


def _facts(question: Question, form: FormDefinition) -> list[str]:
    facts = [kinds_in_words()[question.kind]]
    if question.currency:
        facts.append(languages.currency_name(question.currency))
    if question.max_words:
        facts.append(ngettext("at most %(num)s word", "at most %(num)s words", question.max_words))
    if question.max_characters:
        facts.append(
            ngettext(
                "at most %(num)s character", "at most %(num)s characters", question.max_characters
            )
        )
    if question.required and question.required_from != "submit":
        facts.append(_("Needed %(stage)s.", stage=stages_in_words()[question.required_from]))
    else:
        facts.append(_("needed") if question.required else _("if you wish"))
    before = labels_before(form, question)
    if before:
        asked = languages.listed(before)
        facts.append(_("Asked only by what you answer to: %(questions)s", questions=asked))
    return facts


def _asked_if(section: Section, form: FormDefinition) -> str:
    before = labels_before(form, section)
    if not before:
        return ""
    return _(
        "This section is asked only by what you answer to: %(questions)s",
        questions=languages.listed(before),
    )


def _said(texts: Any) -> str:
    return text_in(texts, reader().locale)[0]
