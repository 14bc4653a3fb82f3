"""Tables that people give as files, CSV or workbook, as lines of cells. Pure.

What kind of file it is, is seen by what is in it. A file that cannot be read as a whole raises
FileRefused; what the lines mean is the office's. (`sheets` writes tables, this reads them.)
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar

from app.foundation.languages import lazy

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
MOST_UNPACKED = 60 * MEGABYTE
MOST_PARTS = 1000
MOST_COLUMNS = 200
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Cells = list[Any]
Line = tuple[int, Cells]


class Fault(StrEnum):
    """Why a file is no table."""

    TOO_LARGE = "too large"
    EMPTY = "empty"
    UNREADABLE_TEXT = "unreadable text"
    OLD_WORKBOOK = "old workbook"
    BROKEN_WORKBOOK = "broken workbook"
    SWELLS = "swells"
    MACROS = "macros"
    FORMULAS = "formulas"
    BROKEN_TABLE = "broken table"
    TOO_MANY_ROWS = "too many rows"


REASONS: Mapping[str, str] = {
    Fault.TOO_LARGE: lazy("The file is too large: it may have up to %(most)s MB."),
    Fault.EMPTY: lazy("The file is empty."),
    Fault.UNREADABLE_TEXT: lazy(
        "The text cannot be read: save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)."
    ),
    Fault.OLD_WORKBOOK: lazy("This is a workbook of an old kind: save it as .xlsx."),
    Fault.BROKEN_WORKBOOK: lazy("The workbook cannot be opened. Save it again as .xlsx."),
    Fault.SWELLS: lazy("Unpacked, the workbook would be far larger than a list needs to be."),
    Fault.MACROS: lazy("There are macros in the workbook. Save it as .xlsx, without them."),
    Fault.FORMULAS: lazy(
        "Cell %(cell)s holds a formula. Put the value in its place and give the file again."
    ),
    Fault.BROKEN_TABLE: lazy(
        "The table breaks off: a quotation mark that was opened never closes."
    ),
    Fault.TOO_MANY_ROWS: lazy("There are more than %(most)s rows. Bring them in in several files."),
}


class FileRefused(Exception):
    """Nothing of the file can be used. An office with reasons of its own derives from it."""

    reasons: ClassVar[Mapping[str, str]] = REASONS

    def __init__(self, why: StrEnum, **said: Any) -> None:
        super().__init__(why)
        self.why, self.said = why, said

    def __str__(self) -> str:
        sentence = str(self.reasons[self.why])
        return sentence % self.said if self.said else sentence


def refuse_large(content: bytes) -> None:
    if len(content) > LARGEST:
        raise FileRefused(Fault.TOO_LARGE, most=LARGEST // MEGABYTE)


def is_workbook(content: bytes) -> bool:
    """Whether to read it as one. Raises FileRefused for the kinds that were before XLSX."""
    if content.startswith(_OLE):
        raise FileRefused(Fault.OLD_WORKBOOK)
    return content.startswith(_ZIP)


def read_table(content: bytes, name: str, *, most_rows: int) -> list[Line]:
    """The lines of a table that holds nothing but values, with their numbers.

    Formulas and macros are refused: what they would show is not in the file. Raises FileRefused.
    """
    refuse_large(content)
    if is_workbook(content):
        return workbook_lines(content, most_rows=most_rows, only_values=True)
    text = decoded(content)
    if not text.strip():
        raise FileRefused(Fault.EMPTY)
    if name.casefold().endswith((".xlsx", ".xlsm")):
        raise FileRefused(Fault.BROKEN_WORKBOOK)
    return csv_lines(text, most_rows=most_rows)


def filled(lines: Iterable[Line]) -> Iterator[Line]:
    """Those that have anything in them."""
    return ((n, cells) for n, cells in lines if any(str(cell).strip() for cell in cells))


def columns_of(headings: Cells, meanings: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Which column holds what, and the headings that nobody here reads.

    `meanings` has the headings without capitals, spaces and signs; the first column of two counts.
    """
    columns: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings[:MOST_COLUMNS]):
        meaning = meanings.get(re.sub(r"[\W_]", "", str(heading).casefold()))
        if meaning and meaning not in columns:
            columns[meaning] = place
        elif str(heading).strip():
            unknown.append(" ".join(str(heading).split())[:60])
    return columns, unknown


