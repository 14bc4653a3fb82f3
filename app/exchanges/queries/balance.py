"""Who went where, for the two universities that it is between, and by country."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.exchanges.balance import Count
from app.exchanges.models import (
    Agreement,
    AgreementCondition,
    AgreementRevision,
    BalanceEntry,
    Cause,
)
from app.exchanges.queries.agreements import universities_of
from app.foundation.actors import Actor, Role
from app.organisations.models import Organisation

MOST_ENTRIES = 200
Origin, Target = aliased(Organisation), aliased(Organisation)


def entries_visible_to(actor: Actor) -> Select[BalanceEntry]:
    """Those from or to one's universities; the secretariat reads all."""
    if actor.is_a(Role.SECRETARIAT):
        return select(BalanceEntry)
    own = universities_of(actor)
    return select(BalanceEntry).where(
        or_(BalanceEntry.origin_id.in_(own), BalanceEntry.target_id.in_(own))
    )


def entries_between(actor: Actor, one: int, other: int) -> Select[BalanceEntry]:
    """What was entered between two, both ways, the newest first."""
    ends = (BalanceEntry.origin_id, BalanceEntry.target_id)
    return (
        entries_visible_to(actor)
        .where(
            or_(
                and_(ends[0] == one, ends[1] == other),
                and_(ends[0] == other, ends[1] == one),
            )
        )
        .options(
            joinedload(BalanceEntry.origin),
            joinedload(BalanceEntry.target),
            joinedload(BalanceEntry.recorded_by),
        )
        .order_by(BalanceEntry.id.desc())
        .limit(MOST_ENTRIES)
    )


def one_entry(actor: Actor, entry_id: int) -> Select[BalanceEntry]:
    """One of them, with the universities that it is between."""
    return (
        entries_visible_to(actor)
        .where(BalanceEntry.id == entry_id)
        .options(joinedload(BalanceEntry.origin), joinedload(BalanceEntry.target))
    )


def universities_by_id(ids: Collection[int]) -> Select[Organisation]:
    """These, by name."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def recorded_for(origin_id: int, target_id: int, year: int) -> Select[int]:
    """What an office entered for one way of a year, and nobody reversed."""
    reversal = aliased(BalanceEntry)
    return select(BalanceEntry.id).where(
        BalanceEntry.origin_id == origin_id,
        BalanceEntry.target_id == target_id,
        BalanceEntry.year == year,
        BalanceEntry.cause == Cause.RECORDED,
        ~exists().where(reversal.reverses_id == BalanceEntry.id),
    )


def balance_of(session: Session, university_id: int, until: int) -> list[Count[int]]:
    """All that goes between a university and others, by their ids, up to a year.

    Whose office the reader is has been asked before.
    """
    return [
        Count(row.origin_id, row.target_id, row.year, row.places, row.people)
        for row in _counted(session, Origin.id == university_id, Target.id == university_id, until)
    ]


def balance_by_country(session: Session, country: str, until: int) -> list[Count[str]]:
    """The same between a country and others, by their codes; for the secretariat."""
    ends = (Origin.country_code == country, Target.country_code == country)
    return [
        Count(row.from_country, row.to_country, row.year, row.places, row.people)
        for row in _counted(session, *ends, until)
    ]


def countries_with_balance(session: Session) -> list[str]:
    """Countries whose universities agreed on something, or sent or received somebody."""
    parts = [
        select(Organisation.country_code).join(model, end == Organisation.id)
        for model, end in (
            (AgreementCondition, AgreementCondition.origin_id),
            (AgreementCondition, AgreementCondition.target_id),
            (BalanceEntry, BalanceEntry.origin_id),
            (BalanceEntry, BalanceEntry.target_id),
        )
    ]
    return sorted(set(session.scalars(parts[0].union(*parts[1:]))))


@dataclass(frozen=True, slots=True)
class _Counted:
    origin_id: int
    target_id: int
    from_country: str
    to_country: str
    year: int
    places: int = 0
    people: int = 0


def _counted(
    session: Session, is_origin: ColumnElement[bool], is_target: ColumnElement[bool], until: int
) -> Iterator[_Counted]:
    """Places of each year from what is, or was, in force, and people from the entries."""
    ends = (Origin.id, Target.id, Origin.country_code, Target.country_code)
    condition = AgreementCondition
    agreed = (
        select(
            *ends, condition.places, condition.first_year, condition.last_year, Agreement.ended_at
        )
        .select_from(condition)
        .join(AgreementRevision, AgreementRevision.id == condition.revision_id)
        .join(
            Agreement,
            and_(
                Agreement.id == AgreementRevision.agreement_id,
                Agreement.in_force_number == AgreementRevision.number,
            ),
        )
        .join(Origin, Origin.id == condition.origin_id)
        .join(Target, Target.id == condition.target_id)
        .where(or_(is_origin, is_target))
    )
    for origin, target, one, other, places, first, last, ended_at in session.execute(agreed):
        # What was ended promises nothing for the years that begin after.
        for year in range(first, min(last, until, ended_at.year if ended_at else until) + 1):
            yield _Counted(origin, target, one, other, year, places=places)
    went = (
        select(*ends, BalanceEntry.year, func.sum(BalanceEntry.people))
        .select_from(BalanceEntry)
        .join(Origin, Origin.id == BalanceEntry.origin_id)
        .join(Target, Target.id == BalanceEntry.target_id)
        .where(or_(is_origin, is_target), BalanceEntry.year <= until)
        .group_by(*ends, BalanceEntry.year)
    )
    for origin, target, one, other, year, people in session.execute(went):
        yield _Counted(origin, target, one, other, year, people=people)
