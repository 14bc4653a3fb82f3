"""Timetables: meetings that come again, meetings that overlap, and where dates stand. Pure.

Wall times are naive datetimes as clocks of a zone show them; instants are aware.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from app.courses.states import Stage
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.opportunities.calendar import Entry
from app.opportunities.deadlines import Dated
from app.opportunities.states import OpportunityState

MOST_MEETINGS = 60
LONGEST = timedelta(hours=24)


class Held(Protocol):
    """A meeting: when it is, and whether it is cancelled."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


M = TypeVar("M", bound=Held)


def entry_of(row: Any, url: str) -> Entry:
    """A row of `queries.calendars` as a calendar keeps it."""
    return Entry(
        uid=f"meeting-{row.id}@lontar",
        title=f"{row.title}: {row.meeting}" if row.meeting else row.title,
        url=url,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        stamped_at=row.stamped_at,
        sequence=row.sequence,
        place=row.place,
        cancelled=row.cancelled,
    )


def walls(first: datetime, *, days_apart: int, times: int) -> list[datetime]:
    """The wall times of a meeting that comes again: weekly is 7 days apart, daily is 1.

    Raises RuleBroken for what is no timetable.
    """
    if not 1 <= times <= MOST_MEETINGS:
        raise RuleBroken(_("A timetable has from 1 to %(most)s meetings.", most=MOST_MEETINGS))
    if times > 1 and not 1 <= days_apart <= 92:
        raise RuleBroken(_("Say after how many days the meeting comes again."))
    return [first + timedelta(days=days_apart * n) for n in range(times)]


def overlapping(one: Held, others: Iterable[M]) -> list[M]:
    """Those that take place while `one` does; one that begins as the other ends does not."""
    if one.cancelled_at is not None:
        return []
    return [
        other
        for other in others
        if other is not one
        and other.cancelled_at is None
        and other.starts_at < one.ends_at
        and one.starts_at < other.ends_at
    ]


def span(meetings: Iterable[Held]) -> tuple[datetime, datetime] | None:
    """From the first meeting's beginning to the last one's end, of those that take place."""
    taking_place = [m for m in meetings if m.cancelled_at is None]
    if not taking_place:
        return None
    return min(m.starts_at for m in taking_place), max(m.ends_at for m in taking_place)


def stage(run: Dated, meetings: Iterable[Held], now: datetime) -> Stage:
    """Where some dates stand at this moment."""
    if run.state is OpportunityState.CANCELLED:
        return Stage.CANCELLED
    if run.state is OpportunityState.DRAFT:
        return Stage.PLANNED
    whole = span(meetings)
    if whole is not None and now > whole[1]:
        return Stage.FINISHED
    if whole is not None and now >= whole[0]:
        return Stage.RUNNING
    if run.state is OpportunityState.CLOSED or (run.closes_at and now > run.closes_at):
        return Stage.CLOSED
    return Stage.COMING if run.opens_at and run.opens_at > now else Stage.OPEN


def length(starts: datetime, ends: datetime) -> None:
    """Refuse a meeting that ends before it starts, or lasts longer than a day."""
    if not timedelta(0) < ends - starts <= LONGEST:
        raise RuleBroken(_("A meeting ends after it starts, within a day."))


def days_of(whole: tuple[datetime, datetime] | None, zone: str) -> tuple[date, date] | None:
    """The first and the last day of some dates on the clocks of their zone."""
    if whole is None:
        return None
    there = ZoneInfo(zone)
    return whole[0].astimezone(there).date(), whole[1].astimezone(there).date()
