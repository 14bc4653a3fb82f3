"""Courses in calendars (iCalendar): each event, or each series of them, is one course."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Component

from app.courses.incoming import values as v
from app.courses.incoming.rows import (
    Incoming,
    NoCourses,
    Refused,
    Row,
    RowRefused,
    Why,
    each_once,
)

LONGEST_SERIES = timedelta(days=366)
MOST_MEETINGS = 400
OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_LINK = re.compile(r"https?://[^\s<>\"\\]+")


def read_calendar(text: str) -> Incoming:
    """Every event that is not a changed meeting of a series. Raises FileRefused."""
    try:
        calendars = [one for one in Calendar.from_ical(text, multiple=True) if one.name]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as fault:
        raise NoCourses(Why.NOT_A_CALENDAR) from fault
    if not any(one.name == "VCALENDAR" for one in calendars):
        raise NoCourses(Why.NOT_A_CALENDAR)
    found = list(_events(calendars))
    if not found:
        raise NoCourses(Why.NO_EVENTS)
    rows = (_row(number, event, owner) for number, (event, owner) in enumerate(found, 1))
    return each_once("icalendar", rows, [])


def _events(calendars: list[Any]) -> Iterator[tuple[Component, Component]]:
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            if "RECURRENCE-ID" not in event:
                yield event, calendar


def _row(number: int, event: Component, calendar: Component) -> Row | Refused:
    title = v.in_one_line(_text(event, "SUMMARY"))
    try:
        return _read(number, event, calendar, title)
    except RowRefused as fault:
        return Refused(number, fault.why, fault.said, title=title)


def _text(event: Component, name: str) -> str:
    value = event.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)


def _read(number: int, event: Component, calendar: Component, title: str) -> Row:
    if not title:
        raise RowRefused(Why.NO_TITLE)
    if _text(event, "STATUS").upper() == "CANCELLED":
        raise RowRefused(Why.CANCELLED)
    starts, ends, meetings = _when(event, calendar)
    about = v.plain(_text(event, "DESCRIPTION"))
    values: dict[str, Any] = {
        "title": title,
        "summary": about,
        "taken_at": v.link(_address(event, about)),
        "given_by": v.in_one_line(_organiser(event, calendar)),
        "languages": v.languages(_language(event)),
        "field_code": v.field_code("", ";".join(_categories(event))),
        "length": "" if meetings < 2 else f"{meetings} ×",
        "starts_on": starts and starts.isoformat(),
        "ends_on": ends and ends.isoformat(),
    }
    return v.finished(number, values, identifier=_text(event, "UID"))


def _address(event: Component, about: str) -> str:
    """Its page, else the first link that its text or its place has."""
    said = _text(event, "URL")
    if said:
        return said
    found = _LINK.search(about) or _LINK.search(v.plain(_text(event, "LOCATION")))
    return found[0].rstrip(".,;)") if found else ""


def _organiser(event: Component, calendar: Component) -> str:
    organiser = event.get("ORGANIZER")
    named = getattr(organiser, "params", {}).get("CN", "") if organiser is not None else ""
    return str(named) or _text(calendar, "X-WR-CALNAME")


def _language(event: Component) -> str:
    said = getattr(event.get("SUMMARY"), "params", {}).get("LANGUAGE", "")
    return str(said)


def _categories(event: Component) -> list[str]:
    return [
        str(one) for said in _each(event.get("CATEGORIES")) for one in getattr(said, "cats", ())
    ]


def _when(event: Component, calendar: Component) -> tuple[date | None, date | None, int]:
    """The first and the last day, by the clock of the calendar, and how many meetings there are."""
    starts, ends = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if starts is None:
        raise RowRefused(Why.BAD_DATE, what=v.cut(_text(event, "DTSTART") or "DTSTART", 60))
    first = _day(starts)
    last = _day(ends) if ends is not None else first
    if ends is not None and not isinstance(ends, datetime) and last > first:
        last = v.day_before(last)  # whole days end before the day that they name
    if not ({"RRULE", "RDATE"} & set(event)):
        return first, last, 1
    return _series(event, calendar, first, last)


def _series(
    event: Component, calendar: Component, first: date, last: date
) -> tuple[date, date, int]:
    for rule in _each(event.get("RRULE")):
        if OFTEN & {str(one).upper() for one in rule.get("FREQ", ())}:
            raise RowRefused(Why.TOO_OFTEN)
    alone = Calendar()
    uid = event.get("UID")
    for part in calendar.subcomponents:
        if part.name == "VTIMEZONE" or (part.name == "VEVENT" and part.get("UID") == uid):
            alone.add_component(part)
    try:
        until = first + LONGEST_SERIES
        held = recurring_ical_events.of(alone, skip_bad_series=True).between(first, until)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return first, last, 1
    days = sorted(
        _day(moment)
        for one in held[:MOST_MEETINGS]
        if _text(one, "STATUS").upper() != "CANCELLED"
        and (moment := _moment(one, "DTSTART")) is not None
    )
    return (days[0], max(days[-1], last), len(days)) if days else (first, last, 1)


def _each(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _moment(event: Component, name: str) -> date | datetime | None:
    moment = getattr(event.get(name), "dt", None)
    return moment if isinstance(moment, date) else None


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
