"""Who may lead a project, answer for a body that is named in it, and let things belong to it."""

from typing import Any

from app.foundation.actors import Actor, Scope
from app.foundation.permissions import Permission, Rule
from app.opportunities.models import Opportunity
from app.opportunities.policy import manages
from app.organisations.models import Organisation
from app.projects.models import Project, ProjectPartner
from app.projects.queries import STAFF, bodies_of
from app.projects.states import PartnerState


def _is_staff_of(actor: Actor, organisation_id: int) -> bool:
    return any(actor.holds(role, Scope.ORGANISATION, organisation_id) for role in STAFF)


@Rule
def is_staff_of_some(actor: Actor, _subject: Any) -> bool:
    return bool(bodies_of(actor))


@Rule
def is_staff_of_it(actor: Actor, body: Organisation) -> bool:
    return _is_staff_of(actor, body.id)


@Rule
def leads(actor: Actor, project: Project) -> bool:
    return _is_staff_of(actor, project.organisation_id)


@Rule
def takes_part(actor: Actor, project: Project) -> bool:
    """For a body that said that it does. The partners must be loaded."""
    return any(
        partner.state is PartnerState.CONFIRMED and _is_staff_of(actor, partner.organisation_id)
        for partner in project.partners
    )


@Rule
def speaks_for(actor: Actor, partner: ProjectPartner) -> bool:
    return _is_staff_of(actor, partner.organisation_id)


@Rule
def runs_it(actor: Actor, opportunity: Opportunity) -> bool:
    return _is_staff_of(actor, opportunity.organisation_id)


BEGIN_SOME = Permission(
    "projects.begin some",
    "Only staff of a centre or a university leads projects.",
    is_staff_of_some,
)
BEGIN = Permission(
    "projects.begin", "Only staff of this body may begin projects for it.", is_staff_of_it
)
EDIT = Permission(
    "projects.edit", "Only staff of the body that leads this project may change it.", leads
)
FILL = Permission(
    "projects.fill",
    "Only staff of the bodies of this project may let things belong to it.",
    leads | takes_part,
)
ANSWER = Permission(
    "projects.answer", "Only staff of the body that was asked may answer.", speaks_for
)
ATTACH = Permission(
    "projects.attach",
    "Only what your own body or programme runs can belong to your project.",
    runs_it | manages,
)
