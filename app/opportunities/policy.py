"""Who may do what with opportunities; the floors above build their own rules from these."""

from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities.models import Opportunity, Place
from app.opportunities.states import BY_HOSTS, Kind, OpportunityState, offices_of


@Rule
def manages(actor: Actor, opportunity: Opportunity) -> bool:
    """Is a manager of the programme whose opportunity this is."""
    return opportunity.programme_id is not None and actor.holds(
        Role.MANAGER, Scope.PROGRAMME, opportunity.programme_id
    )


@Rule
def approves_for(actor: Actor, opportunity: Opportunity) -> bool:
    """Is an approver of the programme whose opportunity this is."""
    return opportunity.programme_id is not None and actor.holds(
        Role.APPROVER, Scope.PROGRAMME, opportunity.programme_id
    )


@Rule
def is_secretariat(actor: Actor, _opportunity: Opportunity) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def gives_it(actor: Actor, opportunity: Opportunity) -> bool:
    """Is staff of the centre whose course dates or facility this is, or of the host that calls."""
    return any(
        actor.holds(role, Scope.ORGANISATION, opportunity.organisation_id)
        for role in offices_of(opportunity.kind)
    )


@Rule
def posts_it(actor: Actor, opportunity: Opportunity) -> bool:
    """Is the international office of the university that posts these exchange places."""
    return opportunity.kind is Kind.EXCHANGE and actor.holds(
        Role.COORDINATOR, Scope.ORGANISATION, opportunity.organisation_id
    )


decides_on = manages | gives_it
works_on = decides_on | approves_for | is_secretariat


@Rule
def takes_applications(_actor: Actor, opportunity: Opportunity) -> bool:
    return opportunity.takes_applications


@Rule
def is_a_call(_actor: Actor, opportunity: Opportunity) -> bool:
    """People are read by reviewers for it, and placed at hosts."""
    return opportunity.kind is Kind.FELLOWSHIP


@Rule
def is_for_oneself(_actor: Actor, opportunity: Opportunity) -> bool:
    return opportunity.kind not in BY_HOSTS


@Rule
def works_at_some_host(actor: Actor, _opportunity: Opportunity) -> bool:
    """Is staff of an institution that may receive people."""
    return any(actor.is_a(role) for role in (Role.HOST, Role.CENTRE, Role.COORDINATOR))


may_come_to_it = is_for_oneself | works_at_some_host


@Rule
def is_published(_actor: Actor, opportunity: Opportunity) -> bool:
    """Published, or closed or cancelled after it had been published."""
    return opportunity.published_at is not None


@Rule
def is_open(_actor: Actor, opportunity: Opportunity) -> bool:
    return opportunity.state is OpportunityState.PUBLISHED


@Rule
def hosts_place(actor: Actor, place: Place) -> bool:
    """Is staff of the host institution (as host, or of the centre that it is)."""
    return any(
        actor.holds(role, Scope.ORGANISATION, place.host_id)
        for role in (Role.HOST, Role.CENTRE, Role.COORDINATOR)
    )


VIEW = Permission(
    "opportunities.view",
    "You may not see this opportunity.",
    is_published | manages | approves_for | gives_it | posts_it | is_secretariat,
)


@Rule
def is_the_house(actor: Actor, _subject: object) -> bool:
    """Nobody in person."""
    return actor == SYSTEM


COUNT_SEARCHES: Permission[object] = Permission(
    "opportunities.count searches", "Searches are counted by themselves.", is_the_house
)
