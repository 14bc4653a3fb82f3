"""Who calls for group visits, applies for a group, awards it, and belongs to it."""

from typing import Any

from app.applications import policy as applications
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.models import Programme
from app.visits.models import VisitGroup, VisitPerson
from app.visits.states import HOST_ROLES


@Rule
def manages_some_programme(actor: Actor, _subject: object) -> bool:
    return actor.is_a(Role.MANAGER) or actor.is_a(Role.APPROVER)


@Rule
def manages_programme(actor: Actor, programme: Programme) -> bool:
    return actor.holds(Role.MANAGER, Scope.PROGRAMME, programme.id)


@Rule
def is_the_clock(actor: Actor, _subject: Any) -> bool:
    """Nobody in person: what happens because its time has come."""
    return actor == SYSTEM


@Rule
def applied_for_it(actor: Actor, group: VisitGroup) -> bool:
    """The application must be loaded."""
    return applications.is_applicant.holds(actor, group.application)


@Rule
def receives_it(actor: Actor, group: VisitGroup) -> bool:
    """Is staff of the host institution."""
    return any(actor.holds(role, Scope.ORGANISATION, group.host_id) for role in HOST_ROLES)


@Rule
def was_sent(_actor: Actor, group: VisitGroup) -> bool:
    return applications.was_submitted.holds(_actor, group.application)


@Rule
def manages_its_call(actor: Actor, group: VisitGroup) -> bool:
    """The call must be loaded, here and below."""
    return opportunities.manages.holds(actor, group.call)


@Rule
def approves_for_its_call(actor: Actor, group: VisitGroup) -> bool:
    return (opportunities.approves_for | opportunities.manages).holds(actor, group.call)


@Rule
def oversees_its_call(actor: Actor, group: VisitGroup) -> bool:
    rules = opportunities.manages | opportunities.approves_for | opportunities.is_secretariat
    return rules.holds(actor, group.call)


@Rule
def proposed_it(actor: Actor, group: VisitGroup) -> bool:
    return actor.user_id is not None and group.proposed_by_id == actor.user_id


@Rule
def is_this_person(actor: Actor, person: VisitPerson) -> bool:
    """By the link, or signed in with the address that the host named."""
    if actor.guest_of == (VisitPerson.__tablename__, person.id):
        return True
    same = actor.user_id is not None and actor.email.lower() == person.email
    return same or (actor.user_id is not None and actor.user_id == person.user_id)


hosts = applied_for_it | receives_it

SEE_OFFICE: Permission[object] = Permission(
    "visits.see office", "Only programme offices have this page.", manages_some_programme
)
BEGIN = Permission(
    "visits.begin",
    "Only managers of this programme may call for group visits.",
    manages_programme,
)
EDIT = Permission(
    "visits.edit",
    "Only managers of this programme may change its calls.",
    opportunities.manages,
)
CLOSE = Permission(
    "visits.close",
    "Only managers of this programme may close its calls.",
    opportunities.manages | is_the_clock,
)
SEE_GROUPS = Permission(
    "visits.see groups",
    "Only the office of this programme may see who applied.",
    opportunities.manages | opportunities.approves_for | opportunities.is_secretariat,
)
WRITE_GROUP = Permission(
    "visits.write group",
    "Only who applies may write the group of this application.",
    applications.is_applicant,
)
VIEW_GROUP = Permission(
    "visits.view group", "You may not see this group.", hosts | (oversees_its_call & was_sent)
)
HOST_GROUP = Permission(
    "visits.host group", "Only the host institution may change its group.", hosts
)
PROPOSE = Permission(
    "visits.propose",
    "Only managers of the programme may propose an award, and nobody for a group of their own.",
    manages_its_call & was_sent & ~hosts,
)
AWARD = Permission(
    "visits.award",
    "A second person of the programme approves an award, and nobody for a group of their own.",
    approves_for_its_call & was_sent & ~proposed_it & ~hosts,
)
CALL_OFF = Permission(
    "visits.call off",
    "Only managers of the programme may call a visit off.",
    manages_its_call & was_sent,
)
LET_THROUGH = Permission(
    "visits.let through",
    "Only managers of the programme may let somebody come whom the rules do not, and nobody in a"
    " group of their own.",
    manages_its_call & was_sent & ~hosts,
)
VIEW_PERSON = Permission(
    "visits.view person", "Only the person who was named has this page.", is_this_person
)
LOOK_AFTER: Permission[object] = Permission(
    "visits.look after", "Awards lapse and visits end by themselves.", is_the_clock
)
