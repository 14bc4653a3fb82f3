"""Courses in tables: CSV as spreadsheets and other catalogues write it, and workbooks."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.courses.incoming import values as v
from app.courses.incoming.rows import (
    MOST_ROWS,
    FileRefused,
    Incoming,
    Refused,
    Row,
    RowRefused,
    Why,
    each_once,
)

# Headings by what they mean; compared without capitals, spaces and signs.
HEADINGS = {
    "id": ("id", "identifier", "externalid", "sourceid", "key", "uid"),
    "code": ("code", "coursecode"),
    "title": ("title", "name", "course", "coursetitle", "coursename", "headline"),
    "taken_at": ("url", "link", "website", "weblink", "courseurl", "takenat", "linktothecourse"),
    "summary": ("summary", "description", "abstract", "shortdescription", "about"),
    "objectives": ("objectives", "learningobjectives", "outcomes", "learningoutcomes", "teaches"),
    "prerequisites": ("prerequisites", "prerequisite", "requirements", "courseprerequisites"),
    "given_by": ("provider", "givenby", "organizer", "organiser", "organisation", "organization"),
    "languages": ("language", "languages", "inlanguage", "taughtin", "availablelanguage"),
    "locale": ("locale", "textlanguage", "languageofthetext"),
    "level": ("level", "difficulty", "competency", "educationallevel"),
    "field": ("field", "fields", "iscedf", "isced", "fieldcode", "fieldofstudy"),
    "topics": ("topics", "topic", "keywords", "tags", "subjects", "subject"),
    "hours": ("hours", "workload", "courseworkload"),
    "length": ("duration", "length", "timerequired"),
    "fee": ("fee", "cost", "costs", "price", "costtype", "fees"),
    "currency": ("currency", "pricecurrency", "feecurrency"),
    "licence": ("licence", "license"),
    "tracks": ("audience", "audiences", "targetaudience", "itisfor", "tracks", "for"),
    "starts_on": ("start", "starts", "startdate", "startson", "begins", "firstday"),
    "ends_on": ("end", "ends", "enddate", "endson", "lastday"),
    "source": ("source", "list"),
    "list_licence": ("listlicence", "listlicense"),
}
MEANINGS = {heading: meaning for meaning, known in HEADINGS.items() for heading in known}
# What the template to fill in has.
TEMPLATE = (
    *("code", "title", "summary", "objectives", "prerequisites", "language", "level", "field"),
    *("hours", "audience", "fee", "currency", "licence", "url", "provider", "duration"),
    *("start", "end"),
)
MEGABYTE = 1024 * 1024
MOST_UNPACKED = 60 * MEGABYTE
MOST_PARTS = 1000
MOST_COLUMNS = 200
Cells = list[Any]


def read_csv(text: str) -> Incoming:
    """A table whose first row says what is in the columns. Raises FileRefused."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    told = re.fullmatch(r"sep=(.)\r?", first)
    if told:  # what spreadsheets write for themselves
        text = text.lstrip("\r\n").split("\n", 1)[1] if "\n" in text else ""
    mark = told[1] if told else max(",;\t|", key=lambda one: (first.count(one), one == ","))
    try:
        lines = list(_lines(text, mark, strict=True))
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise FileRefused(Why.BROKEN_TABLE) from fault
        try:
            lines = list(_lines(text, mark, strict=False))
        except csv.Error as again:
            raise FileRefused(Why.BROKEN_TABLE) from again
    return _table("csv", lines)


def _lines(text: str, mark: str, *, strict: bool) -> Iterator[tuple[int, Cells]]:
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=mark, strict=strict), 1):
        if number > MOST_ROWS * 4:
            raise FileRefused(Why.TOO_MANY_ROWS, most=MOST_ROWS)
        yield number, list(cells)


def read_workbook(content: bytes) -> Incoming:
    """The first sheet of a workbook that has anything in it. Raises FileRefused."""
    _refuse_swelling(content)
    try:
        lines = _first_sheet(content)
    except FileRefused:
        raise
    except Exception as fault:  # whatever a broken workbook makes the reader stumble over
        raise FileRefused(Why.BROKEN_WORKBOOK) from fault
    return _table("xlsx", lines)


