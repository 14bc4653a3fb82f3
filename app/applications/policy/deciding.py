"""Who screens and decides: on applications, documents, exceptions, changes and appeals."""

from app.applications.models import (
    Appeal,
    DocumentSlot,
    EligibilityException,
)
from app.applications.policy.whose import (
    is_applicant,
    manages_call,
    office_of_call,
    runs_call,
    was_submitted,
)
from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities


@Rule
def appeals_own(actor: Actor, appeal: Appeal) -> bool:
    """Made the appeal: nobody answers the own one. The application must be loaded."""
    return is_applicant.holds(actor, appeal.application)


@Rule
def decided_it(actor: Actor, appeal: Appeal) -> bool:
    """Took the decision that is appealed."""
    return appeal.decided_by_id is not None and appeal.decided_by_id == actor.user_id


@Rule
def office_of_appeal(actor: Actor, appeal: Appeal) -> bool:
    return office_of_call.holds(actor, appeal.application)


@Rule
def office_decides_on(actor: Actor, slot: DocumentSlot) -> bool:
    """Of what was sent, or what the office was asked about. The application must be loaded."""
    application = slot.application
    known = application.submitted_at is not None or slot.asked_at is not None
    return known and (manages_call & ~is_applicant).holds(actor, application)


@Rule
def asked_for_exception(actor: Actor, asked: EligibilityException) -> bool:
    """The application must be loaded with its opportunity, here and below."""
    return is_applicant.holds(actor, asked.application)


@Rule
def manages_call_of_exception(actor: Actor, asked: EligibilityException) -> bool:
    return manages_call.holds(actor, asked.application)


@Rule
def office_of_exception(actor: Actor, asked: EligibilityException) -> bool:
    return runs_call.holds(actor, asked.application.opportunity)


DECIDE_TOGETHER = Permission(
    "applications.decide together",
    "Only managers of the programme or staff of the centre may decide about applications.",
    opportunities.decides_on,
)
SCREEN = Permission(
    "applications.screen",
    "Only managers of the programme or staff of the centre may decide on eligibility.",
    manages_call & was_submitted & ~is_applicant,
)
DECIDE = Permission(
    "applications.decide",
    "Only managers of the programme or staff of the centre may shortlist applications or pass "
    "them over.",
    manages_call & was_submitted & ~is_applicant,
)
READ_AS_OFFICE = Permission(
    "applications.read as office",
    "Only the office that runs this call may read this page, and nobody their own application.",
    office_of_call & ~is_applicant,
)
ASK_FOR_CHANGES = Permission(
    "applications.ask for changes",
    "Only managers of the programme or staff of the centre may ask an applicant to change "
    "something.",
    manages_call & was_submitted & ~is_applicant,
)
ANSWER_EXCEPTION = Permission(
    "applications.answer exception",
    "Only managers of the programme or staff of the centre may let a condition pass, and nobody "
    "their own.",
    manages_call_of_exception & ~asked_for_exception,
)
READ_EXCEPTION = Permission(
    "applications.read exception",
    "Only the office of this call reads what it was asked.",
    office_of_exception & ~asked_for_exception,
)
DECIDE_DOCUMENT = Permission(
    "applications.decide document",
    "Only managers of the programme or staff of the centre decide about a document, and nobody "
    "about their own.",
    office_decides_on,
)
ANSWER_APPEAL = Permission(
    "applications.answer appeal",
    "An appeal is answered by somebody of the office who did not take the decision.",
    office_of_appeal & ~decided_it & ~appeals_own,
)
