"""Meetings of a working group: planned, changed, cancelled, and what was said there."""

import re
from dataclasses import dataclass
from datetime import timedelta

from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.deadlines import instant_of
from app.working_groups import policy
from app.working_groups.messages import GroupMeetingCancelled, GroupMeets
from app.working_groups.models import GroupMeeting, WorkingGroup
from app.working_groups.operations.telling import (
    known_zone,
    refuse_closed,
    tell_members,
    title_of,
)
from app.working_groups.states import Audience

LONGEST = timedelta(days=1)
LINK = re.compile(r"https://[^\s<>\"]{3,490}")


@dataclass(frozen=True, slots=True)
class MeetingTerms:
    """When and where; wall times as clocks of `zone` show them."""

    title: str
    starts_wall: str
    ends_wall: str
    zone: str
    venue: str = ""
    join_url: str = ""
    agenda: str = ""


def plan_group_meeting(work: Work, group: WorkingGroup, terms: MeetingTerms) -> GroupMeeting:
    """Call the members together. Texts and memberships must be loaded."""
    policy.WRITE.require(work.actor, group)
    refuse_closed(group)
    meeting = GroupMeeting(group=group, locale=work.actor.locale, sequence=0, changed_at=work.now)
    _write(meeting, terms)
    if meeting.starts_at <= work.now:
        raise RuleBroken(_("Choose a time that is still to come."))
    work.session.add(meeting)
    work.session.flush()

    record(work, "group.meeting planned", group, name=meeting.title)
    _tell(work, meeting, is_new=True)
    stamp_catalogue(work)
    return meeting


def change_group_meeting(
    work: Work,
    meeting: GroupMeeting,
    terms: MeetingTerms,
    *,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Move it or change where it is, and members hear of it; of the agenda they do not."""
    policy.CHANGE_MEETING.require(work.actor, meeting)
    refuse_closed(meeting.group)
    if meeting.cancelled_at is not None:
        raise RuleBroken(_("This meeting is cancelled; plan another one instead."))
    if meeting.ends_at <= work.now:
        raise RuleBroken(_("This meeting is over; it took place."))
    work.edit(meeting, version)
    before = _counts(meeting)
    _write(meeting, terms)
    if before != _counts(meeting):
        if not reason.strip():
            raise RuleBroken(_("Say why: the members are told."))
        if meeting.starts_at <= work.now:
            raise RuleBroken(_("Choose a time that is still to come."))
        meeting.sequence += 1
        meeting.changed_at, meeting.changed_because = work.now, reason
        _tell(work, meeting, is_new=False)

    record(work, "group.meeting changed", meeting.group, name=meeting.title, reason=reason)
    stamp_catalogue(work)


def cancel_group_meeting(work: Work, meeting: GroupMeeting, *, reason: str) -> None:
    """It does not take place; it stays in calendars as cancelled."""
    policy.CHANGE_MEETING.require(work.actor, meeting)
    if meeting.cancelled_at is not None:
        raise RuleBroken(_("This meeting is cancelled already."))
    if meeting.ends_at <= work.now:
        raise RuleBroken(_("This meeting is over; it took place."))
    if not reason.strip():
        raise RuleBroken(_("Say why: the members are told."))
    meeting.cancelled_at = meeting.changed_at = work.now
    meeting.changed_because = reason
    meeting.sequence += 1
    meeting.version += 1

    record(work, "group.meeting cancelled", meeting.group, name=meeting.title, reason=reason)
    said = GroupMeetingCancelled(
        ref=meeting.group.ref,
        group=title_of(meeting.group),
        meeting=meeting.title,
        starts_at=meeting.starts_at,
        zone=meeting.zone,
        reason=reason,
    )
    tell_members(work, meeting.group, said, once=str(meeting.id))
    stamp_catalogue(work)


def write_minutes(
    work: Work,
    meeting: GroupMeeting,
    *,
    minutes: str,
    audience: Audience | None,
    version: int | None = None,
) -> None:
    """Write what was said: for chairs and editors at first, then for the members or everybody."""
    policy.CHANGE_MEETING.require(work.actor, meeting)
    if meeting.cancelled_at is not None:
        raise RuleBroken(_("This meeting did not take place."))
    if meeting.starts_at > work.now:
        raise RuleBroken(_("Minutes are written once the meeting has begun."))
    if audience is not None and not minutes.strip():
        raise RuleBroken(_("Write the minutes before others read them."))
    work.edit(meeting, version)
    meeting.minutes, meeting.minutes_for = minutes, audience

    read_by = "" if audience is None else audience.value
    record(work, "group.minutes written", meeting.group, name=meeting.title, audience=read_by)
    stamp_catalogue(work)


def _write(meeting: GroupMeeting, terms: MeetingTerms) -> None:
    zone = known_zone(terms.zone)
    starts_at = instant_of(terms.starts_wall, zone)
    ends_at = instant_of(terms.ends_wall, zone)
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise RuleBroken(_("A meeting ends after it starts, within a day."))
    if terms.join_url and not LINK.fullmatch(terms.join_url):
        raise RuleBroken(_("A link to join begins with https://."))
    meeting.title, meeting.agenda = terms.title, terms.agenda
    meeting.starts_at, meeting.ends_at, meeting.zone = starts_at, ends_at, zone
    meeting.venue, meeting.join_url = terms.venue, terms.join_url


def _counts(meeting: GroupMeeting) -> tuple[object, ...]:
    """What a calendar shows of it."""
    return (
        meeting.title,
        meeting.starts_at,
        meeting.ends_at,
        meeting.venue,
        meeting.join_url,
    )


def _tell(work: Work, meeting: GroupMeeting, *, is_new: bool) -> None:
    said = GroupMeets(
        ref=meeting.group.ref,
        group=title_of(meeting.group),
        meeting=meeting.title,
        is_new=is_new,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        venue=meeting.venue,
        reason=meeting.changed_because,
    )
    tell_members(work, meeting.group, said, once=f"{meeting.id}:{meeting.sequence}")
