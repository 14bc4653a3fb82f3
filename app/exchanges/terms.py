"""What universities agree on, its fingerprint, and when a revision is in force. Pure.

There is one shared copy. It is never changed, only followed by a revision; each side approves a
revision by the fingerprint of what it saw, and a revision is in force when all sides did. The one
in force stays so while the next is talked about.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.accounts.states import LanguageLevel

MOST_MONTHS = 60
RENEWAL_LEAD = timedelta(days=270)
STUDY_LEVELS = range(5, 9)  # ISCED 2011: short-cycle to doctoral


@dataclass(frozen=True, slots=True)
class Condition:
    """Places a year from one university to another. A year is the one an academic year begins in.

    No `fields` (ISCED-F) or `levels` (ISCED 2011) means all of them; no `language`, any.
    """

    origin: str
    target: str
    places: int
    months: int
    first_year: int
    last_year: int
    fields: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    language: str = ""
    language_level: LanguageLevel | None = None

    def holds_in(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year

    def covers(self, fields: Collection[str], levels: Collection[int]) -> bool:
        """Whether it promises places for all of these fields and levels; none named means all."""
        return (not self.fields or (bool(fields) and set(fields) <= set(self.fields))) and (
            not self.levels or (bool(levels) and set(levels) <= set(self.levels))
        )

    def as_json(self) -> dict[str, Any]:
        """The same however its fields and levels were put in order."""
        return asdict(self) | {
            "fields": sorted(set(self.fields)),
            "levels": sorted(set(self.levels)),
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """Whom an agreement is between, and its conditions, in any order."""

    sides: frozenset[str]
    conditions: tuple[Condition, ...]

    def as_json(self) -> dict[str, Any]:
        conditions = sorted((c.as_json() for c in self.conditions), key=_canonical)
        return {"sides": sorted(self.sides), "conditions": conditions}

    @property
    def fingerprint(self) -> str:
        """The same for the same content, and for no other."""
        return hashlib.sha256(_canonical(self.as_json()).encode()).hexdigest()

    @property
    def last_year(self) -> int | None:
        """When the last condition ends; nothing is promised after it."""
        return max((c.last_year for c in self.conditions), default=None)

    def places(self, origin: str, target: str, year: int) -> int:
        """How many may go from one to the other in a year."""
        return sum(
            c.places
            for c in self.conditions
            if (c.origin, c.target) == (origin, target) and c.holds_in(year)
        )

    def balance(self, one: str, other: str, year: int) -> int:
        """How many more may come to `one` from `other` than the other way."""
        return self.places(other, one, year) - self.places(one, other, year)


def ends_on(last_year: int, begins_in: int) -> date:
    """The first day of the academic year that an agreement says nothing about any more.

    `begins_in` is the month in which academic years begin, of several countries the earliest.
    """
    return date(last_year + 1, begins_in, 1)


def asks_to_renew_from(last_year: int, begins_in: int) -> date:
    """When its sides are reminded: nominations for the year after are made in between."""
    return ends_on(last_year, begins_in) - RENEWAL_LEAD


def prolonged(terms: Terms, until: int) -> Terms:
    """The same, where all that ends in the last year goes on until a later one."""
    return replace(
        terms,
        conditions=tuple(
            replace(c, last_year=until) if c.last_year == terms.last_year else c
            for c in terms.conditions
        ),
    )


def _canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- what cannot be agreed on


class Fault(StrEnum):
    """Why terms cannot be put before anybody."""

    ONE_SIDE = "one side"
    NOTHING = "nothing"
    STRANGER = "stranger"
    TO_ITSELF = "to itself"
    NO_PLACES = "no places"
    MONTHS = "months"
    YEARS = "years"
    FIELD = "field"
    LEVEL = "level"
    LEVEL_OF_NO_LANGUAGE = "level of no language"
    TWICE = "twice"


def faults(terms: Terms) -> list[tuple[int | None, Fault]]:
    """All that is wrong, with the place of the condition that it is about; None: with the whole."""
    found: list[tuple[int | None, Fault]] = []
    if len(terms.sides) < 2:
        found.append((None, Fault.ONE_SIDE))
    if not terms.conditions:
        found.append((None, Fault.NOTHING))
    seen: set[str] = set()
    for place, condition in enumerate(terms.conditions):
        found += [(place, fault) for fault in _wrong(condition, terms.sides)]
        content = _canonical(condition.as_json())
        if content in seen:
            found.append((place, Fault.TWICE))
        seen.add(content)
    return found


def _wrong(condition: Condition, sides: frozenset[str]) -> list[Fault]:
    wrong = {
        Fault.STRANGER: not {condition.origin, condition.target} <= sides,
        Fault.TO_ITSELF: condition.origin == condition.target,
        Fault.NO_PLACES: condition.places < 1,
        Fault.MONTHS: not 1 <= condition.months <= MOST_MONTHS,
        Fault.YEARS: condition.last_year < condition.first_year,
        Fault.FIELD: not all(is_detailed_field(code) for code in condition.fields),
        Fault.LEVEL: not all(level in STUDY_LEVELS for level in condition.levels),
        Fault.LEVEL_OF_NO_LANGUAGE: bool(condition.language_level) and not condition.language,
    }
    return [fault for fault, is_so in wrong.items() if is_so]


def is_detailed_field(code: str) -> bool:
    return len(code) == 4 and code.isascii() and code.isdigit()


# --- revisions and approvals


@dataclass(frozen=True, slots=True)
class Revision:
    """The terms as somebody put them; numbers only grow."""

    number: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class Approval:
    """A side's word for a revision, bound to its number and to what it said."""

    side: str
    number: int
    fingerprint: str

    def counts_for(self, revision: Revision) -> bool:
        """Never for another revision, even one that says the same again."""
        return (
            self.side in revision.terms.sides
            and self.number == revision.number
            and self.fingerprint == revision.terms.fingerprint
        )


