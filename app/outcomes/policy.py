"""Who tells what came of a stay, who confirms it, and who shows it to the world."""

from app.foundation.actors import SYSTEM, Actor
from app.foundation.permissions import Permission, Rule
from app.outcomes.models import Outcome
from app.stays import policy as stays


@Rule
def was_there(actor: Actor, outcome: Outcome) -> bool:
    """The stay must be loaded, here and below."""
    return stays.is_the_person.holds(actor, outcome.stay)


@Rule
def hosted_it(actor: Actor, outcome: Outcome) -> bool:
    return stays.is_the_host.holds(actor, outcome.stay)


@Rule
def sees_the_stay(actor: Actor, outcome: Outcome) -> bool:
    return stays.VIEW_STAY.allows(actor, outcome.stay)


@Rule
def is_the_system(actor: Actor, _subject: object) -> bool:
    return actor == SYSTEM


VIEW = Permission("outcomes.view", "You may not see this stay.", sees_the_stay)
TELL = Permission("outcomes.tell", "Only who was there tells what came of it.", was_there)
ANSWER = Permission(
    "outcomes.answer",
    "Only the host confirms what came of a stay, and nobody their own.",
    hosted_it & ~was_there,
)
LOOK_AFTER: Permission[object] = Permission(
    "outcomes.look after", "Days come by themselves.", is_the_system
)
