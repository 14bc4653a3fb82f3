"""Who convenes a working group, conducts it, writes for it, and reads what is of its members."""

from typing import Any

from app.foundation.actors import Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.organisations.models import Organisation
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from app.working_groups.states import DocumentState, MemberRole, MembershipState


def _convenes(actor: Actor, group: WorkingGroup) -> bool:
    if group.by_secretariat and actor.is_a(Role.SECRETARIAT):
        return True
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, group.organisation_id)


def _belongs(actor: Actor, group: WorkingGroup, *roles: MemberRole) -> bool:
    """The memberships must be loaded."""
    return actor.user_id is not None and any(
        one.person_id == actor.user_id and one.state is MembershipState.MEMBER and one.role in roles
        for one in group.memberships
    )


@Rule
def is_secretariat(actor: Actor, _subject: Any) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def is_staff_of_some_centre(actor: Actor, _subject: Any) -> bool:
    return actor.is_a(Role.CENTRE)


@Rule
def is_staff_of_it(actor: Actor, centre: Organisation) -> bool:
    return actor.holds(Role.CENTRE, Scope.ORGANISATION, centre.id)


@Rule
def is_signed_in(actor: Actor, _subject: Any) -> bool:
    return actor.user_id is not None


@Rule
def has_begun(_actor: Actor, group: WorkingGroup) -> bool:
    return group.begun_at is not None


@Rule
def convenes(actor: Actor, group: WorkingGroup) -> bool:
    return _convenes(actor, group)


@Rule
def chairs(actor: Actor, group: WorkingGroup) -> bool:
    return _belongs(actor, group, MemberRole.CHAIR)


@Rule
def writes(actor: Actor, group: WorkingGroup) -> bool:
    return _belongs(actor, group, MemberRole.CHAIR, MemberRole.EDITOR)


@Rule
def belongs(actor: Actor, group: WorkingGroup) -> bool:
    return _belongs(actor, group, *MemberRole)


@Rule
def is_about_oneself(actor: Actor, membership: GroupMembership) -> bool:
    return actor.user_id is not None and actor.user_id == membership.person_id


@Rule
def said_it(actor: Actor, comment: GroupComment) -> bool:
    return actor.user_id is not None and actor.user_id == comment.person_id


@Rule
def is_open_to_the_world(_actor: Actor, document: GroupDocument) -> bool:
    """Published, or open for comment once. The versions and their periods must be loaded."""
    return document.state is not DocumentState.DRAFT or any(
        one.period is not None for one in document.versions
    )


conducts = convenes | chairs
works_on = convenes | writes
is_inside = convenes | belongs | is_secretariat


@Rule
def reads_its_drafts(actor: Actor, document: GroupDocument) -> bool:
    return is_inside.holds(actor, document.group)


@Rule
def works_on_document(actor: Actor, document: GroupDocument) -> bool:
    return works_on.holds(actor, document.group)


@Rule
def works_on_meeting(actor: Actor, meeting: GroupMeeting) -> bool:
    return works_on.holds(actor, meeting.group)


@Rule
def works_on_commented(actor: Actor, comment: GroupComment) -> bool:
    return works_on.holds(actor, comment.document.group)


CONVENE_SOME: Permission[object] = Permission(
    "working_groups.convene some",
    "Only centres and the secretariat convene working groups.",
    is_staff_of_some_centre | is_secretariat,
)
CONVENE = Permission(
    "working_groups.convene",
    "Only staff of this centre and the secretariat convene working groups here.",
    is_staff_of_it | is_secretariat,
)
CONDUCT = Permission(
    "working_groups.conduct",
    "Only who chairs this group and the staff that convened it may change it.",
    conducts,
)
WRITE = Permission(
    "working_groups.write",
    "Only chairs and editors of this group and the staff that convened it may do this.",
    works_on,
)
WRITE_DOCUMENT = Permission(
    "working_groups.write document",
    "Only chairs and editors of this group and the staff that convened it may do this.",
    works_on_document,
)
CHANGE_MEETING = Permission(
    "working_groups.change meeting",
    "Only chairs and editors of this group and the staff that convened it may do this.",
    works_on_meeting,
)
ANSWER_COMMENT = Permission(
    "working_groups.answer comment",
    "Only chairs and editors of this group and the staff that convened it may do this.",
    works_on_commented,
)
READ_INSIDE = Permission(
    "working_groups.read inside", "This is for members of the group.", is_inside
)
READ_DOCUMENT = Permission(
    "working_groups.read document",
    "This document is for members of the group until it is open for comment.",
    is_open_to_the_world | reads_its_drafts,
)
ASK_TO_JOIN = Permission(
    "working_groups.ask to join",
    "Sign in to join a working group that has begun.",
    is_signed_in & has_begun,
)
ANSWER_FOR_ONESELF = Permission(
    "working_groups.answer for oneself",
    "Everybody joins and leaves for themselves.",
    is_about_oneself,
)
COMMENT = Permission(
    "working_groups.comment",
    "Sign in to comment on a document that is open for it.",
    is_signed_in & is_open_to_the_world,
)
TAKE_BACK = Permission(
    "working_groups.take back", "Only who made a comment takes it back.", said_it
)
