"""Who may see and change what of a person."""

from typing import Any

from app.accounts.models import SessionRow, User
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule, anyone


@Rule
def is_this_person(actor: Actor, person: User) -> bool:
    return actor.user_id is not None and actor.user_id == person.id


@Rule
def owns_this_session(actor: Actor, row: SessionRow) -> bool:
    return actor.user_id is not None and actor.user_id == row.user_id


@Rule
def runs_the_region(actor: Actor, _subject: Any) -> bool:
    """Is the secretariat, or the house itself (the command line, seeds, jobs)."""
    return actor is SYSTEM or actor.holds(Role.SECRETARIAT, Scope.EVERYTHING, None)


@Rule
def is_the_site(actor: Actor, _subject: Any) -> bool:
    return actor is SYSTEM


REGISTER: Permission[object] = Permission(
    "accounts.register", "You may not open an account.", anyone
)
EDIT_PROFILE = Permission(
    "accounts.edit_profile", "You may change your own profile only.", is_this_person
)
END_SESSION = Permission(
    "accounts.end_session", "You may end your own sessions only.", owns_this_session
)
SEE_PEOPLE: Permission[object] = Permission(
    "accounts.see_people", "Only the secretariat may look up people.", runs_the_region
)
GRANT_ROLE: Permission[object] = Permission(
    "accounts.grant_role", "Only the secretariat may give and end roles.", runs_the_region
)
PUT_IN_ORDER: Permission[object] = Permission(
    "accounts.put_in_order", "Only the site itself puts its lists in order.", is_the_site
)
LOOK_AFTER: Permission[object] = Permission(
    "accounts.look after", "Only the site itself tells that an office is empty.", is_the_site
)
DISABLE = Permission(
    "accounts.disable",
    "Only the secretariat may close an account, and nobody their own.",
    runs_the_region & ~is_this_person,
)
