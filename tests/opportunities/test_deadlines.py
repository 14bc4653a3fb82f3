"""Deadlines: which instant is meant, and until when something sent is taken."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.foundation.languages import speak
from app.opportunities.deadlines import (
    UnclearTime,
    accepts,
    accepts_until,
    has_passed,
    instant_of,
    is_open,
    wall_of,
)
from app.opportunities.states import OpportunityState

CLOSES = datetime(2027, 1, 14, 14, 59, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    state: OpportunityState = OpportunityState.PUBLISHED
    opens_at: datetime | None = CLOSES - timedelta(days=60)
    closes_at: datetime | None = CLOSES
    grace_minutes: int = 30


@pytest.fixture(autouse=True)
def english():
    speak("en", None)


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Asia/Tokyo", "2027-01-14T23:59", "2027-01-14T14:59"),
        ("Asia/Yangon", "2027-01-14T23:59", "2027-01-14T17:29"),
        ("Asia/Bangkok", "2027-01-14T23:59", "2027-01-14T16:59"),
        ("Europe/Brussels", "2027-07-01T12:00", "2027-07-01T10:00"),
    ],
)
def test_a_wall_time_is_one_instant_and_back(zone, wall, utc):
    instant = instant_of(wall, zone)
    assert f"{instant:%Y-%m-%dT%H:%M}" == utc
    assert wall_of(instant, zone) == wall


def test_a_time_that_clocks_jump_over_is_refused():
    with pytest.raises(UnclearTime, match="put forward"):
        instant_of("2027-03-28T02:30", "Europe/Brussels")


def test_a_time_that_clocks_show_twice_is_refused():
    with pytest.raises(UnclearTime, match="put back"):
        instant_of("2027-10-31T02:30", "Europe/Brussels")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Asia/Tokyo\0"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(UnclearTime, match="city"):
        instant_of("2027-01-14T23:59", zone)


@pytest.mark.parametrize(
    "wall", ["", "tomorrow", "2027-02-30T10:00", "0001-01-01T00:00", "9999-12-31T23:59"]
)
def test_an_impossible_time_is_refused(wall):
    with pytest.raises(UnclearTime):
        zone = "America/Los_Angeles" if wall.startswith("9999") else "Asia/Tokyo"
        instant_of(wall, zone)


def test_the_grace_lets_late_ones_in_but_the_announced_deadline_stands():
    late = CLOSES + timedelta(minutes=29)
    assert accepts_until(CLOSES, 30) == CLOSES + timedelta(minutes=30)
    assert not is_open(Window(), late)
    assert has_passed(Window(), late)
    assert accepts(Window(), late)
    assert not accepts(Window(), CLOSES + timedelta(minutes=31))


def test_at_the_very_deadline_it_is_open():
    assert is_open(Window(), CLOSES)


def test_before_it_opens_and_in_other_states_nothing_is_taken():
    now = CLOSES - timedelta(days=1)
    assert is_open(Window(), now)
    assert not accepts(replace(Window(), opens_at=now + timedelta(seconds=1)), now)
    for state in set(OpportunityState) - {OpportunityState.PUBLISHED}:
        assert not is_open(replace(Window(), state=state), now)
        assert not accepts(replace(Window(), state=state), now)


def test_without_a_deadline_it_stays_open():
    window = replace(Window(), closes_at=None)
    assert is_open(window, CLOSES + timedelta(days=900))
    assert accepts(window, CLOSES + timedelta(days=900))
    assert not has_passed(window, CLOSES)
