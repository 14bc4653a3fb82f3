"""What the office may narrow its list down by: the closed answers of a form. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from app.foundation.languages import minor_digits
from app.foundation.search.folding import fold
from app.opportunities.form_definitions import FormDefinition, Question, in_words

IN_WORDS = frozenset({"choice", "several", "country", "language", "language level", "yes or no"})
IN_NUMBERS = frozenset({"number", "money"})
IN_DAYS = frozenset({"day", "month"})
CLOSED = IN_WORDS | IN_NUMBERS | IN_DAYS | {"organisation"}
_NUMBER = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,4})?")


class Kept(NamedTuple):
    """One closed answer: a word of the form's, or "" and a number (a day by its ordinal).

    An organisation of the list is its number, another its folded name.
    """

    question: str
    value: str
    number: float | None


class Asked(NamedTuple):
    """What a question is filtered by: any of these words, or from one bound to another.

    Bounds stand as in the address: a number (money in whole units), a day or a month. An
    organisation is `named` by any of its names.
    """

    question: str
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    named: str = ""


def closed_answers(form: FormDefinition, answers: Mapping[str, Mapping[str, Any]]) -> list[Kept]:
    """The closed answers among what was sent ({section: {question: answer}})."""
    kept: list[Kept] = []
    for section in form.sections:
        given = answers.get(section.key) or {}
        for question in section.questions:
            if question.kind in CLOSED:
                kept.extend(_kept(question, given.get(question.key)))
    return kept


def _kept(question: Question, value: Any) -> list[Kept]:
    if value is None:
        return []
    if question.kind in IN_WORDS:
        words = value if isinstance(value, list) else [value]
        return [Kept(question.key, _word(word), None) for word in dict.fromkeys(words)]
    if question.kind == "organisation":
        return [_organisation(question.key, value)] if in_words(question, value, "") else []
    number = _in_units(question, value)
    return [] if number is None else [Kept(question.key, "", number)]


def _organisation(key: str, value: Any) -> Kept:
    if isinstance(value, dict):
        return Kept(key, "", float(value["organisation"]))
    return Kept(key, as_written(value), None)


def as_written(name: str) -> str:
    """By what a name that is not on the list is found again."""
    return " ".join(fold(name).split())[:60] or "-"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _in_units(question: Question, value: Any) -> float | None:
    if question.kind == "money" and isinstance(value, int):
        return float(Decimal(value).scaleb(-minor_digits(question.currency or "JPY")))
    return float(value) if isinstance(value, int | float) else number_of(str(value))


def number_of(text: str) -> float | None:
    """The number, or the ordinal of the day or of a month's first day; None for anything else."""
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        return float(date.fromisoformat(text + "-01" if len(text) == 7 else text).toordinal())
    except ValueError:
        return None
