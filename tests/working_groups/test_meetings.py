"""Meetings: members and their calendars hear of what changes; minutes find their readers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage
from app.working_groups import operations as verbs
from app.working_groups import queries
from app.working_groups.models import GroupMeeting
from app.working_groups.states import Audience
from tests import make
from tests.working_groups.convening import at_meeting, joined, kept, met, somebody

TERMS = verbs.MeetingTerms(
    title="First meeting",
    starts_wall="2027-01-20T10:00",
    ends_wall="2027-01-20T11:30",
    zone="Asia/Singapore",
    join_url="https://meet.example.org/kle",
)
LATER = replace(TERMS, starts_wall="2027-01-21T10:00", ends_wall="2027-01-21T11:30")


def told(kind: str) -> int:
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.kind == f"working_groups/{kind}")
    return len(db.session.scalars(query).all())


def in_calendar_of(actor) -> list[tuple[int, bool]]:
    db.session.rollback()
    found = queries.meetings_of_groups_of(db.session(), actor.user_id, make.NOW, "en")
    return [(row.sequence, row.cancelled) for row in found]


def test_a_meeting_is_an_instant_that_members_hear_of(sg, chair, group) -> None:
    member = somebody()
    joined(chair, group, member)
    meeting = kept(GroupMeeting, met(chair, group))
    assert meeting.starts_at == datetime(2027, 1, 20, 2, 0, tzinfo=UTC)
    assert told("meets") == 1  # not to the chair, who planned it
    assert in_calendar_of(member) == [(0, False)]
    assert in_calendar_of(somebody()) == []


def test_what_moves_is_told_with_its_reason_and_counts_up(sg, chair, group) -> None:
    member = somebody()
    joined(chair, group, member)
    meeting = met(chair, group)
    with pytest.raises(RuleBroken, match="Say why"):
        at_meeting(chair, meeting, verbs.change_group_meeting, LATER)
    at_meeting(chair, meeting, verbs.change_group_meeting, LATER, reason="The room is taken.")
    assert in_calendar_of(member) == [(1, False)]
    agenda = replace(LATER, agenda="1. Scope")
    at_meeting(chair, meeting, verbs.change_group_meeting, agenda)
    assert in_calendar_of(member) == [(1, False)]
    assert told("meets") == 2
    with pytest.raises(ChangedMeanwhile):
        at_meeting(chair, meeting, verbs.change_group_meeting, LATER, version=1)


def test_what_is_cancelled_stays_in_calendars_and_says_so(sg, chair, group) -> None:
    member = somebody()
    joined(chair, group, member)
    meeting = met(chair, group)
    with pytest.raises(RuleBroken, match="Say why"):
        at_meeting(chair, meeting, verbs.cancel_group_meeting, reason="")
    at_meeting(chair, meeting, verbs.cancel_group_meeting, reason="A storm.")
    assert in_calendar_of(member) == [(1, True)]
    assert told("meeting_cancelled") == 1
    with pytest.raises(RuleBroken, match="cancelled"):
        at_meeting(chair, meeting, verbs.change_group_meeting, LATER, reason="Again.")


def test_no_meeting_is_planned_into_the_past_or_backwards(sg, chair, group) -> None:
    for walls in (
        {"starts_wall": "2026-12-20T10:00", "ends_wall": "2026-12-20T11:00"},
        {"starts_wall": "2027-01-20T12:00"},
        {"zone": "Nowhere/Else"},
        {"join_url": "http://meet.example.org"},
    ):
        with pytest.raises(RuleBroken):
            met(chair, group, **walls)


def test_members_and_other_centres_plan_nothing(sg, jp, chair, group) -> None:
    member = somebody()
    joined(chair, group, member)
    for actor in (member, jp.actor):
        with pytest.raises(NotPermitted):
            met(actor, group)
    meeting = met(sg.actor, group)
    for actor in (member, jp.actor):
        with pytest.raises(NotFound):
            at_meeting(actor, meeting, verbs.cancel_group_meeting, reason="No.")


def test_minutes_are_written_after_it_began_and_then_read(sg, chair, group) -> None:
    meeting = met(chair, group)
    said = {"minutes": "We agreed on the scope.", "audience": None}
    with pytest.raises(RuleBroken, match="has begun"):
        at_meeting(chair, meeting, verbs.write_minutes, **said)
    after = make.NOW + timedelta(days=20)
    at_meeting(chair, meeting, verbs.write_minutes, **said, now=after)
    assert kept(GroupMeeting, meeting).minutes_for is None
    with pytest.raises(RuleBroken, match="Write the minutes"):
        at_meeting(
            chair, meeting, verbs.write_minutes, minutes="", audience=Audience.PUBLIC, now=after
        )
    at_meeting(
        chair,
        meeting,
        verbs.write_minutes,
        minutes="We agreed.",
        audience=Audience.PUBLIC,
        now=after,
    )
    assert kept(GroupMeeting, meeting).minutes_for is Audience.PUBLIC
