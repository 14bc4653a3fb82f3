"""Who nominates, and says by which ways people apply."""

from app.applications.models import (
    Nomination,
    Nominator,
)
from app.applications.policy.whose import is_applicant
from app.applications.states import NominationState, RouteKind
from app.foundation.actors import Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities


@Rule
def answers_for_nominator(actor: Actor, nominator: Nominator) -> bool:
    """Nominates for this body. Its route must be loaded."""
    roles = [Role.NOMINATOR, Role.COORDINATOR]
    also = {RouteKind.CENTRE: Role.CENTRE, RouteKind.HOST: Role.HOST}.get(nominator.route.kind)
    return any(
        actor.holds(role, Scope.ORGANISATION, nominator.organisation_id)
        for role in (*roles, *([also] if also else []))
    )


@Rule
def was_asked_to_nominate(actor: Actor, nomination: Nomination) -> bool:
    """The body that this person chose is the actor's. Nominator and route must be loaded."""
    asked = nomination.state is not NominationState.CHOSEN
    return asked and answers_for_nominator.holds(actor, nomination.nominator)


@Rule
def may_nominate_somewhere(actor: Actor, _subject: object) -> bool:
    roles = (Role.NOMINATOR, Role.COORDINATOR, Role.CENTRE, Role.HOST)
    return any(actor.scopes(role, Scope.ORGANISATION) for role in roles)


SET_ROUTES = Permission(
    "applications.set routes",
    "Only managers of the programme or staff of the centre may say by which ways people apply.",
    opportunities.decides_on,
)
NOMINATE_SOMEWHERE: Permission[object] = Permission(
    "applications.nominate somewhere",
    "Only bodies that nominate people have this page.",
    may_nominate_somewhere,
)
NOMINATE = Permission(
    "applications.nominate",
    "Only the body that this person chose may answer.",
    was_asked_to_nominate,
)
NOT_ONESELF = Permission("applications.not oneself", "Nobody nominates themselves.", ~is_applicant)
RANK_NOMINATED = Permission(
    "applications.rank nominated",
    "Only the body that nominated these people may put them in order.",
    answers_for_nominator,
)