# --- text


def decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or UTF-32, with its mark or without. Raises FileRefused."""
    for mark, coding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], coding)
    head = content[:200]
    if head[1::2].count(0) > len(head) // 4:
        return _decoded(content, "utf-16-le")
    if head[::2].count(0) > len(head) // 4:
        return _decoded(content, "utf-16-be")
    return _decoded(content, "utf-8")


def _decoded(content: bytes, coding: str) -> str:
    try:
        text = content.decode(coding)
    except UnicodeDecodeError as fault:
        raise FileRefused(Fault.UNREADABLE_TEXT) from fault
    if "\0" in text:
        raise FileRefused(Fault.UNREADABLE_TEXT)
    return text


def csv_lines(text: str, *, most_rows: int) -> list[Line]:
    """The lines of CSV, parted by whichever usual mark it uses. Raises FileRefused."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    told = re.fullmatch(r"sep=(.)\r?", first)
    if told:  # what spreadsheets write for themselves
        text = text.lstrip("\r\n").split("\n", 1)[1] if "\n" in text else ""
    mark = told[1] if told else max(",;\t|", key=lambda one: (first.count(one), one == ","))
    try:
        return list(_csv(text, mark, most_rows, strict=True))
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise FileRefused(Fault.BROKEN_TABLE) from fault
        try:
            return list(_csv(text, mark, most_rows, strict=False))
        except csv.Error as again:
            raise FileRefused(Fault.BROKEN_TABLE) from again


def _csv(text: str, mark: str, most_rows: int, *, strict: bool) -> Iterator[Line]:
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=mark, strict=strict), 1):
        _refuse_long(number, most_rows)
        yield number, list(cells)


# --- workbooks


def workbook_lines(content: bytes, *, most_rows: int, only_values: bool = False) -> list[Line]:
    """The first sheet of a workbook that has anything in it. Raises FileRefused.

    With `only_values` formulas and macros are refused; else a formula stands for what it showed
    when the workbook was saved.
    """
    _refuse_swelling(content, only_values=only_values)
    try:
        return _first_sheet(content, most_rows, only_values=only_values)
    except FileRefused:
        raise
    except Exception as fault:  # whatever a broken workbook makes the reader stumble over
        raise FileRefused(Fault.BROKEN_WORKBOOK) from fault


def _refuse_swelling(content: bytes, *, only_values: bool) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise FileRefused(Fault.BROKEN_WORKBOOK) from fault
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(Fault.SWELLS)
    names = {part.filename.casefold() for part in parts}
    if "xl/workbook.xml" not in names:
        raise FileRefused(Fault.BROKEN_WORKBOOK)
    if only_values and any("vbaproject" in name or "xl/macrosheets/" in name for name in names):
        raise FileRefused(Fault.MACROS)


def _first_sheet(content: bytes, most_rows: int, *, only_values: bool) -> list[Line]:
    from openpyxl import load_workbook  # large: only where a workbook comes

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=not only_values)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            lines: list[Line] = []
            for number, row in enumerate(sheet.iter_rows(), 1):
                _refuse_long(number, most_rows)
                if only_values:
                    _refuse_formulas(row)
                lines.append((number, [_value(one.value) for one in row[:MOST_COLUMNS]]))
            if any(cell != "" for _number, cells in lines for cell in cells):
                return lines
    finally:
        book.close()
    return []


def _refuse_long(number: int, most_rows: int) -> None:
    """Empty lines between rows are not counted as rows, but do not go on for ever either."""
    if number > most_rows * 4:
        raise FileRefused(Fault.TOO_MANY_ROWS, most=most_rows)


def _refuse_formulas(row: Iterable[Any]) -> None:
    for one in row:
        if one.data_type == "f":
            raise FileRefused(Fault.FORMULAS, cell=one.coordinate)


def _value(value: Any) -> Any:
    """A cell's value; a formula that went wrong says nothing."""
    if value is None or (isinstance(value, str) and value.startswith("#") and value.isupper()):
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
