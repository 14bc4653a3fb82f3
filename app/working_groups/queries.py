"""What working groups read: groups, members, meetings, documents with versions and comments."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select, true
from sqlalchemy import tuple_ as row_of
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from app.accounts.models import User
from app.foundation.actors import Actor, Role, Scope
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState
from app.working_groups.models import (
    CommentPeriod,
    DocumentVersion,
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
    WorkingGroupText,
)
from app.working_groups.states import (
    LIVING,
    DocumentState,
    GroupState,
    MemberRole,
    MembershipState,
)

PAGE = 25
MOST_SHOWN = 200
WRITES = (MemberRole.CHAIR, MemberRole.EDITOR)


def bodies_to_speak_for(actor: Actor) -> list[int]:
    """One's home institution, and every body that one has a role for."""
    home = {actor.organisation_id} if actor.organisation_id is not None else set()
    held = {g.scope_id for g in actor.grants if g.scope is Scope.ORGANISATION and g.scope_id}
    return sorted(home | held)


def bodies_named(actor: Actor) -> Select[Organisation]:
    """The same, as far as they exist, by name."""
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(bodies_to_speak_for(actor)),
            Organisation.state == OrganisationState.ACTIVE,
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def centres_to_convene_at(actor: Actor) -> Select[Organisation]:
    """One's own centres; for the secretariat every centre."""
    may = (
        Organisation.is_centre
        if actor.is_a(Role.SECRETARIAT)
        else Organisation.id.in_(actor.scopes(Role.CENTRE, Scope.ORGANISATION))
    )
    return (
        select(Organisation)
        .where(may, Organisation.state == OrganisationState.ACTIVE)
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(MOST_SHOWN)
    )


# --- groups


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


def _is_inside(actor: Actor) -> ColumnElement[bool]:
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
            _is_inside(actor),
            _joined_by(actor, *LIVING),
        )
    )


_WITH_ALL: tuple[Any, ...] = (
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
        .options(*_WITH_ALL)
    )


def group_to_write(actor: Actor, group_id: int) -> Select[WorkingGroup]:
    """The same for a page of its office: of who convenes it, chairs it or writes for it."""
    return group_with_all(actor, group_id=group_id).where(_is_written_by(actor))


def _is_written_by(actor: Actor) -> ColumnElement[bool]:
    return or_(_convened_by(actor), _joined_by(actor, MembershipState.MEMBER, roles=WRITES))


def group_of_mine(actor: Actor, membership_id: int) -> Select[WorkingGroup]:
    """The group of a membership of the reader's own."""
    mine = select(GroupMembership.group_id).where(
        GroupMembership.id == membership_id, GroupMembership.person_id == actor.user_id
    )
    return select(WorkingGroup).where(WorkingGroup.id.in_(mine)).options(*_WITH_ALL)


def memberships_visible_to(actor: Actor) -> Select[GroupMembership]:
    """One's own, and all of the groups that one conducts."""
    led = _joined_by(actor, MembershipState.MEMBER, roles=(MemberRole.CHAIR,))
    conducted = select(WorkingGroup.id).where(or_(_convened_by(actor), led))
    return select(GroupMembership).where(
        or_(GroupMembership.person_id == actor.user_id, GroupMembership.group_id.in_(conducted))
    )


