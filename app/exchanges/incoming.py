"""The courses of a term as a table that a university has elsewhere: one row a course. Pure.

Bytes go in, `Listed` comes out. A table that cannot be used as a whole raises FileRefused; a row
that cannot be used is Refused, and never stops the others.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from app.exchanges.terms import STUDY_LEVELS
from app.foundation import tables
from app.foundation.languages import lazy
from app.foundation.tables import Cells, FileRefused

MOST_ROWS = 1000
# What the template has, in its order. Compared without capitals, spaces and signs.
COLUMNS = (
    "code",
    "title",
    "credits",
    "system",
    "level",
    "language",
    "own title",
    "own title language",
)
HEADINGS = {
    "code": ("code", "coursecode", "number", "coursenumber"),
    "title": ("title", "englishtitle", "titleinenglish", "course", "coursetitle"),
    "credits": ("credits", "credit", "numberofcredits"),
    "system": ("system", "creditsystem", "kindofcredits"),
    "level": ("level", "studylevel", "levelofstudy"),
    "language": ("language", "taughtin", "languageofteaching"),
    "own_title": ("owntitle", "titleinownlanguage", "nativetitle"),
    "own_title_lang": ("owntitlelanguage", "languageofowntitle"),
}
MEANINGS = {heading: meaning for meaning, known in HEADINGS.items() for heading in known}
LEVELS = {"bachelor": 6, "master": 7, "doctorate": 8, "doctoral": 8, "phd": 8}
MOST_HUNDREDTHS = 100_000


class Why(StrEnum):
    """Why a table lists no courses, or a row of it is not taken."""

    NO_COLUMNS = "no columns"
    NO_ROWS = "no rows"
    NO_CODE = "no code"
    LONG_CODE = "long code"
    NO_TITLE = "no title"
    LONG_TITLE = "long title"
    NO_CREDITS = "no credits"
    NO_SUCH_SYSTEM = "no such system"
    NO_SUCH_LEVEL = "no such level"
    NO_SUCH_LANGUAGE = "no such language"
    OWN_TITLE_ALONE = "own title alone"
    TWICE = "twice"
    TOO_MANY_CELLS = "too many cells"
    NO_ROOM = "no room"


REASONS: Mapping[str, str] = {
    Why.NO_COLUMNS: lazy(
        "Columns for code, title and credits are needed. The first row must say what is in the"
        " columns; the empty table has them."
    ),
    Why.NO_ROWS: lazy("There is no course in this table."),
    Why.NO_CODE: lazy("The code of the course is missing."),
    Why.LONG_CODE: lazy("The code is longer than %(most)s characters."),
    Why.NO_TITLE: lazy("The title in English is missing."),
    Why.LONG_TITLE: lazy("The title is longer than %(most)s characters."),
    Why.NO_CREDITS: lazy("This is no number of credits: %(what)s"),
    Why.NO_SUCH_SYSTEM: lazy(
        "Say in which system the credits are, by one of the codes of the empty table: %(what)s"
    ),
    Why.NO_SUCH_LEVEL: lazy("The level of study is a number from 5 to 8. This is none: %(what)s"),
    Why.NO_SUCH_LANGUAGE: lazy("This is no language by its code, for example en or ja: %(what)s"),
    Why.OWN_TITLE_ALONE: lazy("Write the title and say which language it is in, or neither."),
    Why.TWICE: lazy("It is in the table twice: row %(row)s has the same code."),
    Why.TOO_MANY_CELLS: lazy("The row has more cells than there are headings."),
    Why.NO_ROOM: lazy("A term has at most %(most)s courses here."),
}


def reason(why: str, said: Mapping[str, Any]) -> str:
    """The sentence, in the reader's language."""
    sentence = str(REASONS[why])
    return sentence % said if said else sentence


class NoCourses(FileRefused):
    """A table that can be read, and lists no courses."""

    reasons = REASONS


@dataclass(frozen=True, slots=True)
class Usual:
    """What is known, and what a cell stands for that is empty."""

    systems: Collection[str]
    languages: Collection[str]
    system: str = ""
    level: int = 7
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Row:
    """One course; credits in hundredths of one."""

    row: int
    code: str
    title: str
    credit_hundredths: int
    credit_system: str
    level: int
    language: str
    own_title: str = ""
    own_title_lang: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used; `row` counts as a person who opens the table does."""

    row: int
    why: Why
    said: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a table says, in its order; `unknown` names its columns that nobody here reads."""

    rows: list[Row | Refused]
    unknown: list[str] = field(default_factory=list)


