"""Agreements of universities in the demo: in force and being changed, new, and of others."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts.states import LanguageLevel
from app.exchanges.models import Agreement, AgreementSide, BalanceEntry
from app.exchanges.operations import (
    approve_revision,
    propose_agreement,
    record_exchange,
    remind_of_renewals,
    reverse_entry,
    revise_agreement,
)
from app.exchanges.policy import SPEAK
from app.exchanges.queries import agreement_with_all, entries_visible_to, latest, terms_of
from app.exchanges.terms import Condition
from app.foundation.actors import SYSTEM
from app.foundation.work import Work, unit_of_work
from app.organisations.models import Organisation
from seeds.demo.stage import Company

THAI, JAPANESE = "th-0824", "jp-0300"
VIETNAMESE, MALAYSIAN = "vn-0969", "my-0532"


def make_agreements(company: Company, organisations: dict[str, int], now: datetime) -> int:
    """One in force whose next revision waits for Thailand, one for Japan, one without Thailand."""
    year = now.year
    both = _both_ways(THAI, JAPANESE, year)
    first = _propose(company, "coordinator-th", organisations, both, now - timedelta(days=300))
    with company.acts("coordinator-jp", now - timedelta(days=280)) as work:
        found, side = _read(work, first)
        newest = latest(found)
        approve_revision(work, found, side, seen=1, fingerprint=newest.fingerprint)
    with company.acts("coordinator-jp", now - timedelta(days=3)) as work:
        found, side = _read(work, first)
        going, coming = terms_of(found, latest(found)).conditions
        going = replace(going, places=6, language_level=LanguageLevel.B2)
        more = [going, replace(coming, months=10)]
        note = "We have more rooms from April, and our students would like to stay a whole year."
        revise_agreement(work, found, side, seen=1, conditions=more, note=note)
    three = [
        *_both_ways(THAI, JAPANESE, year + 1, levels=(8,)),
        *_both_ways(VIETNAMESE, JAPANESE, year + 1, levels=(8,)),
    ]
    _propose(company, "coordinator-th", organisations, three, now - timedelta(days=6))
    theirs = _both_ways(JAPANESE, MALAYSIAN, year)
    _propose(company, "coordinator-jp", organisations, theirs, now - timedelta(days=40))
    _enter_people(company, organisations, now - timedelta(days=30))
    _let_one_end(company, organisations, now)
    return 4


def _enter_people(company: Company, organisations: dict[str, int], at: datetime) -> None:
    """Who went between Thailand and Japan before, from registers; one entry was wrong."""
    for who, origin, target, years in (
        ("coordinator-th", THAI, JAPANESE, ((2, 3), (1, 4))),
        ("coordinator-jp", JAPANESE, THAI, ((2, 1), (1, 2))),
    ):
        for ago, people in years:
            way = organisations[origin], organisations[target]
            _enter(company, who, at, way=way, year=at.year - ago, people=people)
    with company.acts("coordinator-jp", at + timedelta(days=2)) as work:
        query = entries_visible_to(work.actor).where(BalanceEntry.people == 2)
        reverse_entry(work, work.find(query), because="Two came in that year, and nobody went.")
    corrected = at + timedelta(days=2)
    way = organisations[JAPANESE], organisations[THAI]
    _enter(company, "coordinator-jp", corrected, way=way, year=at.year - 1, people=1)


def _enter(
    company: Company, who: str, at: datetime, *, way: tuple[int, int], year: int, people: int
) -> None:
    with company.acts(who, at) as work:
        origin, target = (work.session.get_one(Organisation, body) for body in way)
        record_exchange(
            work,
            origin,
            origin=origin,
            target=target,
            year=year,
            people=people,
            source=f"Register of outgoing students, {year}",
        )


def _let_one_end(company: Company, organisations: dict[str, int], now: datetime) -> None:
    """An agreement of Thailand and Japan that soon says nothing more: both were reminded."""
    year = (now + timedelta(days=180)).year - 1
    last = [replace(c, last_year=year) for c in _both_ways(THAI, JAPANESE, year, (8,))]
    began = now - timedelta(days=200)
    short = _propose(company, "coordinator-th", organisations, last, began)
    with company.acts("coordinator-jp", began + timedelta(days=3)) as work:
        found, side = _read(work, short)
        fingerprint = latest(found).fingerprint
        approve_revision(work, found, side, seen=1, fingerprint=fingerprint)
    with unit_of_work(SYSTEM, now=now - timedelta(days=1)) as work:
        remind_of_renewals(work)


def _both_ways(
    one: str, other: str, year: int, levels: tuple[int, ...] = (6, 7)
) -> list[Condition]:
    going = Condition(one, other, 4, 5, year, year + 3, ("0613", "0619"), levels, "en")
    return [going, replace(going, origin=other, target=one)]


def _propose(
    company: Company,
    who: str,
    organisations: dict[str, int],
    conditions: list[Condition],
    at: datetime,
) -> int:
    """For the university of the first condition, to everybody else who is named in one."""
    refs = list(dict.fromkeys(ref for c in conditions for ref in (c.origin, c.target)))
    with company.acts(who, at) as work:
        bodies = [work.session.get_one(Organisation, organisations[ref]) for ref in refs]
        made = propose_agreement(work, bodies[0], partners=bodies[1:], conditions=conditions)
        return made.id


def _read(work: Work, agreement_id: int) -> tuple[Agreement, AgreementSide]:
    """The agreement, and the side that this person speaks for."""
    found = work.find(agreement_with_all(work.actor, agreement_id))
    return found, next(side for side in found.sides if SPEAK.allows(work.actor, side))
