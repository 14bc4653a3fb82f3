"""Groups, and those who belong to them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy import tuple_ as row_of
from sqlalchemy.orm import joinedload, selectinload

from app.foundation.actors import Actor, Role, Scope
from app.working_groups.models import (
    GroupMembership,
    WorkingGroup,
)
from app.working_groups.states import (
    LIVING,
    GroupState,
    MemberRole,
    MembershipState,
)

PAGE = 25
MOST_SHOWN = 200
WRITES = (MemberRole.CHAIR, MemberRole.EDITOR)


def _convened_by(actor: Actor) -> ColumnElement[bool]:
    """That the actor is of the office that convened it."""
    by_us = WorkingGroup.by_secretariat if actor.is_a(Role.SECRETARIAT) else false()
    return or_(
        WorkingGroup.organisation_id.in_(actor.scopes(Role.CENTRE, Scope.ORGANISATION)), by_us
    )


def _joined_by(
    actor: Actor,
    *states: MembershipState,
    roles: Collection[MemberRole] = tuple(MemberRole),
) -> ColumnElement[bool]:
    found = select(GroupMembership.group_id).where(
        GroupMembership.person_id == actor.user_id,
        GroupMembership.state.in_(states),
        GroupMembership.role.in_(roles),
    )
    return WorkingGroup.id.in_(found)


def is_inside(actor: Actor) -> ColumnElement[bool]:
    """That the actor reads what is of members."""
    if actor.user_id is None:
        return false()
    if actor.is_a(Role.SECRETARIAT):
        return true()
    return or_(_convened_by(actor), _joined_by(actor, MembershipState.MEMBER))


def groups_visible_to(actor: Actor) -> Select[WorkingGroup]:
    """All that have begun; those that form, to who convenes them, belongs to them or is asked."""
    return select(WorkingGroup).where(
        or_(
            WorkingGroup.begun_at.is_not(None),
            is_inside(actor),
            _joined_by(actor, *LIVING),
        )
    )


WITH_ALL: tuple[Any, ...] = (
    joinedload(WorkingGroup.organisation, innerjoin=True),
    selectinload(WorkingGroup.texts),
    selectinload(WorkingGroup.memberships).options(
        joinedload(GroupMembership.person, innerjoin=True),
        joinedload(GroupMembership.organisation),
    ),
)


def group_with_all(actor: Actor, ref: str = "", *, group_id: int = 0) -> Select[WorkingGroup]:
    """One of them, with its texts and members."""
    return (
        groups_visible_to(actor)
        .where(WorkingGroup.ref == ref if ref else WorkingGroup.id == group_id)
        .options(*WITH_ALL)
    )


def group_to_write(actor: Actor, group_id: int) -> Select[WorkingGroup]:
    """The same for a page of its office: of who convenes it, chairs it or writes for it."""
    return group_with_all(actor, group_id=group_id).where(is_written_by(actor))


def is_written_by(actor: Actor) -> ColumnElement[bool]:
    return or_(_convened_by(actor), _joined_by(actor, MembershipState.MEMBER, roles=WRITES))


def group_of_mine(actor: Actor, membership_id: int) -> Select[WorkingGroup]:
    """The group of a membership of the reader's own."""
    mine = select(GroupMembership.group_id).where(
        GroupMembership.id == membership_id, GroupMembership.person_id == actor.user_id
    )
    return select(WorkingGroup).where(WorkingGroup.id.in_(mine)).options(*WITH_ALL)


def groups_of(actor: Actor) -> Select[WorkingGroup]:
    """Those that the actor's office convenes, and that the actor belongs or is asked to."""
    return (
        select(WorkingGroup)
        .where(or_(_convened_by(actor), _joined_by(actor, *LIVING)))
        .options(*WITH_ALL)
        .order_by(WorkingGroup.state == GroupState.CLOSED, WorkingGroup.sort_key, WorkingGroup.id)
        .limit(MOST_SHOWN)
    )


def groups_listed(after: int | None = None) -> Select[WorkingGroup]:
    """What the world reads, by name: a page and one more, after the one with this id."""
    query = select(WorkingGroup).where(WorkingGroup.begun_at.is_not(None))
    if after is not None:
        last = select(WorkingGroup.sort_key).where(WorkingGroup.id == after).scalar_subquery()
        query = query.where(row_of(WorkingGroup.sort_key, WorkingGroup.id) > row_of(last, after))
    return (
        query.options(
            joinedload(WorkingGroup.organisation, innerjoin=True), selectinload(WorkingGroup.texts)
        )
        .order_by(WorkingGroup.sort_key, WorkingGroup.id)
        .limit(PAGE + 1)
    )


def acronym_is_taken(acronym: str, *, but: int = 0) -> Select[int]:
    return select(WorkingGroup.id).where(WorkingGroup.acronym == acronym, WorkingGroup.id != but)
