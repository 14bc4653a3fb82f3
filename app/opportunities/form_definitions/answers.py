"""Reading answers in two steps, so that a draft keeps what is unfinished but nothing impossible.

| kind                        | answer as it is kept (JSON)          |
|-----------------------------|--------------------------------------|
| short text, long text       | text, NFC                            |
| organisation                | {"organisation": id, "name": name}, |
|                             | or text: a name not on the list      |
| number                      | whole number, or number with decimals |
| day, month                  | "2027-03-27", "2026-09"              |
| choice, country             | key of the option, code ("KH")       |
| several                     | list of keys, in the form's order    |
| language level              | "B2"                                 |
| yes or no                   | true, false                          |
| declaration                 | true                                 |
| money                       | whole number in the smallest unit    |
| language                    | "km"                                 |
| rows                        | list of {column: answer}             |
Nothing answered is None everywhere.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from app.accounts.states import LanguageLevel
from app.foundation import eras
from app.foundation.errors import RuleBroken
from app.foundation.languages import (
    countries,
    every_language,
    minor_digits,
    ngettext,
    reader,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import number as in_digits
from app.opportunities.form_definitions.counting import count_characters, count_words, has_invisible
from app.opportunities.form_definitions.shape import MOST_CHARACTERS, MOST_ROWS, Question, text_in
from app.opportunities.money import MOST, read_amount

Answered = str | int | float | bool | list[str] | dict[str, Any] | list[dict[str, Any]] | None
# What a form sends: one text, several of one name, the parts of a day, rows; or a kept answer.
Typed = (
    str
    | Sequence[str]
    | Sequence[Mapping[str, Any]]
    | Mapping[str, str]
    | int
    | float
    | bool
    | None
)

_NUMBER = re.compile(r"[-+]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(\.(\d{1,10}))?")
LEVELS = tuple(level.value for level in LanguageLevel)


class Reading(NamedTuple):
    """What may be kept of an answer (None: nothing), and what is wrong with what was typed.

    Only a text beyond its limit and rows have both: losing what somebody wrote would be worse.
    """

    value: Answered
    problem: str | None


def read_answer(question: Question, raw: Typed) -> Reading:
    """Read what was typed in answer to a question that is no document; never raises."""
    reader = _READERS.get(question.kind)
    if reader is None:
        return Reading(None, _("A document is uploaded, not typed."))
    return reader(question, raw)


def missing(question: Question, value: Answered, stage: str = "submit") -> str | None:
    """What this kept answer still needs before that stage, as a sentence; None when good."""
    if _is_empty(value):
        return _asked_for(question) if question.needed_at(stage) else None
    if question.kind == "rows" and isinstance(value, list):
        return _missing_in_rows(question, value)
    if isinstance(value, str) and question.kind in MOST_CHARACTERS:
        return _too_long(question, value)
    return None


def _is_empty(value: Answered) -> bool:
    return value is None or value in ("", [])


def _asked_for(question: Question) -> str:
    if question.kind == "declaration":
        return _("Tick the box if you agree; it is needed to submit.")
    if question.kind in {"choice", "yes or no", "language level", "country", "language"}:
        return _("Choose one answer.")
    if question.kind == "rows":
        return _("Fill in at least one row.")
    if question.kind == "several":
        return _("Choose at least one answer.")
    if question.kind == "document":
        return _("Upload this document.")
    return _("Please answer this.")


def _one(raw: Typed) -> str:
    """The one text of an answer: of several the first, of an organisation its name."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, Sequence):
        return str(raw[0]) if raw else ""
    if isinstance(raw, Mapping):
        return str(raw.get("name", ""))
    return "" if raw is None else str(raw)


def _tidy(raw: Typed) -> str:
    text = _one(raw).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


def _text(question: Question, raw: Typed) -> Reading:
    text = _tidy(raw)
    if question.kind != "long text":
        text = " ".join(text.split())
    if not text:
        return Reading(None, None)
    if has_invisible(text):
        return Reading(
            None,
            _("Take out the invisible control characters; type the text instead of pasting."),
        )
    # Twice the limit is kept so that it can be shortened here; beyond, nobody wrote it by hand.
    # A character as readers see it is several as they are stored: up to four in most scripts.
    most = MOST_CHARACTERS[question.kind]
    if len(text) > 2 * most and (length := count_characters(text[: 32 * most])) > 2 * most:
        return Reading(None, _beyond(most, length))
    if len(text) > 8 * most:
        return Reading(None, _beyond(most, len(text)))
    return Reading(text, _too_long(question, text))


