"""Contact persons of universities, and language scores with what they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.states import LanguageLevel
from app.exchanges.levels import Against, Band, Known, Score, against, band_of, best, language_of
from app.exchanges.models import ExchangeContact, LanguageScore
from app.exchanges.queries.agreements import universities_of
from app.exchanges.queries.reference import score_bands
from app.exchanges.states import AnswersFor
from app.foundation.actors import Actor
from app.ledger.models import ViewEntry
from app.organisations.queries import goes_on_as


def contacts_of(*university_ids: int) -> Select[ExchangeContact]:
    """Whoever answers for these universities, in the order in which they were named."""
    return (
        select(ExchangeContact)
        .where(ExchangeContact.organisation_id.in_(university_ids))
        .order_by(ExchangeContact.id)
    )


def own_contact(actor: Actor, contact_id: int) -> Select[ExchangeContact]:
    """A contact person of one of the actor's universities, with the university."""
    return (
        select(ExchangeContact)
        .where(
            ExchangeContact.id == contact_id,
            ExchangeContact.organisation_id.in_(universities_of(actor)),
        )
        .options(joinedload(ExchangeContact.organisation, innerjoin=True))
    )


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for the two universities of a stay."""

    home: tuple[ExchangeContact, ...]
    host: tuple[ExchangeContact, ...]


def answering(session: Session, home_id: int, host_id: int) -> Answering:
    """At home for students who go, at the host for those who come; who does only that is first.

    Of a university that went on as another one, those of that one answer.
    """
    ways = goes_on_as(home_id, host_id)
    rows = (
        select(ways.c.asked, ExchangeContact)
        .join(ExchangeContact, ExchangeContact.organisation_id == ways.c.now)
        .order_by(ExchangeContact.id)
    )
    people = session.execute(rows).all()

    def of(university_id: int, way: AnswersFor) -> tuple[ExchangeContact, ...]:
        here = [one for asked, one in people if asked == university_id]
        only = [one for one in here if one.answers_for is way]
        return (*only, *(one for one in here if one.answers_for is AnswersFor.BOTH))

    return Answering(of(home_id, AnswersFor.OUTGOING), of(host_id, AnswersFor.INCOMING))


def scores_of(person_id: int) -> Select[LanguageScore]:
    """The latest first; with their reports."""
    return (
        select(LanguageScore)
        .where(LanguageScore.person_id == person_id)
        .options(joinedload(LanguageScore.file))
        .order_by(LanguageScore.taken_on.desc(), LanguageScore.id.desc())
    )


def own_score(actor: Actor, score_id: int) -> Select[LanguageScore]:
    """One of the reader's own."""
    return (
        select(LanguageScore)
        .where(LanguageScore.id == score_id, LanguageScore.person_id == actor.user_id)
        .options(joinedload(LanguageScore.file))
    )


def openings_of(session: Session, actor: Actor) -> dict[int, list[ViewEntry]]:
    """Who opened which report of the reader's own, the latest first."""
    found: dict[int, list[ViewEntry]] = {}
    rows = (
        select(ViewEntry)
        .where(ViewEntry.person_id == actor.user_id, ViewEntry.what == "language test")
        .order_by(ViewEntry.id.desc())
        .limit(100)
    )
    for one in session.scalars(rows):
        found.setdefault(one.subject_id, []).append(one)
    return found


def value_of_score(score: LanguageScore) -> Score:
    return Score(score.test, score.points, score.taken_on)


def levels_reached(
    session: Session, person_id: int, asked: Iterable[tuple[str, LanguageLevel | None]]
) -> list[Against | None]:
    """How a person's scores stand to each (language, level) that is asked, in order."""
    wanted = list(asked)
    if not any(language and level for language, level in wanted):
        return [None for _one in wanted]
    bands = score_bands(session)
    scores = [value_of_score(one) for one in session.scalars(scores_of(person_id))]
    return [against(bands, scores, language, level) for language, level in wanted]


@dataclass(frozen=True, slots=True)
class Proofs:
    """A person's scores in one language with their bands, and how they stand to what is asked."""

    scores: tuple[tuple[LanguageScore, Band | None], ...]
    asked: Against | None


def proofs_of(
    session: Session, person_id: int, language: str, level: LanguageLevel | None
) -> Proofs:
    """The latest score first."""
    bands = score_bands(session)
    kept = [
        one
        for one in session.scalars(scores_of(person_id))
        if language_of(one.test) == (language or language_of(one.test))
    ]
    rows = [(one, band_of(bands, one.test, one.points, one.taken_on)) for one in kept]
    return Proofs(tuple(rows), against(bands, map(value_of_score, kept), language, level))


def best_score(session: Session, person_id: int, language: str) -> Known | None:
    """The highest level in a language that a person's scores stand for."""
    scores = [value_of_score(one) for one in session.scalars(scores_of(person_id))]
    return best(score_bands(session), scores, language) if scores else None
