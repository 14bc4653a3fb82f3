"""What credits of one system are in another, by rules that are data. Pure, in exact fractions.

Nothing is decided here: every rule that is in force is shown with both values, its factor and its
source, and where sources differ the university at home decides. A system that has published no
factor has no rule, and no result.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor


class Way(StrEnum):
    """To which side a value goes that lies between two steps."""

    DOWN = "down"
    NEAREST = "nearest"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Rounding:
    """To whole steps, as halves of a credit are; a half step goes up where the nearest counts."""

    step: Fraction
    way: Way = Way.NEAREST

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError("a step of rounding is more than nothing")

    def of(self, value: Fraction) -> Fraction:
        steps = value / self.step
        whole = {
            Way.DOWN: floor(steps),
            Way.NEAREST: floor(steps + Fraction(1, 2)),
            Way.UP: ceil(steps),
        }[self.way]
        return whole * self.step


@dataclass(frozen=True, slots=True)
class Rule:
    """So many credits of `target` are one of `origin`: for whom, from when until when, who says so.

    `scope` is the reference of the university whose own rule it is, and empty where it is
    everybody's; both days are within it.
    """

    origin: str
    target: str
    factor: Fraction
    source: str
    rounding: Rounding | None = None
    scope: str = ""
    since: date | None = None
    until: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.origin == self.target:
            raise ValueError("a rule is between two systems")
        if self.factor <= 0:
            raise ValueError("a factor is more than nothing")
        if self.since and self.until and self.until < self.since:
            raise ValueError("a rule ends after it begins")

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was given, and what a rule makes of it: exactly, and as it counts."""

    given: Fraction
    rule: Rule

    @property
    def exact(self) -> Fraction:
        return self.given * self.rule.factor

    @property
    def counted(self) -> Fraction:
        """Rounded once, from the exact value."""
        return self.rule.rounding.of(self.exact) if self.rule.rounding else self.exact


def conversions(
    amounts: Iterable[Fraction],
    origin: str,
    target: str,
    rules: Iterable[Rule],
    *,
    day: date,
    home: str = "",
) -> tuple[Conversion, ...]:
    """What these credits are together, by each rule that holds on the day; the home's own first.

    They are added before anything is rounded, so that many small courses lose nothing. Rules of
    other universities are theirs.
    """
    given = sum(amounts, Fraction(0))
    found = [
        Conversion(given, rule)
        for rule in rules
        if (rule.origin, rule.target) == (origin, target)
        and rule.scope in {"", home}
        and rule.holds(day)
    ]
    return tuple(sorted(found, key=lambda one: not one.rule.scope))


def disagree(results: Iterable[Conversion]) -> bool:
    """Whether sources give different results, so that somebody has to decide."""
    return len({result.counted for result in results}) > 1


@dataclass(frozen=True, slots=True)
class Unit:
    """A system's credit, and how many of it are one UCTS; None where nobody has published it."""

    scheme: str
    per_ucts: Fraction | None
    source: str
    name: str = ""


def rules_between(units: Iterable[Unit]) -> tuple[Rule, ...]:
    """The rules from each unit to each other one that follow from what they are in UCTS."""
    known = [unit for unit in units if unit.per_ucts]
    return tuple(
        Rule(one.scheme, other.scheme, other.per_ucts / one.per_ucts, _both(one, other))
        for one in known
        for other in known
        if one is not other and one.per_ucts and other.per_ucts
    )


def _both(one: Unit, other: Unit) -> str:
    pages = [*one.source.split(" ; "), *other.source.split(" ; ")]
    return " ; ".join(dict.fromkeys(pages))


@dataclass(frozen=True, slots=True)
class Cap:
    """How many credits from elsewhere a system at home recognises at a level of study."""

    system: str
    level: str
    most: Fraction
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Meter:
    """How far recognised credits fill a cap."""

    cap: Cap
    used: Fraction

    @property
    def left(self) -> Fraction:
        return max(self.cap.most - self.used, Fraction(0))

    @property
    def over(self) -> Fraction:
        return max(self.used - self.cap.most, Fraction(0))

    @property
    def percent(self) -> int:
        """Rounded down and never above 100, so that a full meter is one that is full."""
        return min(int(self.used * 100 / self.cap.most), 100)

    def with_more(self, more: Fraction) -> "Meter":
        return Meter(self.cap, self.used + more)
