"""An answer as people read it: options by their label, countries by name, days written out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from app.accounts.states import LanguageLevel
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.opportunities.form_definitions.answers import Answered
from app.opportunities.form_definitions.shape import Question, text_in


def in_words(question: Question, value: Answered, locale: str) -> str:
    """The answer for a reader of `locale`; "" for none. Never raises, whatever is kept."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _yes_or_no(question, said=value)
    if isinstance(value, Mapping):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return _several(question, value, locale)
    if isinstance(value, int | float):
        return _number(question, value)
    if question.kind in {"choice", "several"}:
        return _option(question, value, locale)
    reading = _READINGS.get(question.kind)
    return reading(value) if reading else value


def _several(question: Question, value: Sequence[Any], locale: str) -> str:
    if question.kind == "rows":
        return "\n".join(_row(question, row, locale) for row in value)
    return languages.listed([_option(question, str(key), locale) for key in value])


def _number(question: Question, value: float) -> str:
    if question.kind == "money" and isinstance(value, int):
        return languages.money(value, question.currency or "JPY")
    return languages.number(value)


def rows_in_words(question: Question, value: Answered, locale: str) -> list[list[str]]:
    """What was answered in rows, column by column; nothing where there are none."""
    rows = value if question.kind == "rows" and isinstance(value, list) else []
    return [_cells(question, row, locale) for row in rows]


def _row(question: Question, row: Any, locale: str) -> str:
    """One row on one line."""
    return " · ".join(part for part in _cells(question, row, locale) if part)


def _cells(question: Question, row: Any, locale: str) -> list[str]:
    answers = row if isinstance(row, Mapping) else {}
    return [in_words(column, answers.get(column.key), locale) for column in question.columns]


def kinds_in_words() -> dict[str, str]:
    """What each kind of question is called by those who build forms."""
    return {
        "short text": _("Short text"),
        "long text": _("Long text"),
        "number": _("Number"),
        "money": _("Amount of money"),
        "day": _("Day"),
        "month": _("Month"),
        "choice": _("One of several"),
        "several": _("Some of several"),
        "yes or no": _("Yes or no"),
        "country": _("Country"),
        "organisation": _("Institution"),
        "language": _("Language"),
        "language level": _("Level in a language"),
        "rows": _("Table with rows"),
        "document": _("Document to upload"),
        "declaration": _("Consent or declaration"),
    }


def stages_in_words() -> dict[str, str]:
    return {
        "submit": _("when it is submitted"),
        "screening": _("for the screening"),
        "review": _("for the review"),
        "decision": _("for the decision"),
        "offer": _("with the offer"),
    }


def level_in_words(level: str) -> str:
    """A language level with what it means beside the letter that only teachers know."""
    words = {
        LanguageLevel.A1: _("A1: first words and phrases"),
        LanguageLevel.A2: _("A2: simple everyday talk"),
        LanguageLevel.B1: _("B1: gets along when travelling"),
        LanguageLevel.B2: _("B2: follows and discusses one's own field"),
        LanguageLevel.C1: _("C1: fluent at work and in study"),
        LanguageLevel.C2: _("C2: understands practically everything"),
        LanguageLevel.FIRST: _("First language"),
    }
    return words.get(LanguageLevel(level), level) if level in list(LanguageLevel) else level


def _yes_or_no(question: Question, *, said: bool) -> str:
    if question.kind == "declaration":
        return _("Agreed") if said else ""
    return _("Yes") if said else _("No")


def _option(question: Question, key: str, locale: str) -> str:
    option = question.option(key)
    return text_in(option.label, locale)[0] if option else key


def _day(text: str) -> str:
    try:
        if len(text) == 7:
            return languages.month(date.fromisoformat(text + "-01"))
        return languages.day(date.fromisoformat(text))
    except ValueError:
        return text


_READINGS: dict[str, Callable[[str], str]] = {
    "country": languages.country_name,
    "language": languages.language_name,
    "day": _day,
    "month": _day,
    "language level": level_in_words,
}
