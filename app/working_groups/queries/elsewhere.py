"""What other pages say of working groups."""

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.working_groups.models import (
    GroupDocument,
    WorkingGroup,
    WorkingGroupText,
)
from app.working_groups.queries.documents import was_opened
from app.working_groups.states import (
    DocumentState,
    GroupState,
)

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
        or_(GroupDocument.state != DocumentState.DRAFT, was_opened())
    )
    return (
        groups.order_by(WorkingGroup.id).limit(MOST_ADDRESSES),
        documents.order_by(GroupDocument.id).limit(MOST_ADDRESSES),
    )
