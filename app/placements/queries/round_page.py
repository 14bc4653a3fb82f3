"""A proposal as its page shows it: hosts, people with their reasons, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.placements.matching import Candidate, Facts, Line, Verdict, claim, explain
from app.placements.models import PlacementRound
from app.placements.queries.pages import PAGE, offers_of_round, people_named
from app.placements.queries.seats import places_with_offers
from app.placements.states import OfferState

NAMED_CLAIMS = 10


@dataclass(frozen=True, slots=True)
class HostLine:
    """One host: its seats, how many are given, the last score admitted, who still asks for it."""

    place: Row[Any]
    last: float | None
    given_here: int
    waiting: int

    @property
    def free(self) -> int:
        return max(int(self.place.seats - self.place.live), 0)


@dataclass(frozen=True, slots=True)
class Person:
    """One person: where they are placed, or why not, wish by wish."""

    application_id: int
    named: Row[Any] | None
    score: float | None
    offer: Row[Any] | None
    excluded: Row[Any] | None
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the proposal comes to."""

    considered: int
    placed: int
    seats: int
    live: int
    first_wish: int
    countries: int
    mean_score: float | None


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody with a better claim to a seat than the one who has it."""

    person: Row[Any] | None
    place_id: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    hosts: Sequence[HostLine]
    names: dict[int, str]
    people: Sequence[Person]
    numbers: Numbers
    claims: Sequence[Claim]
    more_claims: int
    after: int | None
    offers: Sequence[Row[Any]]

    def count(self, *states: str) -> int:
        return sum(1 for offer in self.offers if offer.state.value in states)


SHOWN = ("all", "placed", "waiting", "changed")


class _Reading:
    """The rows of one proposal, read once."""

    def __init__(self, session: Session, placement_round: PlacementRound) -> None:
        self.facts = Facts.from_json(placement_round.considered)
        self.places = session.execute(places_with_offers(placement_round.opportunity_id)).all()
        self.offers = session.execute(offers_of_round(placement_round.id)).all()
        self.placed: dict[int, Row[Any]] = {}
        self.excluded: dict[int, Row[Any]] = {}
        for offer in self.offers:
            out = offer.state is OfferState.WITHDRAWN and offer.released_at is None
            (self.excluded if out else self.placed)[offer.application_id] = offer
            (self.placed if out else self.excluded).pop(offer.application_id, None)
        where = {a: offer.place_id for a, offer in self.placed.items()}
        self.lines = explain(self.facts, where, self.excluded)

    def people(self, show: str) -> list[Candidate]:
        ordered = sorted(self.facts.candidates, key=claim)
        if show == "placed":
            return [c for c in ordered if c.application_id in self.placed]
        if show == "waiting":
            return [c for c in ordered if c.application_id not in self.placed]
        if show == "changed":
            return [c for c in ordered if self._changed(c.application_id)]
        return ordered

    def _changed(self, application_id: int) -> bool:
        offer = self.placed.get(application_id)
        return application_id in self.excluded or (offer is not None and offer.by_hand)

    def claims(self) -> list[tuple[int, int]]:
        return [
            (application_id, line.place_id)
            for application_id, lines in self.lines.items()
            for line in lines
            if line.verdict is Verdict.BETTER_CLAIM
        ]

    def host_line(self, place: Row[Any]) -> HostLine:
        here = [o for o in self.placed.values() if o.place_id == place.id]
        scores = [o.score for o in here if o.score is not None]
        waiting = sum(
            1
            for a, lines in self.lines.items()
            if a not in self.placed
            and a not in self.excluded
            and any(line.place_id == place.id for line in lines)
        )
        return HostLine(place, min(scores, default=None), len(here), waiting)

    def numbers(self) -> Numbers:
        placed = self.placed.values()
        scores = [o.score for o in placed if o.score is not None]
        return Numbers(
            considered=len(self.facts.candidates),
            placed=len(self.placed),
            seats=sum(p.seats for p in self.places),
            live=sum(p.live for p in self.places),
            first_wish=sum(1 for o in placed if o.preference_rank == 1),
            countries=len({o.country_code for o in placed if o.country_code}),
            mean_score=sum(scores) / len(scores) if scores else None,
        )


def round_page(
    session: Session, placement_round: PlacementRound, *, show: str = "all", after: int | None
) -> RoundPage:
    """Three statements, however many hosts and people there are; people in pages of 25."""
    read = _Reading(session, placement_round)
    listed = read.people(show)
    start = next((n + 1 for n, c in enumerate(listed) if c.application_id == after), 0)
    page = listed[start : start + PAGE]
    claims = read.claims()
    wanted = [c.application_id for c in page] + [a for a, _p in claims[:NAMED_CLAIMS]]
    named = {row.id: row for row in session.execute(people_named(wanted))}
    return RoundPage(
        hosts=[read.host_line(place) for place in read.places],
        names={p.id: f"{p.host} ({p.label})" if p.label else p.host for p in read.places},
        people=[person_of(read, c, named.get(c.application_id)) for c in page],
        numbers=read.numbers(),
        claims=[Claim(named.get(a), p) for a, p in claims[:NAMED_CLAIMS]],
        more_claims=max(len(claims) - NAMED_CLAIMS, 0),
        after=page[-1].application_id if start + PAGE < len(listed) else None,
        offers=read.offers,
    )


def person_page(
    session: Session, placement_round: PlacementRound, application_id: int
) -> tuple[Person, dict[int, str], Sequence[Row[Any]]]:
    """One person of a proposal, the hosts' names, and the hosts as rows."""
    read = _Reading(session, placement_round)
    named = session.execute(people_named([application_id])).one_or_none()
    names = {p.id: f"{p.host} ({p.label})" if p.label else p.host for p in read.places}
    known = {c.application_id: c for c in read.facts.candidates}
    candidate = known.get(application_id)
    if candidate is None:
        offer = read.placed.get(application_id)
        person = Person(application_id, named, None, offer, None, ())
        return person, names, read.places
    return person_of(read, candidate, named), names, read.places


def person_of(read: _Reading, candidate: Candidate, named: Row[Any] | None) -> Person:
    number = candidate.application_id
    return Person(
        application_id=number,
        named=named,
        score=candidate.score,
        offer=read.placed.get(number),
        excluded=read.excluded.get(number),
        lines=read.lines[number],
    )
