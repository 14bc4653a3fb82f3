"""What groups write: drafts and results, with their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.foundation.actors import Actor
from app.working_groups.models import (
    CommentPeriod,
    DocumentVersion,
    GroupDocument,
)
from app.working_groups.queries.groups import MOST_SHOWN, WITH_ALL, is_inside
from app.working_groups.states import (
    DocumentState,
)


def was_opened() -> ColumnElement[bool]:
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
            or_(GroupDocument.state != DocumentState.DRAFT, was_opened(), is_inside(actor)),
        )
    )


DOCUMENT: tuple[Any, ...] = (
    contains_eager(GroupDocument.group).options(*WITH_ALL),
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
        .options(*DOCUMENT)
    )


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


def runs_until(session: Session, group_id: int) -> datetime | None:
    """The last moment at which something of a group is open for comment."""
    query = (
        select(func.max(CommentPeriod.closes_at))
        .join(DocumentVersion, DocumentVersion.id == CommentPeriod.version_id)
        .join(GroupDocument, GroupDocument.id == DocumentVersion.document_id)
        .where(GroupDocument.group_id == group_id)
    )
    return session.scalar(query)
