"""Everything opportunities reads: a function returns a Select or a plain value, never writes."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity, OpportunityText, Programme


def programmes_of(actor: Actor, *roles: Role) -> list[int]:
    """The programmes on which the actor has one of the roles."""
    return sorted({i for role in roles for i in actor.scopes(role, Scope.PROGRAMME)})


def opportunities_visible_to(actor: Actor) -> Select[Opportunity]:
    """What this person may see: all that was published, and the drafts of one's own programmes."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Opportunity)
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return select(Opportunity).where(
        or_(Opportunity.published_at.is_not(None), Opportunity.programme_id.in_(offices))
    )


def programmes_by_name(session: Session) -> list[tuple[int, str]]:
    """Every programme's id and name: on what managers and approvers are appointed."""
    rows = session.execute(select(Programme.id, Programme.name).order_by(Programme.name).limit(500))
    return [(row.id, row.name) for row in rows]


def title_in(locale: str) -> list[ColumnElement[Any]]:
    """The title in the reader's language where there is one, and the language it is in."""
    own = (
        select(OpportunityText.title)
        .where(OpportunityText.opportunity_id == Opportunity.id, OpportunityText.locale == locale)
        .correlate(Opportunity)
        .scalar_subquery()
    )
    return [
        func.coalesce(own, Opportunity.title).label("title"),
        case((own.is_(None), Opportunity.original_locale), else_=locale).label("title_locale"),
    ]