def _organisation(question: Question, raw: Typed) -> Reading:
    """One of the list with its name, or the text as it was written. Who keeps it looks it up."""
    written = _text(question, raw)
    chosen = raw.get("organisation") if isinstance(raw, Mapping) else None
    if not isinstance(chosen, int) or isinstance(chosen, bool) or written.value is None:
        return written
    return Reading({"organisation": chosen, "name": written.value}, written.problem)


def _too_long(question: Question, text: str) -> str | None:
    most = question.max_characters or MOST_CHARACTERS[question.kind]
    length = count_characters(text)
    if length > most:
        return _beyond(most, length)
    if question.max_words and (words := count_words(text)) > question.max_words:
        return _(
            "Please shorten this to %(longest)s words; it has %(length)s.",
            longest=in_digits(question.max_words),
            length=in_digits(words),
        )
    return None


def _beyond(most: int, length: int) -> str:
    return _(
        "Please shorten this to %(longest)s characters; it has %(length)s.",
        longest=in_digits(most),
        length=in_digits(length),
    )


def _number(question: Question, raw: Typed) -> Reading:
    text = unicodedata.normalize("NFKC", _tidy(raw)).replace(" ", "")
    if not text:
        return Reading(None, None)
    found = _NUMBER.fullmatch(text)
    # "3,5" is no 35 and "1.000" no 1: what may be meant in two ways is asked for again.
    if not found or len(found[2] or "") > question.decimals:
        return Reading(None, _digits_wanted(question))
    value = Decimal(text.replace(",", ""))
    low = -2_147_483_647 if question.low is None else question.low
    high = 2_147_483_647 if question.high is None else question.high
    if not low <= value <= high:
        return Reading(
            None,
            _(
                "Write a number from %(low)s to %(high)s.",
                low=in_digits(low),
                high=in_digits(high),
            ),
        )
    if question.step and (value - (question.low or 0)) % question.step:
        return Reading(None, _in_steps(question))
    return Reading(float(value) if question.decimals else int(value), None)


def _in_steps(question: Question) -> str:
    """Which numbers there are: the first three say it."""
    step, first = question.step or 1, question.low or 0
    few = [in_digits(first + n * step) for n in range(3)]
    return _(
        "Write a number in steps of %(step)s: %(few)s and so on.",
        step=in_digits(step),
        few=", ".join(few),
    )


def _digits_wanted(question: Question) -> str:
    if question.decimals:
        return ngettext(
            "Write a number in digits, with a point and at most %(num)s decimal after it.",
            "Write a number in digits, with a point and at most %(num)s decimals after it.",
            question.decimals,
        )
    return _("Write a whole number, in digits.")


def _day(question: Question, raw: Typed) -> Reading:
    month_only = question.kind == "month"
    parts = _parts(raw, month_only=month_only)
    if not any(parts):
        return Reading(None, None)
    try:
        year, month, day = (int(unicodedata.normalize("NFKC", part)) for part in parts)
        found = date(eras.meant(year), month, day)
    except eras.EraError as other:
        return Reading(None, str(other))
    except (ValueError, OverflowError):
        return Reading(
            None,
            _("Write the month and the year in digits, for example 9 2026.")
            if month_only
            else _("Write a day that exists, in digits, for example 27 3 2026."),
        )
    return Reading(found.isoformat()[:7] if month_only else found.isoformat(), None)


def _parts(raw: Typed, *, month_only: bool) -> tuple[str, str, str]:
    """Year, month and day as they were typed; of a month the day is the first."""
    if isinstance(raw, Mapping):
        year, month, day = (str(raw.get(p, "")).strip()[:20] for p in ("year", "month", "day"))
    else:
        year, month, day = [*(p.strip()[:20] for p in _tidy(raw).split("-", 2)), "", "", ""][:3]
    if month_only:
        day = "1" if year or month else ""
    return year, month, day


def _choice(question: Question, raw: Typed) -> Reading:
    return _one_of(raw, [o.key for o in question.options])