def hundredths(text: str) -> int | None:
    """A number of credits as it is typed, in hundredths; None where it is none."""
    written = unicodedata.normalize("NFKC", text).strip().replace(",", ".")
    try:
        value = Decimal(written[:20]) * 100
    except InvalidOperation:
        return None
    if not value.is_finite() or value != value.to_integral_value():
        return None
    return int(value) if 1 <= value <= MOST_HUNDREDTHS else None


def read_courses(content: bytes, name: str, usual: Usual) -> Listed:
    """The rows of a table. Raises FileRefused."""
    lines = tables.filled(tables.read_table(content, name, most_rows=MOST_ROWS))
    _number, headings = next(lines, (0, []))
    columns, unknown = tables.columns_of(headings, MEANINGS)
    if not {"code", "title", "credits"} <= columns.keys():
        raise NoCourses(Why.NO_COLUMNS)
    rows: list[Row | Refused] = []
    first: dict[str, int] = {}
    for number, cells in lines:
        if len(rows) >= MOST_ROWS:
            raise FileRefused(tables.Fault.TOO_MANY_ROWS, most=MOST_ROWS)
        one = _row(number, cells, columns, len(headings), usual)
        if isinstance(one, Row) and one.code in first:
            one = Refused(one.row, Why.TWICE, {"row": first[one.code]}, one.code, one.title)
        elif isinstance(one, Row):
            first[one.code] = one.row
        rows.append(one)
    if not rows:
        raise NoCourses(Why.NO_ROWS)
    return Listed(rows, unknown)


class _Unusable(Exception):
    """Why a row is not taken."""

    def __init__(self, why: Why, **said: Any) -> None:
        super().__init__(why)
        self.why, self.said = why, said


def _row(
    number: int, cells: Cells, columns: dict[str, int], width: int, usual: Usual
) -> Row | Refused:
    said = dict.fromkeys(HEADINGS, "")
    for meaning, place in columns.items():
        said[meaning] = _in_one_line(cells[place], 500) if place < len(cells) else ""
    try:
        _refuse_more(cells[width:])
        own_title, own_title_lang = _own_title(said, usual)
        return Row(
            number,
            code=_text(said["code"], 40, Why.NO_CODE, Why.LONG_CODE),
            title=_text(said["title"], 300, Why.NO_TITLE, Why.LONG_TITLE),
            credit_hundredths=_credits(said["credits"]),
            credit_system=_system(said["system"], usual),
            level=_level(said["level"], usual),
            language=_language(said["language"] or usual.language, usual),
            own_title=own_title,
            own_title_lang=own_title_lang,
        )
    except _Unusable as fault:
        return Refused(number, fault.why, fault.said, said["code"][:40], said["title"][:300])


def _refuse_more(cells: Cells) -> None:
    if any(str(cell).strip() for cell in cells):
        raise _Unusable(Why.TOO_MANY_CELLS)


def _text(text: str, most: int, missing: Why, long: Why) -> str:
    if not text:
        raise _Unusable(missing)
    if len(text) > most:
        raise _Unusable(long, most=most)
    return text


def _credits(text: str) -> int:
    value = hundredths(text)
    if value is None:
        raise _Unusable(Why.NO_CREDITS, what=text or "–")
    return value


def _system(text: str, usual: Usual) -> str:
    system = text.casefold() or usual.system
    if system not in usual.systems:
        raise _Unusable(Why.NO_SUCH_SYSTEM, what=text or "–")
    return system


def _level(text: str, usual: Usual) -> int:
    if not text:
        return usual.level
    level = int(text[:3]) if text.isdecimal() else LEVELS.get(text.casefold(), 0)
    if level not in STUDY_LEVELS:
        raise _Unusable(Why.NO_SUCH_LEVEL, what=text)
    return level


def _language(text: str, usual: Usual) -> str:
    if text.casefold() not in usual.languages:
        raise _Unusable(Why.NO_SUCH_LANGUAGE, what=text)
    return text.casefold()


def _own_title(said: dict[str, str], usual: Usual) -> tuple[str, str]:
    title, language = said["own_title"], said["own_title_lang"]
    if bool(title) != bool(language):
        raise _Unusable(Why.OWN_TITLE_ALONE)
    if not title:
        return "", ""
    return _text(title, 300, Why.OWN_TITLE_ALONE, Why.LONG_TITLE), _language(language, usual)


def _in_one_line(value: Any, most: int) -> str:
    return " ".join(str(value).split())[: most + 1]
