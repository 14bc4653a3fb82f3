"""Who may do what with programmes, their calls and the places in them."""

from typing import Any

from app.applications.policy import is_somebody
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.models import Opportunity, Place, Programme
from app.opportunities.states import Kind


@Rule
def is_secretariat(actor: Actor, _subject: Any) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def manages_programme(actor: Actor, programme: Programme) -> bool:
    return actor.holds(Role.MANAGER, Scope.PROGRAMME, programme.id)


@Rule
def approves_for_programme(actor: Actor, programme: Programme) -> bool:
    return actor.holds(Role.APPROVER, Scope.PROGRAMME, programme.id)


@Rule
def is_in_an_office(actor: Actor, _subject: object) -> bool:
    """Is of the office of some programme: what lists of one's own programmes ask."""
    return any(actor.is_a(role) for role in (Role.MANAGER, Role.APPROVER, Role.SECRETARIAT))


@Rule
def manages_some_programme(actor: Actor, _subject: object) -> bool:
    return actor.is_a(Role.MANAGER)


@Rule
def is_staff_somewhere(actor: Actor, _subject: object) -> bool:
    """Is staff of some institution that may be asked to host."""
    return any(actor.is_a(role) for role in (Role.HOST, Role.CENTRE, Role.COORDINATOR))


@Rule
def is_the_clock(actor: Actor, _subject: Opportunity) -> bool:
    """Nobody in person: what happens because a day is over."""
    return actor == SYSTEM


@Rule
def office_sees_place(actor: Actor, place: Place) -> bool:
    """The opportunity must be loaded."""
    return office.holds(actor, place.opportunity)


@Rule
def is_of_a_call(_actor: Actor, place: Place) -> bool:
    """The opportunity must be loaded; dates of courses have a place that nobody is asked for."""
    return place.opportunity.kind is Kind.FELLOWSHIP


office: Rule[Opportunity] = (
    opportunities.manages | opportunities.approves_for | opportunities.is_secretariat
)

OPEN_PROGRAMME: Permission[object] = Permission(
    "fellowships.open programme", "Only the secretariat may open a programme.", is_secretariat
)
SAVE_PROGRAMME = Permission(
    "fellowships.save programme",
    "Only the secretariat and the managers of this programme may change it.",
    is_secretariat | manages_programme,
)
APPOINT: Permission[Programme] = Permission(
    "fellowships.appoint", "Only the secretariat may appoint people to a programme.", is_secretariat
)
VIEW_PROGRAMME = Permission(
    "fellowships.view programme",
    "You may not see the office of this programme.",
    is_secretariat | manages_programme | approves_for_programme,
)
SEE_OFFICE: Permission[object] = Permission(
    "fellowships.see office", "Only programme offices have this page.", is_in_an_office
)
PREPARE_SOME: Permission[object] = Permission(
    "fellowships.prepare some",
    "Only managers of a programme prepare calls.",
    manages_some_programme,
)
PREPARE = Permission(
    "fellowships.prepare",
    "Only managers of this programme may prepare its calls.",
    manages_programme,
)
VIEW = Permission("fellowships.view", "You may not see the office of this call.", office)
EDIT = Permission(
    "fellowships.edit",
    "Only managers of this programme may change its calls.",
    opportunities.manages,
)
PUBLISH = Permission(
    "fellowships.publish",
    "Only managers of this programme may publish its calls.",
    opportunities.manages,
)
EXTEND = Permission(
    "fellowships.extend",
    "Only managers of this programme may extend its calls.",
    opportunities.manages,
)
CLOSE = Permission(
    "fellowships.close",
    "Only managers of this programme may close its calls.",
    opportunities.manages | is_the_clock,
)
CANCEL = Permission(
    "fellowships.cancel",
    "Only managers of this programme may cancel its calls.",
    opportunities.manages,
)
HOST_SOMEWHERE: Permission[object] = Permission(
    "fellowships.host somewhere", "Only host institutions have this page.", is_staff_somewhere
)
VIEW_PLACE = Permission(
    "fellowships.view place",
    "You may not see this place.",
    (opportunities.hosts_place | office_sees_place) & is_of_a_call,
)
ANSWER_PLACE = Permission(
    "fellowships.answer place",
    "Only staff of the host institution may answer for it.",
    opportunities.hosts_place & is_of_a_call,
)
ASK = Permission(
    "fellowships.ask",
    "Sign in to ask about this call.",
    is_somebody & opportunities.is_published,
)
VIEW_QUESTIONS = Permission(
    "fellowships.view questions", "You may not see who asked about this call.", office
)
ANSWER_QUESTION = Permission(
    "fellowships.answer question",
    "Only managers of this programme may answer questions about its calls.",
    opportunities.manages,
)
CORRECT = Permission(
    "fellowships.correct",
    "Only managers of this programme may correct what its calls say.",
    opportunities.manages,
)
