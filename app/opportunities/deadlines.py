"""Deadlines: an instant, the zone it was announced in, and the wall time that was announced.

Pure. Instants are aware and in UTC; a wall time is written as it is stored, `2027-01-14T23:59`.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import is_zone
from app.opportunities.states import OpportunityState

# What has no deadline sorts after everything that has one.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class UnclearTime(RuleBroken):
    """No single instant is meant by this wall time; the sentence says what to write instead."""


class Dated(Protocol):
    """What of an opportunity decides at which stage it is."""

    @property
    def state(self) -> OpportunityState: ...
    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...


class Window(Dated, Protocol):
    """What of an opportunity decides when it may be applied for."""

    @property
    def grace_minutes(self) -> int: ...


class Closing(Window, Protocol):
    """The same with the moment at which somebody closed it."""

    @property
    def closed_at(self) -> datetime | None: ...


def end_of_day(day: date, zone: str | None) -> datetime:
    """The last minute of a day where an opportunity's deadlines are counted."""
    return instant_of(f"{day.isoformat()}T23:59", zone or "UTC")


def instant_of(wall: str | datetime, zone: str) -> datetime:
    """The instant that clocks in `zone` show as `wall` (text as stored, or a naive datetime).

    Raises UnclearTime when the zone is unknown, when the clocks there jump over this time, and
    when they show it twice.
    """
    if not is_zone(zone):
        raise UnclearTime(_("Choose the city whose clock counts."))
    try:
        local = datetime.fromisoformat(wall) if isinstance(wall, str) else wall
        earlier = local.replace(tzinfo=ZoneInfo(zone), fold=0)
        later = earlier.replace(fold=1)
        instant = earlier.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnclearTime(_("Write a day and a time that exist.")) from error
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise UnclearTime(
            _("Clocks there are put forward and never show this time. Choose another hour.")
        )
    if earlier.utcoffset() != later.utcoffset():
        raise UnclearTime(
            _("Clocks there are put back and show this time twice. Choose another hour.")
        )
    return instant


def wall_of(instant: datetime, zone: str) -> str:
    """What clocks in `zone` show at this instant, as it is stored: 2027-01-14T23:59."""
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def closing_day(closes_at: datetime | None, zone: str | None) -> date | None:
    """The day on which it closes where the deadline was announced; ages may count on it."""
    if closes_at is None:
        return None
    return closes_at.astimezone(ZoneInfo(zone) if is_zone(zone) else UTC).date()


def accepts_until(closes_at: datetime, grace_minutes: int) -> datetime:
    """The last moment at which something sent is still taken; pages show `closes_at` itself."""
    return closes_at + timedelta(minutes=grace_minutes)


def is_open(window: Window, now: datetime) -> bool:
    """Published, opened, and its announced deadline not yet passed: what lists call open."""
    if window.state is not OpportunityState.PUBLISHED or not has_opened(window, now):
        return False
    return window.closes_at is None or now <= window.closes_at


def accepts(window: Window, now: datetime) -> bool:
    """Whether an application sent now is taken: as `is_open`, with the minutes of grace."""
    if window.state is not OpportunityState.PUBLISHED or not has_opened(window, now):
        return False
    if window.closes_at is None:
        return True
    return now <= accepts_until(window.closes_at, window.grace_minutes)


def accepts_for(window: Closing, own: datetime | None, now: datetime) -> bool:
    """Whether an application of somebody whose own deadline is `own` is taken now.

    It is after the call has closed at everybody's deadline; not when it was closed before that.
    """
    if accepts(window, now):
        return True
    ended = window.closes_at
    if own is None or ended is None or own <= ended or not has_opened(window, now):
        return False
    if window.state is OpportunityState.CLOSED:
        if window.closed_at is not None and window.closed_at < ended:
            return False
    elif window.state is not OpportunityState.PUBLISHED:
        return False
    return now <= accepts_until(own, window.grace_minutes)


def has_opened(window: Window, now: datetime) -> bool:
    return window.opens_at is None or window.opens_at <= now


def has_passed(window: Window, now: datetime) -> bool:
    """Whether the announced deadline is over (the grace may still run)."""
    return window.closes_at is not None and now > window.closes_at
