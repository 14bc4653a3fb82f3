"""What every kind of file becomes: rows with a key and values, and reasons for what is refused."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.foundation.languages import lazy
from app.foundation.tables import Fault, FileRefused

MOST_ROWS = 5000
LONGEST_KEY = 500

# What a file may say of a course, in the order in which a person is shown what changed.
FIELDS = {
    "title": lazy("Title"),
    "locale": lazy("Language of the text"),
    "summary": lazy("In one or two sentences"),
    "objectives": lazy("What people can do afterwards"),
    "prerequisites": lazy("What they need to know before"),
    "taken_at": lazy("Link to the course"),
    "given_by": lazy("Given by"),
    "languages": lazy("Taught in"),
    "difficulty": lazy("How hard it is"),
    "level": lazy("Level"),
    "field_code": lazy("Field"),
    "minutes": lazy("Minutes of work"),
    "length": lazy("How long it takes"),
    "fee_amount": lazy("Fee"),
    "fee_currency": lazy("Currency"),
    "costs_something": lazy("It costs something"),
    "tracks": lazy("It is for"),
    "licence": lazy("Licence of the materials"),
    "starts_on": lazy("First day"),
    "ends_on": lazy("Last day"),
}


class Why(StrEnum):
    """Why a file has no courses, or a row of it is refused."""

    NO_TITLES = "no titles"
    NOT_JSON = "not json"
    NO_COURSES = "no courses"
    NOT_A_CALENDAR = "not a calendar"
    NO_EVENTS = "no events"
    NO_ROWS = "no rows"
    NO_TITLE = "no title"
    TWICE = "twice"
    BAD_LINK = "bad link"
    BAD_DATE = "bad date"
    ENDS_FIRST = "ends first"
    CANCELLED = "cancelled"
    TOO_OFTEN = "too often"
    TOO_MANY_CELLS = "too many cells"
    BEING_READ = "being read"
    ARCHIVED = "archived"


REASONS: Mapping[str, str] = {
    Why.NO_TITLES: lazy(
        "No column is called “title”. The first row must say what is in the columns."
    ),
    Why.NOT_JSON: lazy("This is not JSON: %(what)s"),
    Why.NO_COURSES: lazy("Nothing in it is a Course or a CourseInstance of schema.org."),
    Why.NOT_A_CALENDAR: lazy("This is not a calendar that can be read (iCalendar)."),
    Why.NO_EVENTS: lazy("There is no event in this calendar."),
    Why.NO_ROWS: lazy("There is no course in this file."),
    Why.NO_TITLE: lazy("It has no title."),
    Why.TWICE: lazy("It is in the file twice: row %(row)s is the same course."),
    Why.BAD_LINK: lazy("The link must begin with https:// or http:// and name a site: %(what)s"),
    Why.BAD_DATE: lazy("Write dates like 2027-01-31. This is none: %(what)s"),
    Why.ENDS_FIRST: lazy("It would end before it starts."),
    Why.CANCELLED: lazy("It is cancelled."),
    Why.TOO_OFTEN: lazy("It is repeated more often than once a day."),
    Why.TOO_MANY_CELLS: lazy("The row has more cells than there are headings."),
    Why.BEING_READ: lazy("A second person is reading this course. Take it back to change it."),
    Why.ARCHIVED: lazy("This course is archived here."),
}


def reason(why: str, said: dict[str, Any]) -> str:
    """The sentence of a refusal, in the reader's language."""
    return str(REASONS[Why(why)]) % said if said else str(REASONS[Why(why)])


class NoCourses(FileRefused):
    """A file that can be read, and says nothing of courses."""

    reasons = REASONS


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used; `row` counts as a person who opens the file does."""

    row: int
    why: Why
    said: dict[str, Any] = field(default_factory=dict)
    title: str = ""

    def __str__(self) -> str:
        return reason(self.why, self.said)


class RowRefused(Exception):
    """Raised while one row is read."""

    def __init__(self, why: Why, **said: Any) -> None:
        super().__init__(why)
        self.why, self.said = why, said


@dataclass(frozen=True, slots=True)
class Row:
    """One course. `values` has only what the file speaks of, by the names in FIELDS."""

    row: int
    key: str
    values: dict[str, Any]
    code: str = ""
    list_name: str = ""
    list_licence: str = ""

    @property
    def title(self) -> str:
        return str(self.values["title"])


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file says; `unknown` names its columns that nobody here reads."""

    format: str
    rows: list[Row]
    refused: list[Refused]
    unknown: list[str] = field(default_factory=list)


def short_key(key: str) -> str:
    """A key that fits its column, and is still another for another course."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:24]
    return f"{key[: LONGEST_KEY - 25]}~{digest}"


def each_once(format_: str, read: Iterable[Row | Refused], unknown: list[str]) -> Incoming:
    """The rows of a file, of which each course may be there once."""
    rows: list[Row] = []
    refused: list[Refused] = []
    first: dict[str, int] = {}
    for one in read:
        if len(rows) + len(refused) >= MOST_ROWS:
            raise FileRefused(Fault.TOO_MANY_ROWS, most=MOST_ROWS)
        if isinstance(one, Refused):
            refused.append(one)
        elif one.key in first:
            said = {"row": first[one.key]}
            refused.append(Refused(one.row, Why.TWICE, said, title=one.title))
        else:
            first[one.key] = one.row
            rows.append(one)
    if not rows and not refused:
        raise NoCourses(Why.NO_ROWS)
    return Incoming(format_, rows, refused, unknown)