def _level(_question: Question, raw: Typed) -> Reading:
    return _one_of(raw, LEVELS)


def _country(_question: Question, raw: Typed) -> Reading:
    return _one_of(raw, dict(countries()))


def _one_of(raw: Typed, known: Any) -> Reading:
    text = _one(raw)
    if not text:
        return Reading(None, None)
    if text not in known:
        return Reading(None, _("Choose one of the answers in the list."))
    return Reading(text, None)


def _several(question: Question, raw: Typed) -> Reading:
    given = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, Sequence) else []
    given = [text for text in given if text]
    if any(question.option(text) is None for text in given):
        return Reading(None, _("Choose among the answers in the list."))
    chosen = [o.key for o in question.options if o.key in given]
    if question.most and len(chosen) > question.most:
        return Reading(None, _("Choose at most %(most)s answers.", most=in_digits(question.most)))
    return Reading(chosen or None, None)


def _yes_or_no(_question: Question, raw: Typed) -> Reading:
    if isinstance(raw, bool):
        return Reading(raw, None)
    said = _one_of(raw, ("yes", "no"))
    return said if said.value is None else Reading(said.value == "yes", None)


def _declaration(_question: Question, raw: Typed) -> Reading:
    if isinstance(raw, bool):
        return Reading(raw or None, None)
    return Reading(True if _one(raw) in {"yes", "on", "y", "true"} else None, None)


def _language(_question: Question, raw: Typed) -> Reading:
    return _one_of(raw, every_language())


def _money(question: Question, raw: Typed) -> Reading:
    """In the currency's smallest unit; a whole number is one that was kept."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        kept = 0 <= raw <= MOST
        return Reading(raw, None) if kept else Reading(None, _("This amount is too large."))
    if not (text := _tidy(raw)):
        return Reading(None, None)
    try:
        return Reading(read_amount(text, question.currency or "JPY"), None)
    except RuleBroken as refused:
        return Reading(None, str(refused))


def money_written(amount: int, currency: str | None) -> str:
    """The amount as a field shows it again: 144000, or 1400.50."""
    digits = minor_digits(currency or "JPY")
    return f"{Decimal(amount).scaleb(-digits):.{digits}f}"


def _rows(question: Question, raw: Typed) -> Reading:
    """Each row that has an answer in it; an answer that cannot be one is left out and named."""
    given = raw if isinstance(raw, Sequence) and not isinstance(raw, str) else []
    kept: list[dict[str, Any]] = []
    problem = None
    for row in list(given)[: MOST_ROWS * 2]:
        typed = row if isinstance(row, Mapping) else {}
        answers: dict[str, Any] = {}
        for column in question.columns:
            value, said = read_answer(column, typed.get(column.key))
            if said and problem is None:
                problem = _in_row(len(kept) + 1, column, said)
            answers[column.key] = value
        if any(not _is_empty(value) for value in answers.values()):
            kept.append(answers)
    most = question.most or MOST_ROWS
    if len(kept) > most:
        said = _("Fill in at most %(most)s rows.", most=in_digits(most))
        return Reading(kept[:most] or None, said)
    return Reading(kept or None, problem)


def _missing_in_rows(question: Question, rows: Sequence[Any]) -> str | None:
    if question.least and len(rows) < question.least:
        return _("Fill in at least %(least)s rows.", least=in_digits(question.least))
    for number, row in enumerate(rows, 1):
        for column in question.columns:
            said = missing(column, row.get(column.key) if isinstance(row, Mapping) else None)
            if said:
                return _in_row(number, column, said)
    return None


def _in_row(number: int, column: Question, said: str) -> str:
    return _(
        "Row %(number)s, %(column)s: %(problem)s",
        number=in_digits(number),
        column=text_in(column.label, reader().locale)[0],
        problem=said,
    )


_READERS: dict[str, Callable[[Question, Typed], Reading]] = {
    "short text": _text,
    "long text": _text,
    "organisation": _organisation,
    "number": _number,
    "day": _day,
    "month": _day,
    "choice": _choice,
    "several": _several,
    "country": _country,
    "language level": _level,
    "yes or no": _yes_or_no,
    "declaration": _declaration,
    "language": _language,
    "money": _money,
    "rows": _rows,
}