def still_to_approve(revision: Revision, approvals: Iterable[Approval]) -> frozenset[str]:
    """The sides whose word for this revision is missing."""
    return revision.terms.sides - {a.side for a in approvals if a.counts_for(revision)}


def in_force(revisions: Sequence[Revision], approvals: Sequence[Approval]) -> Revision | None:
    """The newest revision that all its sides approved."""
    agreed = (r for r in revisions if not still_to_approve(r, approvals))
    return max(agreed, key=lambda revision: revision.number, default=None)


# --- what a revision changes


@dataclass(frozen=True, slots=True)
class Changed:
    """A condition before and after; None where it is new, or gone."""

    before: Condition | None
    after: Condition | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is different, where there is a before and an after."""
        if self.before is None or self.after is None:
            return ()
        old, new = self.before.as_json(), self.after.as_json()
        return tuple(f.name for f in fields(Condition) if old[f.name] != new[f.name])


def changes(before: Terms, after: Terms) -> list[Changed]:
    """What a reader of the one has to look at in the other; nothing for the same content.

    Conditions of the same direction are held against each other, the most alike first.
    """
    gone, new = _without_common(before, after)
    pairs = sorted(
        (
            (len(change.fields), old_place, new_place)
            for old_place, old in enumerate(gone)
            for new_place, fresh in enumerate(new)
            if (old.origin, old.target) == (fresh.origin, fresh.target)
            for change in [Changed(old, fresh)]
        ),
    )
    matched: dict[int, int] = {}
    for _, old_place, new_place in pairs:
        if old_place not in matched and new_place not in matched.values():
            matched[old_place] = new_place
    found = [
        Changed(old, new[matched[place]] if place in matched else None)
        for place, old in enumerate(gone)
    ]
    taken = set(matched.values())
    return found + [Changed(None, c) for place, c in enumerate(new) if place not in taken]


def _without_common(before: Terms, after: Terms) -> tuple[list[Condition], list[Condition]]:
    old = {_canonical(c.as_json()): c for c in before.conditions}
    new = {_canonical(c.as_json()): c for c in after.conditions}
    return (
        [old[key] for key in sorted(old.keys() - new.keys())],
        [new[key] for key in sorted(new.keys() - old.keys())],
    )
