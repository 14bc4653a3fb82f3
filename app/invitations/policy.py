"""Who invites, who is invited, who agrees for the home, and who reads it."""

from typing import Any

from app.applications import policy as applications
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.invitations.models import Invitation
from app.invitations.states import DRAFTERS, OFFICE, Side, opened_by
from app.organisations.models import Organisation


@Rule
def invites_for_some(actor: Actor, _subject: object) -> bool:
    return any(actor.is_a(role) for role in DRAFTERS)


@Rule
def is_an_office(actor: Actor, _subject: object) -> bool:
    return any(actor.is_a(role) for role in (*DRAFTERS, Role.SECRETARIAT))


@Rule
def is_staff(actor: Actor, body: Organisation) -> bool:
    return any(actor.holds(role, Scope.ORGANISATION, body.id) for role in DRAFTERS)


@Rule
def is_staff_of_the_host(actor: Actor, invitation: Invitation) -> bool:
    return any(actor.holds(role, Scope.ORGANISATION, invitation.host_id) for role in DRAFTERS)


@Rule
def is_the_host(actor: Actor, invitation: Invitation) -> bool:
    """Speaks for the host, as its office."""
    return any(actor.holds(role, Scope.ORGANISATION, invitation.host_id) for role in OFFICE)


@Rule
def is_the_person(actor: Actor, invitation: Invitation) -> bool:
    """By the link, or signed in with the address that the host wrote."""
    if actor.guest_of == (opened_by(Side.PERSON), invitation.id):
        return True
    if actor.user_id is None:
        return False
    return invitation.person_id == actor.user_id or (
        invitation.person_id is None and invitation.person_email == actor.email.lower()
    )


@Rule
def is_the_home(actor: Actor, invitation: Invitation) -> bool:
    """By a link, or as the office of the home; nobody agrees for themselves."""
    if actor.guest_of == (opened_by(Side.HOME), invitation.id):
        return True
    return any(actor.holds(role, Scope.ORGANISATION, invitation.home_id) for role in OFFICE)


@Rule
def was_sent(_actor: Actor, invitation: Invitation) -> bool:
    return invitation.sent_at is not None


@Rule
def was_accepted(_actor: Actor, invitation: Invitation) -> bool:
    """The home reads it from the moment at which the person accepted it."""
    return invitation.accepted_at is not None


@Rule
def is_secretariat(actor: Actor, _subject: Any) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def is_the_system(actor: Actor, _subject: object) -> bool:
    return actor == SYSTEM


_has_a_part = (is_the_person & was_sent) | is_the_host | (is_the_home & was_accepted)

SEE_OFFICE: Permission[object] = Permission(
    "invitations.see office", "Only those who host or send have this page.", is_an_office
)
BEGIN_SOME: Permission[object] = Permission(
    "invitations.begin some", "Only staff of an institution invites for it.", invites_for_some
)
INVITE = Permission(
    "invitations.invite",
    "Only the office of the host invites who asked, and nobody themselves.",
    applications.manages_call & applications.was_submitted & ~applications.is_applicant,
)
BEGIN = Permission("invitations.begin", "Only staff of this institution invites for it.", is_staff)
VIEW = Permission(
    "invitations.view",
    "You may not see this invitation.",
    _has_a_part | is_staff_of_the_host | (is_secretariat & was_sent),
)
WRITE = Permission(
    "invitations.write", "Only staff of the host writes this invitation.", is_staff_of_the_host
)
SEND = Permission(
    "invitations.send",
    "Only the office of the host sends or changes an invitation, and nobody their own.",
    is_the_host & ~is_the_person,
)
ANSWER = Permission(
    "invitations.answer", "Only the invited person answers.", is_the_person & was_sent
)
AGREE = Permission(
    "invitations.agree",
    "Only the home institution agrees, and nobody for themselves.",
    is_the_home & was_accepted & ~is_the_person,
)
END = Permission("invitations.end", "Only those who have a part in it call this off.", _has_a_part)
LOOK_AFTER: Permission[object] = Permission(
    "invitations.look after", "Days come by themselves.", is_the_system
)
