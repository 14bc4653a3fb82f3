"""The ways to come to a call, and who nominates by each."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from app.applications.models import Nominator, Route
from app.applications.states import RouteKind


def routes_of(opportunity_id: int) -> Select[Route]:
    """The routes of a call, in the order in which they were opened."""
    return select(Route).where(Route.opportunity_id == opportunity_id).order_by(Route.id)


def routes_with_nominators(opportunity_id: int) -> Select[Route]:
    return routes_of(opportunity_id).options(
        selectinload(Route.nominators).joinedload(Nominator.organisation, innerjoin=True)
    )


def route_of(opportunity_id: int, kind: RouteKind) -> Select[Route]:
    return routes_with_nominators(opportunity_id).where(Route.kind == kind)


def route_to_change(opportunity_id: int, kind: RouteKind) -> Select[Route]:
    """The same with the call itself."""
    return route_of(opportunity_id, kind).options(selectinload(Route.opportunity))


def nominator_of(opportunity_id: int, nominator_id: int) -> Select[Nominator]:
    """One nominator of a call, with its route and the call."""
    return (
        select(Nominator)
        .join(Nominator.route)
        .where(Nominator.id == nominator_id, Route.opportunity_id == opportunity_id)
        .options(
            selectinload(Nominator.route).joinedload(Route.opportunity, innerjoin=True),
            selectinload(Nominator.organisation),
        )
    )


def has_routes(session: Session, opportunity_id: int) -> bool:
    return session.scalar(routes_of(opportunity_id).limit(1)) is not None
