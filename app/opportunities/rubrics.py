"""Rubrics as data: what reviewers score by, and the total that their scores make. Pure.

A definition is JSON that staff write and nobody has to trust:

    {"scale": [1, 5], "criteria": [
        {"key": "merit", "title": {"en": "Scientific merit"}, "weight": 60,
         "hint": {"en": "…"}, "anchors": [{"en": "weak"}, …, {"en": "outstanding"}]}]}

There is one anchor for each value of the scale, and the weights are whole per cents that make
100 together.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeGuard

from app.foundation.languages import gettext as _

Texts = Mapping[str, str]

KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
LOCALE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,19}")
MOST_CRITERIA = 20
HIGHEST = 10
LONGEST_TEXT = 500


class RubricProblem(ValueError):
    """The definition cannot be a rubric; the sentence names the criterion."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is scored; `anchors` say what each value means, lowest first."""

    key: str
    title: Texts
    hint: Texts
    weight: int
    anchors: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    low: int
    high: int
    criteria: tuple[Criterion, ...]

    @property
    def values(self) -> range:
        """Every value that may be given, lowest first."""
        return range(self.low, self.high + 1)

    def criterion(self, key: object) -> Criterion | None:
        return next((c for c in self.criteria if c.key == key), None)

    def anchor(self, criterion: Criterion, value: int) -> Texts:
        """What `value` means under this criterion."""
        return criterion.anchors[value - self.low]


def total(rubric: Rubric, scores: Mapping[str, int]) -> Fraction:
    """The weighted mean of one review's scores, on the rubric's scale, exact.

    `scores` are {criterion key: value}. Raises ValueError unless every criterion has a value of
    the scale and nothing else is scored.
    """
    if set(scores) != {c.key for c in rubric.criteria}:
        msg = f"scores for {sorted(scores)}, not for every criterion of the rubric"
        raise ValueError(msg)
    strange = {key: value for key, value in scores.items() if value not in rubric.values}
    if strange:
        msg = f"{strange} outside {rubric.low} to {rubric.high}"
        raise ValueError(msg)
    return Fraction(sum(c.weight * scores[c.key] for c in rubric.criteria), 100)


def parse_rubric(definition: Any) -> Rubric:
    """Read a definition. Raises RubricProblem with the first thing that is wrong."""
    if not isinstance(definition, Mapping):
        raise RubricProblem(_("The rubric is not a set of named parts."))
    low, high = _scale(definition.get("scale"))
    rows = definition.get("criteria")
    if not isinstance(rows, list) or not rows:
        raise RubricProblem(_("The rubric has no criterion."))
    if len(rows) > MOST_CRITERIA:
        raise RubricProblem(_("A rubric has at most %(most)s criteria.", most=MOST_CRITERIA))
    criteria = tuple(_criterion(row, number, low, high) for number, row in enumerate(rows, 1))
    _refuse_twice([c.key for c in criteria])
    weights = sum(c.weight for c in criteria)
    if weights != 100:
        raise RubricProblem(
            _("The weights make %(sum)s %% together; they must make 100 %%.", sum=weights)
        )
    return Rubric(low, high, criteria)


@lru_cache(maxsize=200)
def kept_rubric(text: str) -> Rubric:
    """The same for a definition as it is stored, JSON text: each is read once."""
    return parse_rubric(json.loads(text))


def _scale(given: Any) -> tuple[int, int]:
    said = _("The scale needs two whole numbers from 0 to %(highest)s, the lower one first.")
    match given:
        case [low, high] if _is_whole(low) and _is_whole(high) and 0 <= low < high <= HIGHEST:
            return low, high
    raise RubricProblem(said % {"highest": HIGHEST})


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _criterion(row: Any, number: int, low: int, high: int) -> Criterion:
    where = _("Criterion %(number)s", number=number)
    if not isinstance(row, Mapping):
        raise RubricProblem(_("%(where)s is not a set of named parts.", where=where))
    key = row.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise RubricProblem(
            _("%(where)s needs a key of small letters, digits and underscores.", where=where)
        )
    where = _("Criterion “%(key)s”", key=key)
    weight = row.get("weight")
    if not _is_whole(weight) or not 1 <= weight <= 100:
        raise RubricProblem(_("%(where)s needs a weight from 1 to 100 %%.", where=where))
    return Criterion(
        key=key,
        title=_texts(row.get("title"), where, needed=True),
        hint=_texts(row.get("hint"), where),
        weight=weight,
        anchors=_anchors(row.get("anchors"), where, low, high),
    )


def _anchors(given: Any, where: str, low: int, high: int) -> tuple[Texts, ...]:
    count = high - low + 1
    if not isinstance(given, list) or len(given) != count:
        raise RubricProblem(
            _(
                "%(where)s must say what each score means: %(count)s texts, from %(low)s "
                "to %(high)s.",
                where=where,
                count=count,
                low=low,
                high=high,
            )
        )
    return tuple(_texts(texts, where, needed=True) for texts in given)


def _texts(given: Any, where: str, *, needed: bool = False) -> Texts:
    """One text in several languages, {locale: text}."""
    if given is None and not needed:
        return {}
    if not isinstance(given, Mapping) or (needed and not given):
        raise RubricProblem(_("%(where)s: each text is given by its language.", where=where))
    for locale, text in given.items():
        if not isinstance(locale, str) or not LOCALE.fullmatch(locale):
            raise RubricProblem(_("%(where)s: each text is given by its language.", where=where))
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
            raise RubricProblem(
                _(
                    "%(where)s: write each text in 1 to %(longest)s characters.",
                    where=where,
                    longest=LONGEST_TEXT,
                )
            )
    return dict(given)


def _refuse_twice(keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise RubricProblem(_("There are two criteria with the key “%(key)s”.", key=key))
