"""Two universities with their international offices, and what they agree on."""

from dataclasses import dataclass, replace
from typing import Any

from app.exchanges import operations as office
from app.exchanges.models import Agreement, AgreementSide
from app.exchanges.queries import agreement_with_all, latest
from app.exchanges.terms import Condition
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.organisations.models import Organisation
from tests import make


@dataclass(frozen=True)
class University:
    """A university as a value, and who speaks for it."""

    id: int
    ref: str
    actor: Actor


def university(code: str) -> University:
    body = make.organisation(code=code)
    officer = make.person(f"OFFICE {body.ref}", nationality=code)
    make.grant(officer, Role.COORDINATOR, Scope.ORGANISATION, body.id)
    return University(body.id, body.ref, make.actor(officer))


def going(origin: University, target: University, **values: Any) -> Condition:
    usual = Condition(origin.ref, target.ref, 4, 5, 2027, 2029, ("0613",), (6, 7), "en")
    return replace(usual, **values)


def proposed(one: University, *others: University, **values: Any) -> int:
    """The id of an agreement that the first proposed to the others, both ways."""
    conditions = [going(one, other, **values) for other in others]
    conditions += [going(other, one, **values) for other in others]
    with unit_of_work(one.actor, now=make.NOW) as work:
        found = office.propose_agreement(
            work,
            work.session.get_one(Organisation, one.id),
            partners=[work.session.get_one(Organisation, other.id) for other in others],
            conditions=conditions,
        )
        return found.id


def found_by(work: Work, agreement_id: int) -> tuple[Agreement, AgreementSide]:
    """The agreement with all, locked, and the side that the actor speaks for."""
    agreement = work.find(agreement_with_all(work.actor, agreement_id))
    return agreement, next(
        side
        for side in agreement.sides
        if work.actor.holds(Role.COORDINATOR, Scope.ORGANISATION, side.organisation_id)
    )


def approving(who: University, agreement_id: int, *, seen: int | None = None) -> None:
    with unit_of_work(who.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreement_id)
        newest = latest(agreement)
        office.approve_revision(
            work, agreement, side, seen=seen or newest.number, fingerprint=newest.fingerprint
        )


def revising(
    who: University, agreement_id: int, conditions: list[Condition], *, seen: int | None = None
) -> None:
    with unit_of_work(who.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreement_id)
        office.revise_agreement(
            work,
            agreement,
            side,
            seen=seen or latest(agreement).number,
            conditions=conditions,
        )


def as_it_is(who: University, agreement_id: int) -> Agreement:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(agreement_with_all(who.actor, agreement_id)).one()
