"""Programmes of one's office, and who works for them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import RoleGrant, User
from app.foundation import clock
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity, Programme
from app.opportunities.queries import programmes_of


def in_force() -> ColumnElement[bool]:
    """The grant is not over."""
    return or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now())


def programmes_visible_to(actor: Actor) -> Select[Programme]:
    """The programmes of one's office; all of them to the secretariat."""
    query = (
        select(Programme)
        .join(Programme.organisation)
        .options(contains_eager(Programme.organisation))
        .order_by(Programme.name, Programme.id)
    )
    if actor.is_a(Role.SECRETARIAT):
        return query
    return query.where(Programme.id.in_(programmes_of(actor, Role.MANAGER, Role.APPROVER)))


def programmes_managed_by(actor: Actor) -> Select[Programme]:
    return programmes_visible_to(actor).where(Programme.id.in_(programmes_of(actor, Role.MANAGER)))


def people_of_programmes(ids: Iterable[int]) -> Select[RoleGrant]:
    """Who manages and approves, by programme, with the people loaded."""
    return (
        select(RoleGrant)
        .join(RoleGrant.user)
        .options(contains_eager(RoleGrant.user))
        .where(
            RoleGrant.scope == Scope.PROGRAMME,
            RoleGrant.scope_id.in_(list(ids)),
            RoleGrant.role.in_((Role.MANAGER, Role.APPROVER, Role.REVIEWER)),
            in_force(),
        )
        .order_by(RoleGrant.role, User.sort_key, User.id)
    )


def calls_of_programmes(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """How many calls each programme has."""
    counted = (
        select(Opportunity.programme_id, func.count())
        .where(Opportunity.programme_id.in_(list(ids)))
        .group_by(Opportunity.programme_id)
    )
    return {int(i): n for i, n in session.execute(counted) if i is not None}
