"""Deadlines and timetables as calendar files (RFC 5545) that mail programs take. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


def deadline_calendar(
    *, uid: str, title: str, url: str, closes_at: datetime, stamped_at: datetime
) -> str:
    """One event that ends with the deadline, with reminders a week and a day before.

    Moments are aware; the file gives them in UTC, so that every calendar shows its own zone.
    """
    return deadlines_calendar([Deadline(uid, title, url, closes_at, stamped_at)])


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last moment to sign up for something."""

    uid: str
    title: str
    url: str
    closes_at: datetime
    stamped_at: datetime


def deadlines_calendar(deadlines: Iterable[Deadline]) -> str:
    """As `deadline_calendar`, for many: each an event of its own."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Lontar//Deadlines//EN",
        "METHOD:PUBLISH",
        *(line for one in deadlines for line in _deadline(one)),
        "END:VCALENDAR",
    ]
    return "\r\n".join(_folded(line) for line in lines) + "\r\n"


def _deadline(one: Deadline) -> list[str]:
    begins = one.closes_at - timedelta(minutes=30)
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"DTSTAMP:{_moment(one.stamped_at)}",
        f"DTSTART:{_moment(begins)}",
        f"DTEND:{_moment(one.closes_at)}",
        f"SUMMARY:{_text(one.title)}",
        f"URL:{one.url}",
        "TRANSP:TRANSPARENT",
        *_alarm("-P7D", one.title),
        *_alarm("-P1D", one.title),
        "END:VEVENT",
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting as a calendar keeps it; `sequence` grows with each change of it."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    stamped_at: datetime
    place: str = ""
    cancelled: bool = False


def meetings_calendar(entries: Iterable[Entry], *, url: str) -> str:
    """A timetable. What is cancelled stays in it and says so, so that calendars take it out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Lontar//Timetables//EN",
        "METHOD:PUBLISH",
    ]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(entry.uid)}",
            f"DTSTAMP:{_moment(entry.stamped_at)}",
            f"DTSTART:{_moment(entry.starts_at)}",
            f"DTEND:{_moment(entry.ends_at)}",
            f"SEQUENCE:{entry.sequence}",
            f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
            f"SUMMARY:{_text(entry.title)}",
            *([f"LOCATION:{_text(entry.place)}"] if entry.place else []),
            f"URL:{url}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "\r\n".join(_folded(line) for line in lines) + "\r\n"


def _alarm(before: str, title: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(title)}",
        f"TRIGGER:{before}",
        "END:VALARM",
    ]


def _moment(value: datetime) -> str:
    return f"{value:%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value.replace("\r", "")


def _folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character; the rest begins with a space."""
    pieces, piece = [], b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > 74:
            pieces.append(piece.decode())
            piece = b""
        piece += octets
    return "\r\n ".join([*pieces, piece.decode()])
