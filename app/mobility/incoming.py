"""Nominations as a list that an office prepared elsewhere: one row a student and a place. Pure.

Bytes go in, `Listed` comes out. A file that cannot be used as a whole raises FileRefused; a row
that cannot be used is Refused, and never stops the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.exchanges.terms import STUDY_LEVELS
from app.foundation import tables
from app.foundation.languages import lazy
from app.foundation.tables import Cells, FileRefused
from app.mobility import standing
from app.opportunities.fields import known_fields

MOST_ROWS = 300
LONGEST_NOTE = 3_000
# What the template has, in its order. Compared without capitals, spaces and signs.
COLUMNS = ("student", "place", "note", "level", "field")
HEADINGS = {
    "student": ("student", "email", "emailaddress", "studentemail", "address"),
    "place": ("place", "posting", "placenumber", "postingnumber", "reference"),
    "note": ("note", "notes", "whatthehostshouldknow"),
    "level": ("level", "studylevel", "levelofstudy"),
    "field": ("field", "studyfield", "fieldofstudy"),
}
MEANINGS = {heading: meaning for meaning, known in HEADINGS.items() for heading in known}


class Why(StrEnum):
    """Why a list says no nominations, or a row of it is not taken; and what is said of a row."""

    NO_COLUMNS = "no columns"
    NO_ROWS = "no rows"
    NO_STUDENT = "no student"
    NO_PLACE = "no place"
    NO_SUCH_LEVEL = "no such level"
    UNKNOWN_FIELD = "unknown field"
    LONG_NOTE = "long note"
    TWICE = "twice"
    TOO_MANY_CELLS = "too many cells"
    NOT_YOURS = "not yours"
    NO_SUCH_PLACE = "no such place"
    RANKED_OTHERS = "ranked others"
    OTHER_STUDIES = "other studies"
    WITH_HOST = "with host"
    VERIFIED = "verified already"
    CANCELLED = "cancelled"
    REFUSED_BY_HOST = "refused by host"


REASONS: Mapping[str, str] = {
    **standing.REASONS,
    Why.NO_COLUMNS: lazy(
        "Two columns are needed: “student” and “place”. The first row must say what is in the"
        " columns; the empty table has them."
    ),
    Why.NO_ROWS: lazy("There is no student in this file."),
    Why.NO_STUDENT: lazy("The email address of the student is missing."),
    Why.NO_PLACE: lazy("The number of the place is missing."),
    Why.NO_SUCH_LEVEL: lazy("The level of study is a number from 5 to 8. This is none: %(what)s"),
    Why.UNKNOWN_FIELD: lazy("This is no field of study by its four digits: %(what)s"),
    Why.LONG_NOTE: lazy("The note is longer than %(most)s characters."),
    Why.TWICE: lazy("It is in the file twice: row %(row)s is the same student and place."),
    Why.TOO_MANY_CELLS: lazy("The row has more cells than there are headings."),
    Why.NOT_YOURS: lazy("No student with this address has sent choices to your office."),
    Why.NO_SUCH_PLACE: lazy("No posting that was opened has this number."),
    Why.RANKED_OTHERS: lazy("The student did not rank this place."),
    Why.OTHER_STUDIES: lazy(
        "The student wrote another level or field of study: leave the cell empty, or ask the"
        " student."
    ),
    Why.WITH_HOST: lazy(
        "It is with the host, with other words. It can be corrected when the host refuses it."
    ),
    Why.VERIFIED: lazy("The host verified it with other words; it stays as it is."),
    Why.CANCELLED: lazy("This nomination was cancelled; it is not sent again."),
    Why.REFUSED_BY_HOST: lazy("The host refused it. Write what is corrected to send it again."),
}


def reason(why: str, said: Mapping[str, Any]) -> str:
    """The sentence, in the reader's language."""
    sentence = str(REASONS[why])
    return sentence % said if said else sentence


class NoNominations(FileRefused):
    """A table that can be read, and says nothing of nominations."""

    reasons = REASONS


@dataclass(frozen=True, slots=True)
class Row:
    """One student and one place. What the file leaves empty is None, or no note."""

    row: int
    student: str
    place: str
    note: str = ""
    study_level: int | None = None
    study_field: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used; `row` counts as a person who opens the file does."""

    row: int
    why: Why
    said: dict[str, Any] = field(default_factory=dict)
    student: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file says, in its order; `unknown` names its columns that nobody here reads."""

    rows: list[Row | Refused]
    unknown: list[str] = field(default_factory=list)


def read_list(content: bytes, name: str) -> Listed:
    """The rows of a list. Raises FileRefused."""
    lines = tables.filled(tables.read_table(content, name, most_rows=MOST_ROWS))
    _number, headings = next(lines, (0, []))
    columns, unknown = tables.columns_of(headings, MEANINGS)
    if not {"student", "place"} <= columns.keys():
        raise NoNominations(Why.NO_COLUMNS)
    rows: list[Row | Refused] = []
    first: dict[tuple[str, str], int] = {}
    for number, cells in lines:
        if len(rows) >= MOST_ROWS:
            raise FileRefused(tables.Fault.TOO_MANY_ROWS, most=MOST_ROWS)
        one = _row(number, cells, columns, len(headings))
        key = (one.student, one.place)
        if isinstance(one, Row) and key in first:
            one = Refused(one.row, Why.TWICE, {"row": first[key]}, *key)
        elif isinstance(one, Row):
            first[key] = one.row
        rows.append(one)
    if not rows:
        raise NoNominations(Why.NO_ROWS)
    return Listed(rows, unknown)


def _row(number: int, cells: Cells, columns: dict[str, int], width: int) -> Row | Refused:
    said = {
        meaning: cells[place] if place < len(cells) else "" for meaning, place in columns.items()
    }
    student = _in_one_line(said["student"], 320).casefold()
    # Who chooses from the list of the template gets the number with the name of the place behind.
    place = _in_one_line(said["place"], 300).partition(" ")[0].upper()

    def refused(why: Why, **values: Any) -> Refused:
        return Refused(number, why, values, student, place)

    if any(str(cell).strip() for cell in cells[width:]):
        return refused(Why.TOO_MANY_CELLS)
    if not student:
        return refused(Why.NO_STUDENT)
    if not place:
        return refused(Why.NO_PLACE)
    level = _in_one_line(said.get("level", ""), 40)
    if level and level not in {str(n) for n in STUDY_LEVELS}:
        return refused(Why.NO_SUCH_LEVEL, what=level)
    code = _in_one_line(said.get("field", ""), 40)
    # A spreadsheet takes 0613 for a number and drops its first digit.
    code = f"0{code}" if len(code) == 3 and code.isdecimal() else code
    if code and code not in known_fields():
        return refused(Why.UNKNOWN_FIELD, what=code)
    note = str(said.get("note", "")).replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        return refused(Why.LONG_NOTE, most=LONGEST_NOTE)
    return Row(number, student, place, note, int(level) if level else None, code or None)


def _in_one_line(value: Any, most: int) -> str:
    return " ".join(str(value).split())[:most]