def _refuse_swelling(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise FileRefused(Why.BROKEN_WORKBOOK) from fault
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(Why.SWELLS)
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise FileRefused(Why.BROKEN_WORKBOOK)


def _first_sheet(content: bytes) -> list[tuple[int, Cells]]:
    from openpyxl import load_workbook  # large: only where a workbook comes

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            lines: list[tuple[int, Cells]] = []
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                if number > MOST_ROWS * 4:
                    raise FileRefused(Why.TOO_MANY_ROWS, most=MOST_ROWS)
                lines.append((number, [_cell(one) for one in row[:MOST_COLUMNS]]))
            if any(cell != "" for _number, cells in lines for cell in cells):
                return lines
    finally:
        book.close()
    return []


def _cell(value: Any) -> Any:
    """A cell's value; a formula that went wrong says nothing."""
    if value is None or (isinstance(value, str) and value.startswith("#") and value.isupper()):
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _table(format_: str, lines: Iterable[tuple[int, Cells]]) -> Incoming:
    filled = ((n, cells) for n, cells in lines if any(str(cell).strip() for cell in cells))
    _number, headings = next(iter(filled), (0, []))
    columns, unknown = _columns(headings)
    if "title" not in columns:
        raise FileRefused(Why.NO_TITLES)
    width = len(headings)
    return each_once(format_, (_row(n, cells, columns, width) for n, cells in filled), unknown)


def _columns(headings: Cells) -> tuple[dict[str, int], list[str]]:
    """Where each thing stands that we read, and the headings of all others."""
    columns: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings[:MOST_COLUMNS]):
        meaning = MEANINGS.get(re.sub(r"[\W_]", "", str(heading).casefold()))
        if meaning and meaning not in columns:
            columns[meaning] = place
        elif str(heading).strip():
            unknown.append(v.in_one_line(heading, 60))
    return columns, unknown


def _row(number: int, cells: Cells, columns: dict[str, int], width: int) -> Row | Refused:
    if any(str(cell).strip() for cell in cells[width:]):
        return Refused(number, Why.TOO_MANY_CELLS, title=v.in_one_line(cells[columns["title"]]))
    said = {
        meaning: cells[place] if place < len(cells) else "" for meaning, place in columns.items()
    }
    try:
        return _read(number, said)
    except RowRefused as fault:
        return Refused(number, fault.why, fault.said, title=v.in_one_line(said["title"]))


# How each thing that a table says becomes values; `said` is the whole row.
READ: dict[str, Callable[[Any, dict[str, Any]], dict[str, Any]]] = {
    "title": lambda cell, _said: {"title": v.in_one_line(cell)},
    "summary": lambda cell, _said: {"summary": v.plain(cell)},
    "objectives": lambda cell, _said: {"objectives": v.plain(cell)},
    "prerequisites": lambda cell, _said: {"prerequisites": v.plain(cell)},
    "taken_at": lambda cell, _said: {"taken_at": v.link(cell)},
    "given_by": lambda cell, _said: {"given_by": v.in_one_line(cell)},
    "languages": lambda cell, _said: {"languages": v.languages(cell)},
    "locale": lambda cell, _said: {"locale": v.language(str(cell))},
    "level": lambda cell, _said: {"level": None, "difficulty": "", **v.level(cell)},
    "field": lambda cell, said: {"field_code": v.field_code(cell, said.get("topics"))},
    "topics": lambda cell, said: {"field_code": v.field_code(said.get("field"), cell)},
    "hours": lambda cell, said: {"minutes": v.minutes(cell) or v.minutes(said.get("length"))},
    "length": lambda cell, said: {
        "length": v.in_one_line(cell, 100),
        "minutes": v.minutes(said.get("hours")) or v.minutes(cell),
    },
    "fee": lambda cell, said: v.fee(cell, str(said.get("currency") or "")),
    "licence": lambda cell, _said: {"licence": v.licence(cell)},
    "tracks": lambda cell, _said: {"tracks": v.tracks(cell)},
    "starts_on": lambda cell, _said: {"starts_on": v.day(cell)},
    "ends_on": lambda cell, _said: {"ends_on": v.day(cell, last=True)},
}


def _read(number: int, said: dict[str, Any]) -> Row:
    values: dict[str, Any] = {}
    for meaning, read in READ.items():
        if meaning in said:
            values |= read(said[meaning], said)
    identifier, code = v.in_one_line(said.get("id")), v.in_one_line(said.get("code")).upper()
    return v.finished(
        number,
        values,
        identifier=identifier or code,
        code=code or identifier.upper(),
        list_name=v.in_one_line(said.get("source")),
        list_licence=v.in_one_line(said.get("list_licence"), 40),
    )
