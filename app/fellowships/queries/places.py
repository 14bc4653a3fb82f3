"""Seats that host institutions are asked for, who answers, and who ranks them."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.accounts.models import RoleGrant, User
from app.applications.models import Application, Preference
from app.fellowships.models import Call
from app.fellowships.queries.calls import LIVE
from app.fellowships.queries.programmes import in_force
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity, Place
from app.opportunities.queries import programmes_of
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation

STAFF = (Role.HOST, Role.CENTRE, Role.COORDINATOR)


def places_visible_to(actor: Actor) -> Select[Place]:
    """The seats that one's institutions are asked for, and those in the calls of one's office."""
    query = (
        select(Place)
        .join(Place.host)
        .join(Call, Call.id == Place.opportunity_id)
        .options(
            contains_eager(Place.host),
            selectinload(Place.opportunity).selectinload(Opportunity.programme),
        )
    )
    if actor.is_a(Role.SECRETARIAT):
        return query
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return query.where(
        or_(Place.host_id.in_(staffed_by(actor)), Opportunity.programme_id.in_(offices))
    )


def staffed_by(actor: Actor) -> list[int]:
    """The institutions whose staff the actor is."""
    return sorted({i for role in STAFF for i in actor.scopes(role, Scope.ORGANISATION)})


def places_for_hosts(actor: Actor) -> Select[Place]:
    """What one's institutions are asked for, the unanswered first, then the latest deadline."""
    return (
        places_visible_to(actor)
        .where(
            Place.host_id.in_(staffed_by(actor)),
            Opportunity.state != OpportunityState.CANCELLED,
        )
        .order_by(Place.state != PlaceState.ASKED, Opportunity.closes_sort.desc(), Place.id)
        .limit(200)
    )


def places_of(call_id: int) -> Select[Place]:
    return (
        select(Place)
        .join(Place.host)
        .options(contains_eager(Place.host))
        .where(Place.opportunity_id == call_id)
        .order_by(Organisation.sort_key, Place.label, Place.id)
    )


def times_named(session: Session, place_id: int) -> int:
    """How many applications, whatever became of them, name this place among those preferred."""
    named = select(func.count(Preference.id)).where(Preference.place_id == place_id)
    return session.scalar(named) or 0


def applicants_who_rank(place_id: int) -> Select[Application, User]:
    return (
        select(Application, User)
        .join(Preference, Preference.application_id == Application.id)
        .join(User, User.id == Application.applicant_id)
        .where(Preference.place_id == place_id, Application.state.in_(LIVE))
        .order_by(Application.id)
    )


def staff_of(organisation_id: int) -> Select[User, Role]:
    """Who is staff of an institution, and as what."""
    return (
        select(User, RoleGrant.role)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.scope == Scope.ORGANISATION,
            RoleGrant.scope_id == organisation_id,
            RoleGrant.role.in_(STAFF),
            in_force(),
            User.active.is_(True),
        )
        .order_by(User.id)
    )
