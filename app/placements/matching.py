"""Placing, pure: highest score first within the seats, and why each person is where they are.

The mechanism is serial dictatorship by overall score: people are taken in the order of `claim`
and each gets the most wanted place that has a seat left. Nobody with a better claim ever envies
a seat, no seat is given twice, and nobody is placed below a wanted place that has a seat left.
It is strategy-proof: listing places in one's true order is always best (Gale and Shapley 1962;
Roth and Sotomayor 1990, chapter 5, with one common ranking at all hosts).

Scores are on the rubric's scale; moments are aware; ids are the database's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Free:
    """A place with the seats that this proposal may give (those given earlier are not in it)."""

    place_id: int
    seats: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application with its overall score and the places it asks for, most wanted first.

    `unsuited` are places among `wishes` that cannot take this person (another track, say).
    """

    application_id: int
    score: float | None
    submitted_at: datetime
    wishes: tuple[int, ...]
    unsuited: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A seat for an application; `preference_rank` 1 is the most wanted place.

    `reason` is a word of the record: "highest score first".
    """

    application_id: int
    place_id: int
    preference_rank: int
    reason: str = "highest score first"


class Verdict(StrEnum):
    """What became of one wish."""

    PROPOSED = "proposed here"
    NOT_NEEDED = "not needed: placed higher"
    FULL = "full"
    FULL_BY_TIE = "full: equal score, sent earlier"
    GIVEN_EARLIER = "all seats were given earlier"
    NOT_OFFERED = "this host has no seats in this call"
    UNSUITED = "this host takes other applicants"
    SEAT_FREE = "a seat is free"
    BETTER_CLAIM = "somebody with a worse claim has the seat"
    EXCLUDED = "excluded by hand"


@dataclass(frozen=True, slots=True)
class Line:
    """One wish explained: `last` is the lowest overall score admitted there, `own` this person's.

    `standing` is the person's place among the `asked` people who listed this host, by claim.
    """

    place_id: int
    rank: int
    verdict: Verdict
    last: float | None = None
    own: float | None = None
    standing: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What a proposal is worked out from, frozen with it."""

    places: tuple[Free, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "places": [[p.place_id, p.seats] for p in self.places],
            "candidates": [
                [
                    c.application_id,
                    c.score,
                    c.submitted_at.isoformat(),
                    list(c.wishes),
                    sorted(c.unsuited),
                ]
                for c in self.candidates
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Facts:
        """What `as_json` wrote; nothing kept reads as nothing considered."""
        return cls(
            places=tuple(Free(place, seats) for place, seats in kept.get("places", [])),
            candidates=tuple(
                Candidate(i, score, datetime.fromisoformat(at), tuple(wishes), frozenset(unsuited))
                for i, score, at, wishes, unsuited in kept.get("candidates", [])
            ),
        )


def claim(candidate: Candidate) -> tuple[float, datetime, int]:
    """Smaller is the better claim: higher score; then sent earlier; then the lower number.

    People without a score come after everybody who has one.
    """
    score = float("-inf") if candidate.score is None else candidate.score
    return (-score, candidate.submitted_at, candidate.application_id)


def propose(places: Iterable[Free], candidates: Iterable[Candidate]) -> list[Proposed]:
    """Take people by claim and give each the most wanted place that has a seat left."""
    left = {p.place_id: p.seats for p in places}
    proposed = []
    for candidate in sorted(candidates, key=claim):
        for rank, place_id in enumerate(candidate.wishes, start=1):
            if place_id not in candidate.unsuited and left.get(place_id, 0) > 0:
                left[place_id] -= 1
                proposed.append(Proposed(candidate.application_id, place_id, rank))
                break
    return proposed


def explain(
    facts: Facts, placed: Mapping[int, int], excluded: Collection[int] = ()
) -> dict[int, list[Line]]:
    """For every candidate one line a wish, given who is placed where ({application: place}).

    `placed` may differ from what `propose` says: people were placed, or `excluded`, by hand.
    """
    view = _View(facts, placed, frozenset(excluded))
    return {c.application_id: list(view.lines(c)) for c in facts.candidates}


def better_claims(
    facts: Facts, placed: Mapping[int, int], excluded: Collection[int] = ()
) -> list[tuple[int, int]]:
    """(application, place) wherever a person has a better claim to a seat than its holder."""
    return [
        (application_id, line.place_id)
        for application_id, lines in explain(facts, placed, excluded).items()
        for line in lines
        if line.verdict is Verdict.BETTER_CLAIM
    ]


class _View:
    """Who is where and who asked for what, counted once for all lines."""

    def __init__(self, facts: Facts, placed: Mapping[int, int], excluded: frozenset[int]) -> None:
        ordered = sorted(facts.candidates, key=claim)
        self.placed, self.excluded = placed, excluded
        self.free = {p.place_id: p.seats for p in facts.places}
        self.admitted: dict[int, list[Candidate]] = {p: [] for p in self.free}
        self.asked: dict[int, dict[int, int]] = {p: {} for p in self.free}
        for candidate in ordered:
            here = placed.get(candidate.application_id)
            if here in self.admitted:
                self.admitted[here].append(candidate)
            for wish in set(candidate.wishes) & self.asked.keys():
                self.asked[wish][candidate.application_id] = len(self.asked[wish]) + 1

    def lines(self, candidate: Candidate) -> Iterable[Line]:
        here = self.placed.get(candidate.application_id)
        satisfied = False
        for rank, place_id in enumerate(candidate.wishes, start=1):
            if place_id == here:
                satisfied = True
                yield self._line(candidate, place_id, rank, Verdict.PROPOSED)
            elif satisfied:
                yield self._line(candidate, place_id, rank, Verdict.NOT_NEEDED)
            else:
                yield self._line(candidate, place_id, rank, self._why_not(candidate, place_id))

    def _why_not(self, candidate: Candidate, place_id: int) -> Verdict:
        if place_id not in self.free:
            return Verdict.NOT_OFFERED
        if place_id in candidate.unsuited:
            return Verdict.UNSUITED
        if candidate.application_id in self.excluded:
            return Verdict.EXCLUDED
        admitted = self.admitted[place_id]
        if len(admitted) < self.free[place_id]:
            return Verdict.SEAT_FREE
        if not admitted:
            return Verdict.GIVEN_EARLIER
        last = admitted[-1]
        if claim(candidate) < claim(last):
            return Verdict.BETTER_CLAIM
        return Verdict.FULL_BY_TIE if candidate.score == last.score else Verdict.FULL

    def _line(self, candidate: Candidate, place_id: int, rank: int, verdict: Verdict) -> Line:
        admitted: Sequence[Candidate] = self.admitted.get(place_id, ())
        asked = self.asked.get(place_id, {})
        return Line(
            place_id=place_id,
            rank=rank,
            verdict=verdict,
            last=admitted[-1].score if admitted else None,
            own=candidate.score,
            standing=asked.get(candidate.application_id, 0),
            asked=len(asked),
        )
