"""For which bodies people speak, and where they convene groups."""

from sqlalchemy import Select, select

from app.foundation.actors import Actor, Role, Scope
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState
from app.working_groups.queries.groups import MOST_SHOWN


def bodies_to_speak_for(actor: Actor) -> list[int]:
    """One's home institution, and every body that one has a role for."""
    home = {actor.organisation_id} if actor.organisation_id is not None else set()
    held = {g.scope_id for g in actor.grants if g.scope is Scope.ORGANISATION and g.scope_id}
    return sorted(home | held)


def bodies_named(actor: Actor) -> Select[Organisation]:
    """The same, as far as they exist, by name."""
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(bodies_to_speak_for(actor)),
            Organisation.state == OrganisationState.ACTIVE,
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def centres_to_convene_at(actor: Actor) -> Select[Organisation]:
    """One's own centres; for the secretariat every centre."""
    may = (
        Organisation.is_centre
        if actor.is_a(Role.SECRETARIAT)
        else Organisation.id.in_(actor.scopes(Role.CENTRE, Scope.ORGANISATION))
    )
    return (
        select(Organisation)
        .where(may, Organisation.state == OrganisationState.ACTIVE)
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(MOST_SHOWN)
    )