def groups_of(actor: Actor) -> Select[WorkingGroup]:
    """Those that the actor's office convenes, and that the actor belongs or is asked to."""
    return (
        select(WorkingGroup)
        .where(or_(_convened_by(actor), _joined_by(actor, *LIVING)))
        .options(*_WITH_ALL)
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


# --- meetings


def meetings_of(group_id: int) -> Select[GroupMeeting]:
    """The latest first."""
    return (
        select(GroupMeeting)
        .where(GroupMeeting.group_id == group_id)
        .order_by(GroupMeeting.starts_at.desc(), GroupMeeting.id.desc())
        .limit(MOST_SHOWN)
    )


def meeting_to_change(actor: Actor, meeting_id: int) -> Select[GroupMeeting]:
    """With its group and members, of whom the actor is an editor, or whom the actor convenes."""
    return (
        select(GroupMeeting)
        .join(GroupMeeting.group)
        .where(GroupMeeting.id == meeting_id, _is_written_by(actor))
        .options(contains_eager(GroupMeeting.group).options(*_WITH_ALL))
    )


def meetings_of_groups_of(
    session: Session, person_id: int, since: datetime, locale: str
) -> list[Row[Any]]:
    """The meetings of the groups that somebody belongs to, as calendars keep them."""
    mine = select(GroupMembership.group_id).where(
        GroupMembership.person_id == person_id, GroupMembership.state == MembershipState.MEMBER
    )
    return _meetings(session, GroupMeeting.group_id.in_(mine), since, locale)


def next_group_meeting(actor: Actor, now: datetime) -> tuple[ColumnElement[Any], ...]:
    """The next meeting of the actor's groups, as columns of a statement about something else."""
    mine = select(GroupMembership.group_id).where(
        GroupMembership.person_id == actor.user_id,
        GroupMembership.state == MembershipState.MEMBER,
    )
    coming = (
        select(GroupMeeting.id)
        .where(
            GroupMeeting.group_id.in_(mine),
            GroupMeeting.ends_at > now,
            GroupMeeting.cancelled_at.is_(None),
        )
        .order_by(GroupMeeting.starts_at, GroupMeeting.id)
        .limit(1)
        .scalar_subquery()
    )

    def told(column: Any, label: str) -> ColumnElement[Any]:
        query = select(column).select_from(GroupMeeting).join(GroupMeeting.group)
        return query.where(GroupMeeting.id == coming).scalar_subquery().label(label)

    return (
        told(GroupMeeting.title, "meeting"),
        told(GroupMeeting.starts_at, "meets_at"),
        told(GroupMeeting.zone, "meeting_zone"),
        told(WorkingGroup.ref, "group_ref"),
        told(WorkingGroup.acronym, "group_acronym"),
    )


def meetings_of_group(
    session: Session, group_id: int, since: datetime, locale: str
) -> list[Row[Any]]:
    """The same, of one group."""
    return _meetings(session, GroupMeeting.group_id == group_id, since, locale)


def _meetings(
    session: Session, which: ColumnElement[bool], since: datetime, locale: str
) -> list[Row[Any]]:
    """`title` is that of the group in this language, `meeting` the meeting's own.

    A link to join is where it is, when no place is. What was cancelled is among them.
    """
    original, own = aliased(WorkingGroupText), aliased(WorkingGroupText)
    place = func.coalesce(func.nullif(GroupMeeting.venue, ""), GroupMeeting.join_url)
    query = (
        select(
            GroupMeeting.id,
            GroupMeeting.title.label("meeting"),
            GroupMeeting.starts_at,
            GroupMeeting.ends_at,
            GroupMeeting.zone,
            GroupMeeting.sequence,
            GroupMeeting.changed_at.label("stamped_at"),
            place.label("place"),
            GroupMeeting.cancelled_at.is_not(None).label("cancelled"),
            WorkingGroup.ref,
            func.coalesce(own.name, original.name).label("title"),
            func.coalesce(own.locale, original.locale).label("title_locale"),
        )
        .join(WorkingGroup, WorkingGroup.id == GroupMeeting.group_id)
        .join(original, and_(original.group_id == WorkingGroup.id, original.is_original))
        .outerjoin(own, and_(own.group_id == WorkingGroup.id, own.locale == locale))
        .where(which, GroupMeeting.ends_at > since)
        .order_by(GroupMeeting.starts_at, GroupMeeting.id)
        .limit(MOST_SHOWN)
    )
    return list(session.execute(query))


# --- documents


def _was_opened() -> ColumnElement[bool]:
    """That the world was asked to comment on some version."""
    return exists().where(
        DocumentVersion.document_id == GroupDocument.id,
        CommentPeriod.version_id == DocumentVersion.id,
    )


def documents_visible_to(actor: Actor) -> Select[GroupDocument]:
    """What was published or opened for comment; every draft, to who is inside."""
    return (
        select(GroupDocument)
        .join(GroupDocument.group)
        .where(
            or_(GroupDocument.state != DocumentState.DRAFT, _was_opened(), _is_inside(actor)),
        )
    )


_DOCUMENT: tuple[Any, ...] = (
    contains_eager(GroupDocument.group).options(*_WITH_ALL),
    selectinload(GroupDocument.versions).joinedload(DocumentVersion.period),
    joinedload(GroupDocument.superseded_by),
)


def document_with_all(
    actor: Actor, ref: str = "", *, document_id: int = 0
) -> Select[GroupDocument]:
    """One of them, with its versions and their periods, and its group with members."""
    return (
        documents_visible_to(actor)
        .where(GroupDocument.ref == ref if ref else GroupDocument.id == document_id)
        .options(*_DOCUMENT)
    )


def document_to_write(actor: Actor, document_id: int) -> Select[GroupDocument]:
    """The same, for its office."""
    return document_with_all(actor, document_id=document_id).where(_is_written_by(actor))


def documents_of(actor: Actor, group_id: int) -> Select[GroupDocument]:
    """What a reader of the group's page finds: results first, by number, then what is written."""
    return (
        documents_visible_to(actor)
        .where(GroupDocument.group_id == group_id)
        .options(
            selectinload(GroupDocument.versions).joinedload(DocumentVersion.period),
        )
        .order_by(GroupDocument.published_at.desc().nulls_last(), GroupDocument.id.desc())
        .limit(MOST_SHOWN)
    )


def drafts_of(group_id: int) -> Select[GroupDocument]:
    return select(GroupDocument).where(
        GroupDocument.group_id == group_id, GroupDocument.state == DocumentState.DRAFT
    )


def results_to_replace(document: GroupDocument) -> Select[GroupDocument]:
    """The results of the same group that a document could take the place of."""
    return (
        select(GroupDocument)
        .where(
            GroupDocument.group_id == document.group_id,
            GroupDocument.state == DocumentState.PUBLISHED,
        )
        .order_by(GroupDocument.id)
        .limit(MOST_SHOWN)
    )


def results_so_far(session: Session, group_id: int) -> int:
    """How many numbers a group has given."""
    query = select(func.count()).where(
        GroupDocument.group_id == group_id, GroupDocument.number.is_not(None)
    )
    return session.scalars(query).one()


# --- comments


def comments_on(document_id: int) -> Select[GroupComment]:
    """All that were not taken back, by version and place, with who said them."""
    return (
        select(GroupComment)
        .join(GroupComment.of_version)
        .where(GroupComment.document_id == document_id, GroupComment.taken_back_at.is_(None))
        .options(
            contains_eager(GroupComment.of_version),
            joinedload(GroupComment.person, innerjoin=True),
            joinedload(GroupComment.organisation),
        )
        .order_by(DocumentVersion.number.desc(), GroupComment.clause, GroupComment.id)
    )


def comment_of_mine(actor: Actor, comment_id: int) -> Select[GroupComment]:
    return (
        select(GroupComment)
        .join(GroupComment.document)
        .join(GroupDocument.group)
        .where(GroupComment.id == comment_id, GroupComment.person_id == actor.user_id)
        .options(contains_eager(GroupComment.document).options(*_DOCUMENT))
    )


def comment_to_answer(actor: Actor, comment_id: int) -> Select[GroupComment]:
    """With its document, for who writes for the group."""
    return (
        select(GroupComment)
        .join(GroupComment.document)
        .join(GroupDocument.group)
        .where(GroupComment.id == comment_id, _is_written_by(actor))
        .options(
            contains_eager(GroupComment.document).options(*_DOCUMENT),
            joinedload(GroupComment.person, innerjoin=True),
            joinedload(GroupComment.of_version, innerjoin=True),
        )
    )


def unanswered(session: Session, document_id: int) -> int:
    query = select(func.count()).where(
        GroupComment.document_id == document_id,
        GroupComment.disposition.is_(None),
        GroupComment.taken_back_at.is_(None),
    )
    return session.scalars(query).one()


def unanswered_in(session: Session, group_id: int) -> int:
    """The same over all drafts of a group."""
    query = (
        select(func.count(GroupComment.id))
        .join(GroupDocument, GroupDocument.id == GroupComment.document_id)
        .where(
            GroupDocument.group_id == group_id,
            GroupComment.disposition.is_(None),
            GroupComment.taken_back_at.is_(None),
        )
    )
    return session.scalars(query).one()


def comments_of(session: Session, document_id: int, person_id: int) -> int:
    """How many somebody has made on a document."""
    query = select(func.count()).where(
        GroupComment.document_id == document_id, GroupComment.person_id == person_id
    )
    return session.scalars(query).one()


def people_who_commented(document_id: int) -> Select[User]:
    said = select(GroupComment.person_id).where(
        GroupComment.document_id == document_id, GroupComment.taken_back_at.is_(None)
    )
    return select(User).where(User.id.in_(said), User.active.is_(True)).order_by(User.id)


def runs_until(session: Session, group_id: int) -> datetime | None:
    """The last moment at which something of a group is open for comment."""
    query = (
        select(func.max(CommentPeriod.closes_at))
        .join(DocumentVersion, DocumentVersion.id == CommentPeriod.version_id)
        .join(GroupDocument, GroupDocument.id == DocumentVersion.document_id)
        .where(GroupDocument.group_id == group_id)
    )
    return session.scalar(query)


# --- what other pages say of working groups

MOST_ADDRESSES = 2000


def groups_at(organisation_id: int, locale: str) -> Select[str, GroupState, str, str]:
    """What a centre convenes, in the reader's language where it is written in it."""
    original, own = aliased(WorkingGroupText), aliased(WorkingGroupText)
    return (
        select(
            WorkingGroup.ref,
            WorkingGroup.state,
            func.coalesce(own.name, original.name).label("name"),
            func.coalesce(own.locale, original.locale).label("written_in"),
        )
        .join(original, and_(original.group_id == WorkingGroup.id, original.is_original))
        .outerjoin(own, and_(own.group_id == WorkingGroup.id, own.locale == locale))
        .where(WorkingGroup.organisation_id == organisation_id, WorkingGroup.begun_at.is_not(None))
        .order_by(WorkingGroup.state, WorkingGroup.sort_key, WorkingGroup.id)
        .limit(50)
    )


def public_refs() -> tuple[Select[str], Select[str]]:
    """For the site's map: groups, and documents that everybody reads."""
    groups = select(WorkingGroup.ref).where(WorkingGroup.begun_at.is_not(None))
    documents = select(GroupDocument.ref).where(
        or_(GroupDocument.state != DocumentState.DRAFT, _was_opened())
    )
    return (
        groups.order_by(WorkingGroup.id).limit(MOST_ADDRESSES),
        documents.order_by(GroupDocument.id).limit(MOST_ADDRESSES),
    )
