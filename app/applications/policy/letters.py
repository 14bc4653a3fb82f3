"""Who asks for letters of recommendation, writes, reads and records them."""

from app.applications.models import (
    Letter,
    ReferenceRequest,
)
from app.applications.policy.whose import is_applicant, manages_call, office_of_call, was_submitted
from app.foundation.actors import Actor
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities


@Rule
def opened_by_link(actor: Actor, request: ReferenceRequest) -> bool:
    """Came by the link (or the code) of this request: it opens this one and nothing else."""
    return actor.guest_of == (request.__tablename__, request.id)


@Rule
def is_sent(_actor: Actor, letter: Letter) -> bool:
    """What is being written is its writer's alone."""
    return letter.submitted_at is not None


@Rule
def is_confidential(_actor: Actor, letter: Letter) -> bool:
    return letter.confidential


@Rule
def recommends_actor(actor: Actor, letter: Letter) -> bool:
    """The letter is about the actor. Its request with the application must be loaded."""
    return is_applicant.holds(actor, letter.request.application)


@Rule
def is_for_own_office(actor: Actor, letter: Letter) -> bool:
    return office_of_call.holds(actor, letter.request.application)


SET_LETTERS = Permission(
    "applications.set letters",
    "Only managers of the programme or staff of the centre may say how many letters are asked for.",
    opportunities.decides_on,
)
ASK_FOR_LETTERS = Permission(
    "applications.ask for letters",
    "Only the applicant may ask people for letters of recommendation.",
    is_applicant,
)
RECOMMEND = Permission(
    "applications.recommend",
    "This link opens one letter of recommendation, and not this one.",
    opened_by_link,
)
READ_LETTER = Permission(
    "applications.read letter",
    "You may not read this letter.",
    is_sent & ((is_for_own_office & ~recommends_actor) | (recommends_actor & ~is_confidential)),
)
HANDLE_LETTERS = Permission(
    "applications.handle letters",
    "Only managers of the programme or staff of the centre may record letters that came by post.",
    manages_call & was_submitted & ~is_applicant,
)
