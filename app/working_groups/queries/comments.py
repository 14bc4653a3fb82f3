"""What people say of what groups write."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.models import User
from app.foundation.actors import Actor
from app.working_groups.models import (
    DocumentVersion,
    GroupComment,
    GroupDocument,
)
from app.working_groups.queries.documents import DOCUMENT
from app.working_groups.queries.groups import is_written_by


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
        .options(contains_eager(GroupComment.document).options(*DOCUMENT))
    )


def comment_to_answer(actor: Actor, comment_id: int) -> Select[GroupComment]:
    """With its document, for who writes for the group."""
    return (
        select(GroupComment)
        .join(GroupComment.document)
        .join(GroupDocument.group)
        .where(GroupComment.id == comment_id, is_written_by(actor))
        .options(
            contains_eager(GroupComment.document).options(*DOCUMENT),
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
