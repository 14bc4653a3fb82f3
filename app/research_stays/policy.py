"""Who calls for research stays, and who asks for one."""

from typing import Any

from app.applications import policy as applications
from app.foundation.actors import SYSTEM, Actor, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.states import OFFICES
from app.organisations.models import Organisation


@Rule
def is_in_some_office(actor: Actor, _subject: object) -> bool:
    return any(actor.is_a(role) for role in OFFICES)


@Rule
def is_in_its_office(actor: Actor, body: Organisation) -> bool:
    """Speaks for it: as staff of the centre, or as the international office."""
    return any(actor.holds(role, Scope.ORGANISATION, body.id) for role in OFFICES)


@Rule
def is_the_clock(actor: Actor, _subject: Any) -> bool:
    """Nobody in person: what happens because its time has come."""
    return actor == SYSTEM


SEE_OFFICE: Permission[object] = Permission(
    "research stays.see office",
    "Only offices of institutions that receive people have this page.",
    is_in_some_office,
)
BEGIN = Permission(
    "research stays.begin",
    "Only the office of this institution may call for research stays there.",
    is_in_its_office,
)
EDIT = Permission(
    "research stays.edit",
    "Only the office of the host may change its calls.",
    opportunities.gives_it,
)
CLOSE = Permission(
    "research stays.close",
    "Only the office of the host may close its calls.",
    opportunities.gives_it | is_the_clock,
)
ASK = Permission(
    "research stays.ask",
    "Only who applies may say what this application asks for.",
    applications.is_applicant,
)
