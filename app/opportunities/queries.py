"""Everything opportunities reads: a function returns a Select or a plain value, never writes."""

from sqlalchemy import Select, or_, select

from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity


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
