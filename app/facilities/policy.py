"""Who writes facilities, grants use of them, and uses them."""

from typing import Any

from app.applications import policy as applications
from app.facilities.models import Facility, FacilityGrant
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.organisations.models import Organisation


@Rule
def is_of_a_centre(actor: Actor, _subject: object) -> bool:
    return actor.is_a(Role.CENTRE)


@Rule
def is_of_this_centre(actor: Actor, centre: Organisation) -> bool:
    return centre.is_centre and actor.holds(Role.CENTRE, Scope.ORGANISATION, centre.id)


@Rule
def gives_it(actor: Actor, facility: Facility) -> bool:
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, facility.organisation_id)


@Rule
def is_the_clock(actor: Actor, _subject: Any) -> bool:
    """Nobody in person: what happens because its time has come."""
    return actor == SYSTEM


@Rule
def is_own(actor: Actor, grant: FacilityGrant) -> bool:
    return actor.user_id is not None and grant.person_id == actor.user_id


@Rule
def gives_its_facility(actor: Actor, grant: FacilityGrant) -> bool:
    """The facility must be loaded."""
    return gives_it.holds(actor, grant.facility)


SEE_OFFICE: Permission[object] = Permission(
    "facilities.see office", "Only staff of AI centres have this page.", is_of_a_centre
)
BEGIN = Permission(
    "facilities.begin", "Only staff of this centre may offer its facilities.", is_of_this_centre
)
EDIT = Permission(
    "facilities.edit", "Only staff of this centre may change its facilities.", gives_it
)
CLOSE = Permission(
    "facilities.close",
    "Only staff of this centre may change its facilities.",
    gives_it | is_the_clock,
)
GRANT = Permission(
    "facilities.grant",
    "Only staff of this centre may grant use to those who applied, and nobody to themselves.",
    applications.manages_call & applications.was_submitted & ~applications.is_applicant,
)
VIEW_GRANT = Permission(
    "facilities.view grant", "You may not see this grant.", is_own | gives_its_facility
)
ANSWER_GRANT = Permission(
    "facilities.answer grant", "Only the person whose grant it is may answer.", is_own
)
WITHDRAW_GRANT = Permission(
    "facilities.withdraw grant",
    "Only staff of this centre may withdraw a grant.",
    gives_its_facility & ~is_own,
)
END_GRANT = Permission(
    "facilities.end grant",
    "Only the person whose grant it is and staff of this centre may end it.",
    is_own | gives_its_facility,
)
REPORT = Permission(
    "facilities.report", "Only the person whose grant it is may report on it.", is_own
)
LOOK_AFTER: Permission[object] = Permission(
    "facilities.look after", "Grants begin, lapse and end by themselves.", is_the_clock
)
