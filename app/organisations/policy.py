"""Who may keep the list of countries and organisations."""

from app.foundation.actors import SYSTEM, Actor, Role
from app.foundation.permissions import Permission, Rule


@Rule
def is_secretariat(actor: Actor, _subject: object) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def is_the_system(actor: Actor, _subject: object) -> bool:
    """The command line of the site itself, which loads the reference lists."""
    return actor == SYSTEM


ADD: Permission[object] = Permission(
    "organisations.add", "Only the secretariat may add an organisation.", is_secretariat
)
KEEP: Permission[object] = Permission(
    "organisations.keep", "Only the secretariat may change an organisation.", is_secretariat
)
LOAD: Permission[object] = Permission(
    "organisations.load", "Only the site itself may load the reference lists.", is_the_system
)
