"""Meetings of groups."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from app.foundation.actors import Actor
from app.working_groups.models import (
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
    WorkingGroupText,
)
from app.working_groups.queries.groups import MOST_SHOWN, WITH_ALL, is_written_by
from app.working_groups.states import (
    MembershipState,
)


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
        .where(GroupMeeting.id == meeting_id, is_written_by(actor))
        .options(contains_eager(GroupMeeting.group).options(*WITH_ALL))
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
