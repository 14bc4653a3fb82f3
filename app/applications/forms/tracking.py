"""What the office types: filters in the address, and decisions."""

import math
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.facets import Asked, number_of
from app.applications.operations import Decision
from app.applications.queries.narrowing import NOBODY, Filters
from app.applications.queries.tracking import ORDERS
from app.applications.states import REASONS, ApplicationState, ScreeningReason
from app.foundation.forms import LARGEST, Form, Longest, RequestKeyField, Required, WholeNumber
from app.foundation.languages import lazy

COUNTRY = re.compile(r"[A-Z]{2}")
WORD = re.compile(r"[a-z][a-z0-9_]{0,40}")
# Filters by an answer stand in the address as "a.degree=phd", "a.papers.from=2", "a.papers.to=9".
ANSWER = re.compile(r"a\.([a-z][a-z0-9_]{0,40})(\.from|\.to|\.named)?")
ANSWER_VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_ -]{0,40}")
MOST_QUESTIONS, MOST_VALUES, MOST_DAYS = 12, 20, 3650


class DecideTogetherForm(Form):
    """One decision about the applications of a list that was just read."""

    request_key = RequestKeyField()
    verb = RadioField(choices=[SelectChoice(d.value) for d in Decision])
    count = WholeNumber(
        lazy("Type the number of applications in this list"),
        [Required(lazy("Type the number, in digits."))],
    )
    reason = RadioField(
        lazy("Why they are not eligible"),
        choices=[SelectChoice(r.value, REASONS[r]) for r in ScreeningReason],
        validate_choice=False,
    )
    note = TextAreaField(lazy("What else the applicants should know"), [Longest(2000)])
    back = HiddenField()

    @property
    def decision(self) -> Decision:
        return Decision(self.verb.data)

    @property
    def screening_reason(self) -> ScreeningReason | None:
        return known_reason(self.reason.data)


class ScreeningForm(Form):
    """Whether one application meets the conditions of the call."""

    reason = RadioField(
        lazy("Why it is not eligible"),
        choices=[SelectChoice(r.value, REASONS[r]) for r in ScreeningReason],
        validate_choice=False,
    )
    note = TextAreaField(lazy("What else the applicant should know"), [Longest(2000)])

    @property
    def screening_reason(self) -> ScreeningReason | None:
        return known_reason(self.reason.data)


def known_reason(value: str | None) -> ScreeningReason | None:
    return ScreeningReason(value) if value and value in set(ScreeningReason) else None


def read_filters(arguments: MultiDict[str, str], *, sort: str = "name") -> Filters:
    """The filters in an address; what makes no sense is left out (`left_out`)."""
    country = arguments.get("country", "")
    asked = arguments.get("sort", "")
    return Filters(
        q=_words(arguments.get("q", "")),
        state=_state(arguments.get("state", "")),
        country=country if COUNTRY.fullmatch(country) else None,
        lowest=_score(arguments.get("from", "")),
        highest=_score(arguments.get("to", "")),
        reviews_missing=arguments.get("missing") == "1",
        track=_track(arguments.get("track", "")),
        days=_days(arguments.get("days", "")),
        officer=_officer(arguments.get("officer", "")),
        tag=row_id(arguments.get("tag", "")),
        answers=_answers(arguments),
        sort=asked if asked in ORDERS else sort,
    )


def left_out(arguments: MultiDict[str, str]) -> list[str]:
    """What was typed as a bound in an address and is no number, nor a day where one is asked."""
    return [
        _words(typed)[:40]
        for name, typed in arguments.items()
        if (read := _bound_reader(name)) and _words(typed) and read(typed) in (None, "")
    ]


def _bound_reader(name: str) -> Callable[[str], float | str | None] | None:
    """How a bound of this name is read; None for what is no bound."""
    if name in ("from", "to"):
        return _score
    if name == "days":
        return _days
    matched = ANSWER.fullmatch(name)
    return _bound if matched and matched[2] in (".from", ".to") else None


@lru_cache(maxsize=2000)
def as_arguments(filters: Filters, **changed: Any) -> str:
    """The filters as they stand in an address, with some of them changed; "" for none."""
    values: dict[str, Any] = {
        "q": filters.q,
        "state": filters.state.value if filters.state else "",
        "country": filters.country,
        "from": filters.lowest,
        "to": filters.highest,
        "missing": "1" if filters.reviews_missing else "",
        "track": filters.track,
        "days": filters.days,
        "officer": "none" if filters.officer == NOBODY else filters.officer,
        "tag": filters.tag,
        "sort": filters.sort,
        **answers_in_address(filters.answers),
        **changed,
    }
    said = {name: value for name, value in values.items() if value not in (None, "", ())}
    return "?" + urlencode(said, doseq=True) if said else ""


def answers_in_address(answers: tuple[Asked, ...]) -> dict[str, Any]:
    """Filters by answers as they are named in an address."""
    said: dict[str, Any] = {}
    for question, values, low, high, named in answers:
        said |= {f"a.{question}": values, f"a.{question}.from": low, f"a.{question}.to": high}
        said |= {f"a.{question}.named": named}
    return said


def _answers(arguments: MultiDict[str, str]) -> tuple[Asked, ...]:
    found: dict[str, Asked] = {}
    for name in sorted(arguments):
        matched = ANSWER.fullmatch(name)
        if matched is None:
            continue
        question, end = matched.groups()
        asked = found.get(question, Asked(question))
        if end is None:
            asked = asked._replace(values=_values(arguments.getlist(name)))
        elif end == ".from":
            asked = asked._replace(low=_bound(arguments[name]))
        elif end == ".named":
            asked = asked._replace(named=_words(arguments[name]))
        else:
            asked = asked._replace(high=_bound(arguments[name]))
        if asked != Asked(question):
            found[question] = asked
    return tuple(islice(found.values(), MOST_QUESTIONS))


def _values(texts: list[str]) -> tuple[str, ...]:
    known = dict.fromkeys(text for text in texts if ANSWER_VALUE.fullmatch(text))
    return tuple(sorted(known))[:MOST_VALUES]


def _bound(text: str) -> str:
    said = unicodedata.normalize("NFKC", text[:40]).strip().replace(",", ".")
    return said if number_of(said) is not None else ""


def _track(text: str) -> str | None:
    return text if WORD.fullmatch(text) else None


def _days(text: str) -> int | None:
    number = row_id(unicodedata.normalize("NFKC", text[:20]).strip())
    return number if number and number <= MOST_DAYS else None


def _officer(text: str) -> int | None:
    return NOBODY if text == "none" else row_id(text) or None


def row_id(text: str | None) -> int | None:
    """A row's id out of an address; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST:
        return int(text)
    return None


def _words(text: str) -> str:
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return unicodedata.normalize("NFC", " ".join(kept.split()))[:100]


def _state(text: str) -> ApplicationState | None:
    if text in set(ApplicationState) and text != ApplicationState.DRAFT:
        return ApplicationState(text)
    return None


def _score(text: str) -> float | None:
    try:
        value = float(unicodedata.normalize("NFKC", text).strip().replace(",", ".")[:10])
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 100 else None
