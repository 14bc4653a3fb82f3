"""What the office types: filters in the address, and decisions."""

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.operations import Decision
from app.applications.queries.tracking import ORDERS, Filters
from app.applications.states import REASONS, ApplicationState, ScreeningReason
from app.foundation.forms import LARGEST, Form, Longest, Required, WholeNumber
from app.foundation.languages import lazy

COUNTRY = re.compile(r"[A-Z]{2}")


class DecideTogetherForm(Form):
    """One decision about the applications of a list that was just read."""

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


def read_filters(arguments: Mapping[str, str], *, sort: str = "name") -> Filters:
    """The filters in an address; what makes no sense is left out."""
    country = arguments.get("country", "")
    asked = arguments.get("sort", "")
    return Filters(
        q=_words(arguments.get("q", "")),
        state=_state(arguments.get("state", "")),
        country=country if COUNTRY.fullmatch(country) else None,
        lowest=_score(arguments.get("from", "")),
        highest=_score(arguments.get("to", "")),
        reviews_missing=arguments.get("missing") == "1",
        sort=asked if asked in ORDERS else sort,
    )


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
        "sort": filters.sort,
        **changed,
    }
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return "?" + urlencode(said) if said else ""


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
