"""Who joined an online meeting, as the tools for such meetings write it into files. Pure.

Zoom's participants report, the attendance reports of Microsoft Teams and of Google Meet, and any
table with a name or an address and minutes. Teams writes UTF-16 with tabs and several parts; of
those the one with a line for each person counts, and the one with each joining is left out.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.foundation.tables import FileRefused, decoded

LARGEST = 2 * 1024 * 1024
MOST_ROWS = 5000
MOST_PEOPLE = 1000
LONGEST = 24 * 60
# Headings by what they mean; compared without capitals, spaces and signs.
HEADINGS = {
    "name": ("nameoriginalname", "name", "fullname", "participant", "displayname", "username"),
    "first": ("firstname",),
    "last": ("lastname",),
    "email": ("useremail", "email", "emailaddress"),
    "account": ("participantidupn", "upn"),
    "joined": ("jointime", "firstjoin", "timejoined", "firstjointime"),
    "left": ("leavetime", "lastleave", "timeexited", "lastleavetime"),
    "times": ("joins",),
    "duration": (
        *("durationminutes", "totaldurationminutes", "inmeetingduration", "duration"),
        *("totalduration", "minutes", "attendanceduration"),
    ),
}
MEANINGS = {heading: meaning for meaning, known in HEADINGS.items() for heading in known}
MOMENTS = (
    *("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M:%S"),
    *("%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S"),
    *("%m/%d/%y, %I:%M:%S %p", "%m/%d/%Y, %I:%M:%S %p", "%b %d, %Y %I:%M:%S %p"),
)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_WORDS = re.compile(
    r"(?:(\d{1,3})\s*(?:h|hr|hrs|hours?)\b\.?)?\s*(?:(\d{1,4})\s*(?:m|min|mins|minutes?)\b\.?)?"
    r"\s*(?:(\d{1,5})\s*(?:s|sec|secs|seconds?)\b\.?)?"
)


class Fault(StrEnum):
    """Why a file says nobody's attendance."""

    TOO_LARGE = "too large"
    EMPTY = "empty"
    NO_TEXT = "no text"
    NO_HEADINGS = "no headings"
    NOBODY = "nobody"
    TOO_MANY = "too many"
    BROKEN = "broken"


class Unreadable(Exception):
    """A file that is refused; `fault` says why, `row` where."""

    def __init__(self, fault: Fault, row: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.row = fault, row


class Tool(StrEnum):
    ZOOM = "Zoom"
    TEAMS = "Microsoft Teams"
    MEET = "Google Meet"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody as the file names them, with all minutes together and how often they joined."""

    name: str
    email: str
    minutes: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    tool: Tool
    people: list[Joined]
    unread: list[int]
    """The numbers of the lines that say neither who nor how long."""


def read_report(content: bytes) -> Report:
    """The people in a report. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(Fault.TOO_LARGE)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Unreadable(Fault.NO_TEXT)
    try:
        text = decoded(content)
    except FileRefused as refused:
        raise Unreadable(Fault.NO_TEXT) from refused
    if not text.strip():
        raise Unreadable(Fault.EMPTY)
    lines = _lines(text)
    columns, start, tool = _headings(lines)
    return _people(lines, columns, start, tool)


def _lines(text: str) -> list[list[str]]:
    mark = max("\t,;", key=text[:20_000].count)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=mark)
    try:
        found = [
            [cell.strip() for cell in row]
            for _number, row in zip(range(MOST_ROWS + 1), rows, strict=False)
        ]
    except csv.Error as fault:
        raise Unreadable(Fault.BROKEN, rows.line_num) from fault
    if len(found) > MOST_ROWS:
        raise Unreadable(Fault.TOO_MANY)
    return found


def _headings(lines: list[list[str]]) -> tuple[dict[str, int], int, Tool]:
    """Where each meaning stands, the line after the headings, and whose headings they are."""
    # Zoom begins with a line about the meeting, which has an address and a length as well.
    for named in ({"name", "first"}, {"email"}):
        for number, cells in enumerate(lines[:200]):
            plain = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in cells]
            columns: dict[str, int] = {}
            for place, heading in enumerate(plain):
                if heading in MEANINGS:
                    columns.setdefault(MEANINGS[heading], place)
            long = "duration" in columns or {"joined", "left"} <= columns.keys()
            if long and named & columns.keys():
                return columns, number + 1, _tool(plain)
    raise Unreadable(Fault.NO_HEADINGS)


def _tool(plain: list[str]) -> Tool:
    if "nameoriginalname" in plain:
        return Tool.ZOOM
    if "inmeetingduration" in plain or "participantidupn" in plain:
        return Tool.TEAMS
    return Tool.MEET if {"firstname", "lastname"} <= set(plain) else Tool.TABLE


