"""The office's filters as people see them: fields to choose in, and what was chosen, in words."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from flask import render_template
from markupsafe import Markup

from app.applications.facets import CLOSED, IN_DAYS, IN_NUMBERS, Asked
from app.applications.forms.tracking import as_arguments
from app.applications.queries.casework import read_named
from app.applications.queries.narrowing import NOBODY, Filters
from app.applications.states import STATE_NAMES
from app.foundation import languages
from app.foundation.languages import Reader, ngettext
from app.foundation.languages import gettext as _
from app.opportunities import wording
from app.opportunities.form_definitions import (
    LEVELS,
    FormDefinition,
    Question,
    in_words,
    parse_form,
    text_in,
)
from app.opportunities.states import Facet

# So many options are ticked; more are chosen from a list.
MOST_BOXES = 9
Said = tuple[str, dict[str, Any]]


class Chip(NamedTuple):
    """One thing that the list is narrowed by, and the address without it."""

    text: str
    without: str


class Choice(NamedTuple):
    value: str
    label: str
    lang: str
    chosen: bool


class Field(NamedTuple):
    """How one question is filtered by: `kind` is "boxes", "list", "named", "numbers" or "days"."""

    kind: str
    name: str
    label: str
    lang: str
    choices: tuple[Choice, ...] = ()
    low: str = ""
    high: str = ""
    unit: str = ""


def chips(filters: Filters, call: Any) -> list[Chip]:
    """What the list is narrowed by, each with the address that leaves it out.

    `call` is a row that `tracked_opportunity` gave.
    """
    return [Chip(text, as_arguments(filters, **left)) for text, left in _said(filters, call)]


def narrowed(filters: Filters, call: Any) -> list[str]:
    """What the list was narrowed down to, each as a phrase; empty for all applications."""
    return [text for text, _left in _said(filters, call)]


def _said(filters: Filters, call: Any) -> Iterator[Said]:
    """Each filter as a phrase, with what changes in the address when it is taken away."""
    if filters.q:
        yield f"“{filters.q}”", {"q": ""}
    yield from _standing_said(filters)
    if filters.country is not None:
        yield languages.country_name(filters.country), {"country": ""}
    if filters.track is not None:
        yield wording.label(Facet.TRACK, filters.track), {"track": ""}
    yield from _reviews_said(filters)
    yield from _casework_said(filters, call)
    form = form_of(call.form) if filters.answers else None
    for asked in filters.answers:
        yield from _answer_said(asked, form.question(asked.question) if form else None)


def _standing_said(filters: Filters) -> Iterator[Said]:
    if filters.state is not None:
        yield str(STATE_NAMES[filters.state]), {"state": ""}
    if filters.days is not None:
        said = ngettext(
            "%(num)s day or longer in this state",
            "%(num)s days or longer in this state",
            filters.days,
        )
        yield said, {"days": ""}


def _reviews_said(filters: Filters) -> Iterator[Said]:
    if filters.lowest is not None:
        score = languages.decimal(filters.lowest)
        yield _("overall score from %(score)s", score=score), {"from": ""}
    if filters.highest is not None:
        score = languages.decimal(filters.highest)
        yield _("overall score up to %(score)s", score=score), {"to": ""}
    if filters.reviews_missing:
        yield _("reviews are missing"), {"missing": ""}


def _casework_said(filters: Filters, call: Any) -> Iterator[Said]:
    if filters.officer == NOBODY:
        yield _("nobody has the case"), {"officer": ""}
    elif filters.officer is not None:
        who = _name_in(call.office, filters.officer) or _("somebody who has left the office")
        yield _("case of %(name)s", name=who), {"officer": ""}
    if filters.tag is not None:
        tag = _name_in(call.tags, filters.tag) or _("a tag that is gone")
        yield _("tag: %(name)s", name=tag), {"tag": ""}


def _name_in(text: str | None, wanted: int) -> str:
    return next((name for number, name in read_named(text) if number == wanted), "")


def _answer_said(asked: Asked, question: Question | None) -> Iterator[Said]:
    name = f"a.{asked.question}"
    locale = languages.reader().locale
    label = text_in(question.label, locale)[0] if question else asked.question
    for value in asked.values:
        word = _word(question, value, locale) if question else value
        left = tuple(one for one in asked.values if one != value)
        yield _("%(question)s: %(answer)s", question=label, answer=word), {name: left}
    if asked.named:
        said = _("%(question)s: %(answer)s", question=label, answer=asked.named)
        yield said, {f"{name}.named": ""}
    if asked.low and asked.high:
        said = _(
            "%(question)s: %(low)s to %(high)s",
            question=label,
            low=_bound(question, asked.low, locale),
            high=_bound(question, asked.high, locale),
        )
        yield said, {f"{name}.from": "", f"{name}.to": ""}
    elif asked.low:
        low = _bound(question, asked.low, locale)
        yield _("%(question)s: from %(low)s", question=label, low=low), {f"{name}.from": ""}
    elif asked.high:
        high = _bound(question, asked.high, locale)
        yield _("%(question)s: up to %(high)s", question=label, high=high), {f"{name}.to": ""}


def _word(question: Question, value: str, locale: str) -> str:
    if question.kind == "yes or no":
        return in_words(question, value == "yes", locale)
    return in_words(question, value, locale)


def _bound(question: Question | None, text: str, locale: str) -> str:
    if question is not None and question.kind in IN_DAYS:
        return in_words(question, text, locale)
    try:
        return languages.number(float(text))
    except ValueError:
        return text


@lru_cache(maxsize=100)
def form_of(definition: str) -> FormDefinition:
    """A form from its JSON, parsed once."""
    return parse_form(json.loads(definition))


@lru_cache(maxsize=500)
def drawn_fields(reader: Reader, definition: str, answers: tuple[Asked, ...]) -> Markup:
    """The questions of a form to filter by, drawn once for a reader's language."""
    groups = fields(form_of(definition), answers, reader.locale)
    return Markup(render_template("tracking/answers.html", groups=groups))  # noqa: S704 - escaped there


