"""How a stay abroad lies over the terms at home, whose years begin in other months. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """A term, a quarter or a time of exams, with its first and last day."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a term ends after it begins")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def shared_with(self, other: "Span") -> int:
        """How many days lie in both."""
        shared = (min(self.last, other.last) - max(self.first, other.first)).days + 1
        return max(shared, 0)


class Lies(StrEnum):
    """How much of a term at home somebody is away for."""

    FREE = "free"
    CUT = "cut"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Overlap:
    """A term at home under a stay abroad."""

    home: Span
    days: int

    @property
    def lies(self) -> Lies:
        if self.days == 0:
            return Lies.FREE
        return Lies.WHOLE if self.days == self.home.days else Lies.CUT


def overlaps(stay: Span, at_home: Iterable[Span]) -> list[Overlap]:
    """The stay over each term at home, by their first days."""
    in_order = sorted(at_home, key=lambda span: (span.first, span.last))
    return [Overlap(home, stay.shared_with(home)) for home in in_order]


def cuts(stay: Span, at_home: Iterable[Span]) -> list[Overlap]:
    """The terms at home that somebody would begin and not end, or come into late."""
    return [overlap for overlap in overlaps(stay, at_home) if overlap.lies is Lies.CUT]


def stays_that_cut_nothing(offered: Iterable[Span], at_home: Iterable[Span]) -> list[Span]:
    """Of the host's terms and quarters, those that leave every term at home whole or free."""
    terms = list(at_home)
    return [stay for stay in offered if not cuts(stay, terms)]