@dataclass(slots=True)
class _Stay:
    name: str
    email: str
    seconds: int
    times: int
    span: tuple[datetime, datetime] | None


def _people(lines: list[list[str]], columns: dict[str, int], start: int, tool: Tool) -> Report:
    body = list(_until_the_next_part(lines, start))
    form = _moment_form([cells for _number, cells in body], columns)
    stays: dict[str, list[_Stay]] = {}
    unread = []
    for number, cells in body:
        stay = _stay(cells, columns, form)
        if stay is None:
            unread.append(number)
        else:
            stays.setdefault(stay.email or plain_name(stay.name), []).append(stay)
    if not stays:
        raise Unreadable(Fault.NOBODY)
    if len(stays) > MOST_PEOPLE:
        raise Unreadable(Fault.TOO_MANY)
    people = [
        Joined(
            name=next((one.name for one in some if one.name), ""),
            email=some[0].email,
            minutes=min(LONGEST, _together(some) // 60),
            times=sum(one.times for one in some),
        )
        for some in stays.values()
    ]
    return Report(tool, people, unread)


def _until_the_next_part(lines: list[list[str]], start: int) -> Iterator[tuple[int, list[str]]]:
    """The lines of people with their numbers; an empty line or "3. …" begins another part."""
    begun = False
    for number, cells in enumerate(lines[start:], start + 1):
        empty = not any(cells)
        if (empty and begun) or re.match(r"\d+\. ", cells[0] if cells else ""):
            return
        if not empty:
            begun = True
            yield number, cells


def _stay(cells: list[str], columns: dict[str, int], form: str) -> _Stay | None:
    def cell(meaning: str) -> str:
        place = columns.get(meaning)
        return cells[place][:300] if place is not None and place < len(cells) else ""

    name = cell("name") or f"{cell('first')} {cell('last')}".strip()
    email = next((one for one in (cell("email"), cell("account")) if "@" in one), "").casefold()
    span = None
    if form:
        joined, left = (datetime.strptime(cell(one), form) for one in ("joined", "left"))  # noqa: DTZ007
        span = (joined, left) if joined <= left else None
    seconds = seconds_in(cell("duration"))
    if seconds is None and span is not None:
        seconds = int((span[1] - span[0]).total_seconds())
    if seconds is None or not (name or email):
        return None
    times = cell("times")
    often = int(times) if times.isdecimal() and len(times) <= 4 else 1
    return _Stay(name, email, seconds, often, span)


def _moment_form(body: list[list[str]], columns: dict[str, int]) -> str:
    """The one form in which all moments of the file are written; "" where there is none."""
    places = [columns[one] for one in ("joined", "left") if one in columns]
    if len(places) < 2 or any(len(cells) <= max(places) for cells in body):
        return ""
    moments = [cells[place] for cells in body for place in places]
    for form in MOMENTS:
        try:
            for moment in moments:
                datetime.strptime(moment, form)  # noqa: DTZ007 - only how long counts
        except ValueError:
            continue
        return form
    return ""


def _together(stays: list[_Stay]) -> int:
    """Seconds of all stays; what somebody was there on two devices counts once."""
    spans = [one.span for one in stays if one.span is not None]
    if len(spans) < len(stays) or len(stays) == 1:
        return sum(one.seconds for one in stays)
    total, until = timedelta(), None
    for begin, end in sorted(spans):
        fresh = begin if until is None else max(begin, until)
        if end > fresh:
            total += end - fresh
        until = end if until is None else max(until, end)
    return int(total.total_seconds())


def seconds_in(said: str) -> int | None:
    """How long "1h 27m 51s", "58 min", "1:05:00" or, in minutes, "57" is; None: it says nothing."""
    text = unicodedata.normalize("NFKC", said).strip().casefold()
    if re.fullmatch(r"\d{1,4}", text):
        return int(text) * 60
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
    words = _WORDS.fullmatch(text)
    if text and words:
        hours, minutes, seconds = (int(part or 0) for part in words.groups())
        return hours * 3600 + minutes * 60 + seconds
    return None


def plain_name(name: str) -> str:
    """A name to compare by: whatever the order of its parts, accents and capitals.

    What stands in brackets is left out: tools write there who is a guest, or the name before.
    """
    bare = re.sub(r"[(（\[].*?[)）\]]", " ", name)
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", bare)).casefold()
    kept = "".join(
        c if c.isalnum() or unicodedata.category(c).startswith("M") else " "
        for c in letters
        if unicodedata.category(c) != "Mn" or c >= "\u0e00"
    )
    return " ".join(sorted(kept.split()))


def names_in(name: str) -> list[str]:
    """A name as it stands, and the one in brackets after it: Zoom's "new (old)"."""
    inside = re.findall(r"[(（](.*?)[)）]", name)
    return [one for one in map(plain_name, [name, *inside]) if one]