def fields(
    form: FormDefinition, answers: tuple[Asked, ...], locale: str
) -> list[tuple[str, str, list[Field]]]:
    """(title, its language, fields) of each section that asks something with a closed answer."""
    chosen = {asked.question: asked for asked in answers}
    groups = []
    for section in form.sections:
        asked = [q for q in section.questions if q.kind in CLOSED]
        if asked:
            here = [_field(q, chosen.get(q.key, Asked(q.key)), locale) for q in asked]
            groups.append((*text_in(section.title, locale), here))
    return groups


def _field(question: Question, asked: Asked, locale: str) -> Field:
    label, lang = text_in(question.label, locale)
    name = f"a.{question.key}"
    if question.kind == "organisation":
        return Field(kind="named", name=name, label=label, lang=lang, low=asked.named)
    if question.kind in IN_NUMBERS or question.kind in IN_DAYS:
        unit = languages.currency_name(question.currency or "JPY")
        return Field(
            kind="numbers" if question.kind in IN_NUMBERS else question.kind,
            name=name,
            label=label,
            lang=lang,
            low=asked.low,
            high=asked.high,
            unit=unit if question.kind == "money" else "",
        )
    choices = tuple(
        Choice(value, text, of, value in asked.values)
        for value, text, of in _choices(question, locale)
    )
    kind = "boxes" if len(choices) <= MOST_BOXES else "list"
    return Field(kind, name, label, lang, choices)


def _choices(question: Question, locale: str) -> list[tuple[str, str, str]]:
    """(value, label, language of the label) of everything that may be answered."""
    match question.kind:
        case "choice" | "several":
            return [(o.key, *text_in(o.label, locale)) for o in question.options]
        case "country":
            return [(code, name, locale) for code, name in languages.countries()]
        case "language":
            named = languages.every_language().items()
            ordered = sorted(named, key=lambda pair: languages.in_order(pair[1]))
            return [(code, name, locale) for code, name in ordered]
        case "language level":
            return [(level, _word(question, level, locale), locale) for level in LEVELS]
    return [("yes", _("Yes"), locale), ("no", _("No"), locale)]
