"""Who sees which proposals, offers and places."""

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from app.applications.models import Application
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity, Place
from app.opportunities.queries import programmes_of
from app.opportunities.states import OpportunityState
from app.placements.models import Offer, PlacementRound

HOSTING = (Role.HOST, Role.CENTRE, Role.COORDINATOR)


def rounds() -> Select[PlacementRound]:
    """Proposals with their opportunity loaded."""
    return (
        select(PlacementRound)
        .join(PlacementRound.opportunity)
        .options(contains_eager(PlacementRound.opportunity))
    )


def rounds_visible_to(actor: Actor) -> Select[PlacementRound]:
    """The proposals of the programmes that one manages or approves for."""
    if actor.is_a(Role.SECRETARIAT):
        return rounds()
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return rounds().where(Opportunity.programme_id.in_(offices))


def offers() -> Select[Offer]:
    """Offers with round, place and host, application, its applicant and opportunity loaded."""
    return (
        select(Offer)
        .join(Offer.round)
        .join(Offer.place)
        .join(Place.host)
        .join(Offer.application)
        .join(Application.opportunity)
        .join(Application.applicant)
        .options(
            contains_eager(Offer.round),
            contains_eager(Offer.place).contains_eager(Place.host),
            contains_eager(Offer.application).options(
                contains_eager(Application.opportunity), contains_eager(Application.applicant)
            ),
        )
    )


def offers_visible_to(actor: Actor) -> Select[Offer]:
    """One's own once they were released; and those of the programmes one works for."""
    mine = and_(Application.applicant_id == actor.user_id, Offer.released_at.is_not(None))
    if actor.is_a(Role.SECRETARIAT):
        return offers()
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return offers().where(or_(Opportunity.programme_id.in_(offices), mine))


def opportunities_to_place(actor: Actor) -> Select[Opportunity]:
    """What this person may propose placements for."""
    return select(Opportunity).where(
        Opportunity.programme_id.in_(programmes_of(actor, Role.MANAGER)),
        Opportunity.published_at.is_not(None),
        Opportunity.state != OpportunityState.CANCELLED,
    )


def places_visible_to(actor: Actor) -> Select[Place]:
    """Places with host and opportunity: those one hosts, and those of one's programmes."""
    query = (
        select(Place)
        .join(Place.host)
        .join(Place.opportunity)
        .options(contains_eager(Place.host), contains_eager(Place.opportunity))
    )
    if actor.is_a(Role.SECRETARIAT):
        return query
    hosted = sorted({i for role in HOSTING for i in actor.scopes(role, Scope.ORGANISATION)})
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return query.where(or_(Place.host_id.in_(hosted), Opportunity.programme_id.in_(offices)))
