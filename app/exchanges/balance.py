"""How many people went each way between two, and how many were meant to: per year. Pure.

Two are universities for their offices, and countries for the secretariat; the arithmetic is one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class Count(Generic[K]):
    """From one to another in a year: so many places were agreed on, or so many people went."""

    origin: K
    target: K
    year: int
    places: int = 0
    people: int = 0


@dataclass(slots=True)
class Line:
    """A year as one of the two sees it: what it sends, and what comes."""

    year: int
    places_out: int = 0
    people_out: int = 0
    places_in: int = 0
    people_in: int = 0

    @property
    def balance(self) -> int:
        """How many more came than went."""
        return self.people_in - self.people_out


@dataclass(frozen=True, slots=True)
class Ledger(Generic[K]):
    """One's lines with another, the newest year first."""

    other: K
    lines: tuple[Line, ...]

    @property
    def balance(self) -> int:
        """How many more came than went, in all years."""
        return sum(line.balance for line in self.lines)


def ledgers(counts: Iterable[Count[K]], of: K) -> dict[K, Ledger[K]]:
    """What one has with each other; what happens within it, and between others, is left out."""
    kept: dict[K, dict[int, Line]] = defaultdict(dict)
    for count in counts:
        if count.origin == count.target or of not in {count.origin, count.target}:
            continue
        goes_out = count.origin == of
        other = count.target if goes_out else count.origin
        line = kept[other].setdefault(count.year, Line(count.year))
        if goes_out:
            line.places_out += count.places
            line.people_out += count.people
        else:
            line.places_in += count.places
            line.people_in += count.people
    return {
        other: Ledger(other, tuple(lines[year] for year in sorted(lines, reverse=True)))
        for other, lines in kept.items()
    }
