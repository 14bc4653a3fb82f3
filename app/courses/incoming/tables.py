"""Courses in tables: CSV as spreadsheets and other catalogues write it, and workbooks."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from app.courses.incoming import values as v
from app.courses.incoming.rows import (
    MOST_ROWS,
    Incoming,
    NoCourses,
    Refused,
    Row,
    RowRefused,
    Why,
    each_once,
)
from app.foundation.tables import MOST_COLUMNS, Cells, Line, csv_lines, filled, workbook_lines

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


def read_csv(text: str) -> Incoming:
    """A table whose first row says what is in the columns. Raises FileRefused."""
    return _table("csv", csv_lines(text, most_rows=MOST_ROWS))


def read_workbook(content: bytes) -> Incoming:
    """The first sheet of a workbook that has anything in it. Raises FileRefused."""
    return _table("xlsx", workbook_lines(content, most_rows=MOST_ROWS))


def _table(format_: str, lines: Iterable[Line]) -> Incoming:
    rows = filled(lines)
    _number, headings = next(rows, (0, []))
    columns, unknown = _columns(headings)
    if "title" not in columns:
        raise NoCourses(Why.NO_TITLES)
    width = len(headings)
    return each_once(format_, (_row(n, cells, columns, width) for n, cells in rows), unknown)


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
