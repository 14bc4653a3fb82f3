"""What applicants may do with their own."""

from app.applications.models import (
    ChangeRequest,
)
from app.applications.policy.whose import is_applicant, manages_call, office_of_call, was_submitted
from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.models import Opportunity


@Rule
def is_somebody(actor: Actor, _opportunity: Opportunity) -> bool:
    return actor.user_id is not None


@Rule
def changes_own(actor: Actor, request: ChangeRequest) -> bool:
    """Was asked to change the own application. It must be loaded."""
    return is_applicant.holds(actor, request.application)


VIEW = Permission(
    "applications.view", "You may not see this application.", is_applicant | office_of_call
)
READ_APART = Permission(
    "applications.read apart",
    "Health and passport documents are opened by the applicant and who decides about the "
    "application.",
    is_applicant | (manages_call & was_submitted),
)
START = Permission(
    "applications.start",
    "Sign in to apply for this; for a group, its host institution applies.",
    is_somebody
    & opportunities.is_published
    & opportunities.takes_applications
    & opportunities.may_come_to_it,
)
FILL_IN = Permission(
    "applications.fill in", "Only the applicant may fill in this application.", is_applicant
)
WITHDRAW = Permission(
    "applications.withdraw", "Only the applicant may withdraw this application.", is_applicant
)
MAKE_CHANGES = Permission(
    "applications.make changes",
    "Only the applicant may change this application.",
    changes_own,
)
APPEAL = Permission(
    "applications.appeal", "Only the applicant may appeal this decision.", is_applicant
)
