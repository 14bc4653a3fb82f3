"""How the pages of working groups find what they are about, and in which words they show it."""

from typing import Any

from app.foundation.permissions import Permission
from app.foundation.web import current_actor, one_or_404
from app.foundation.work import Work
from app.working_groups import queries
from app.working_groups.models import GroupDocument, WorkingGroup


def group_for(group_id: int, may: Permission[Any]) -> WorkingGroup:
    """For a page that is read: who sees the group and may not do this is told so."""
    found = one_or_404(queries.group_with_all(current_actor(), group_id=group_id))
    may.require(current_actor(), found)
    return found


def group_to(work: Work, group_id: int, may: Permission[Any]) -> WorkingGroup:
    """The same, locked, for a press."""
    found = work.find(queries.group_with_all(work.actor, group_id=group_id))
    may.require(work.actor, found)
    return found


def document_for(document_id: int, may: Permission[Any]) -> GroupDocument:
    found = one_or_404(queries.document_with_all(current_actor(), document_id=document_id))
    may.require(current_actor(), found)
    return found


def document_to(work: Work, document_id: int, may: Permission[Any]) -> GroupDocument:
    found = work.find(queries.document_with_all(work.actor, document_id=document_id))
    may.require(work.actor, found)
    return found
