"""Deadlines and meetings as calendar files (RFC 5545) that mail programs take. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Alarm, Event

TOLD_BEFORE = (timedelta(days=7), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting, or what ends with a deadline, as a calendar keeps it.

    Moments are aware; the file gives them in UTC, so that every calendar shows its own zone.
    `sequence` grows with each change of it. A deadline reminds and leaves its reader free.
    """

    uid: str
    title: str
    url: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    sequence: int = 0
    place: str = ""
    cancelled: bool = False
    is_deadline: bool = False


def deadline(
    *,
    uid: str,
    title: str,
    url: str,
    closes_at: datetime,
    stamped_at: datetime,
    sequence: int = 0,
    cancelled: bool = False,
) -> Entry:
    """The last half hour before something closes."""
    return Entry(
        uid,
        title,
        url,
        closes_at - timedelta(minutes=30),
        closes_at,
        stamped_at,
        sequence,
        cancelled=cancelled,
        is_deadline=True,
    )


def calendar_file(entries: Iterable[Entry], *, name: str = "") -> bytes:
    """A calendar to take or to subscribe to.

    What is cancelled stays in it and says so, so that calendars take it out.
    """
    from icalendar import Calendar  # only where a calendar is asked for

    calendar = Calendar()
    calendar.add("prodid", "-//Lontar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamped_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.title)
    event.add("url", entry.url)
    if entry.place:
        event.add("location", entry.place)
    if entry.is_deadline:
        event.add("transp", "TRANSPARENT")
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.is_deadline and not entry.cancelled:
        for before in TOLD_BEFORE:
            event.add_component(_alarm(before, entry.title))
    return event


def _alarm(before: timedelta, title: str) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -before)
    return alarm
