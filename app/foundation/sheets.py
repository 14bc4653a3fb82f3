"""Tables as files, row by row: CSV and workbooks that a spreadsheet opens without doing anything.

A cell of CSV that begins like a formula gets an apostrophe in front (as OWASP advises); in a
workbook text is stored as text, so nothing is ever calculated. Memory stays the same however
many rows there are.

A library makes a workbook with its headings only; its rows are written into its sheets here,
with faster compression than the library has (decision 0044).
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from orjson import dumps, loads

Cell = str | int | float | bool | None
Cells = Sequence[Cell]

# What a cell of a workbook holds (ECMA-376).
MOST_CHARACTERS = 32_767
_LONGEST_NAME = 31
_PIECE = 200  # rows that are written at once
_FASTEST = 1  # a tenth larger than the slowest compression, in a third of its time
_BEFORE_ROWS, _AFTER_ROWS = b"</row>", b"</sheetData>"
_SIZE = re.compile(rb"<dimension [^>]*/>")  # which the rows will not keep to; it may be left out
# What XML cannot say, and what only looks as if it were said in this way (ECMA-376, ST_Xstring).
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# One of these is in the JSON of each row that XML has to spell in another way.
_MAY_BE_SPELT = (b"&", b"<", b">", b"\\", b'" ', b' "', b"_x", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_SPACES = frozenset(" \t\n")
_KEEPS_SPACES = "\x02"  # before a text whose white space at its ends counts
# Also the full-width forms, which some spreadsheets fold before they look.
_BEGINS_A_FORMULA = frozenset("=+-@\t\r＝＋－＠")
# In a line of JSON, where white space is escaped: the first byte of such a text.
_MAY_BEGIN_A_FORMULA = re.compile(
    b'"[%b]' % re.escape(b"".join({sign.encode()[:1] for sign in _BEGINS_A_FORMULA}))
)
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its headings, and rows as long as the headings.

    `ready`: whoever makes the rows of a workbook has made them ready for it (`spelt`).
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Cells]
    ready: bool = False


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Cells]) -> None:
    """A table in UTF-8, with the mark that Excel needs to know it."""
    with path.open("wb") as file:
        file.writelines(csv_file(Sheet("", headings, rows)))


def csv_file(sheet: Sheet) -> Iterator[bytes]:
    """The same as bytes, some rows after others."""
    told = _told_apart([str(heading) for heading in sheet.headings])
    yield BOM_UTF8 + _csv_lines([told], len(told))
    for piece in _pieces(sheet.rows):
        yield _csv_lines(piece, len(told))


def _csv_lines(rows: Sequence[Cells], width: int) -> bytes:
    """Rows as lines of CSV (RFC 4180), texts in quotation marks and guarded against formulas.

    JSON says numbers and texts as CSV does (decision 0045): it writes the lines, and those with an
    escape, with nothing, or with what may begin a formula are written again.
    """
    _refuse_other_widths(rows, width)
    lines = [dumps(row)[1:-1] for row in rows]
    told = b"\n".join([*lines, b""])
    if _needs_care(told):
        lines = [
            _line(row) if _needs_care(line) else line for row, line in zip(rows, lines, strict=True)
        ]
        told = b"\n".join([*lines, b""])
    return told


def _needs_care(told: bytes) -> bool:
    return b"\\" in told or b"null" in told or _MAY_BEGIN_A_FORMULA.search(told) is not None


def _line(row: Cells) -> bytes:
    return b",".join(
        [_text(cell or "") if isinstance(cell, str | None) else dumps(cell) for cell in row]
    )


def _text(text: str) -> bytes:
    guard = "'" if text[:1] in _BEGINS_A_FORMULA else ""
    return f'"{guard}{text.replace(chr(34), chr(34) * 2)}"'.encode()


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> list[str]:
    """A workbook (XLSX) with one sheet a table, its headings bold and always in sight.

    Returns what its sheets are called, which may be shorter than their names.
    """
    from rustpy_xlsxwriter import FastExcel

    frame = BytesIO()
    book = FastExcel(frame).format(bold_headers=True).freeze(row=1)
    taken: list[str] = []
    for sheet in sheets:
        taken.append(_sheet_name(sheet.name, taken))
        book = book.sheet(taken[-1], [dict.fromkeys(_told_apart(sheet.headings))])
    book.save()
    _fill(frame, path, {f"xl/worksheets/sheet{n}.xml": one for n, one in enumerate(sheets, 1)})
    return taken


def _fill(frame: IO[bytes], path: Path, sheets: Mapping[str, Sheet]) -> None:
    """Write the same workbook with the rows of its sheets below their headings."""
    with (
        ZipFile(frame) as empty,
        ZipFile(path, "w", ZIP_DEFLATED, compresslevel=_FASTEST) as full,
    ):
        for part in empty.namelist():
            content = empty.read(part)
            if part not in sheets:
                full.writestr(part, content)
                continue
            head, foot = _SIZE.sub(b"", content).split(_BEFORE_ROWS + _AFTER_ROWS)
            with full.open(part, "w", force_zip64=True) as file:
                file.write(head + _BEFORE_ROWS)
                for piece in _in_xml(sheets[part]):
                    file.write(piece)
                file.write(_AFTER_ROWS + foot)


def _in_xml(sheet: Sheet) -> Iterator[bytes]:
    for piece in _pieces(sheet.rows):
        _refuse_other_widths(piece, len(sheet.headings))
        rows = piece if sheet.ready else loads(spelt(piece))
        told = "".join([_row_of(*map(type, cells)) % tuple(cells) for cells in rows])
        told = told.replace(_text_cell(""), "<c/>").replace(f"<t>{_KEEPS_SPACES}", _PRESERVING)
        yield told.encode()


def spelt(rows: Sequence[Cells]) -> bytes:
    """The same rows as JSON, texts as a workbook spells them: cut where a cell ends, escaped.

    The bytes of a row say whether anything in it has to be: no text is longer than its row, either.
    """
    told = [dumps(cells) for cells in rows]
    if _to_spell(b"".join(told)) or max(map(len, told)) > MOST_CHARACTERS:
        told = [
            dumps([_spelt(cell) if isinstance(cell, str) else cell for cell in cells])
            for cells in rows
        ]
    return b"[%b]" % b",".join(told)


def _to_spell(told: bytes) -> bool:
    return any(sign in told for sign in _MAY_BE_SPELT)


def _pieces(rows: Iterable[Cells]) -> Iterator[list[Cells]]:
    rows = iter(rows)
    while piece := list(islice(rows, _PIECE)):
        yield piece


def _refuse_other_widths(rows: Iterable[Cells], width: int) -> None:
    if any(len(cells) != width for cells in rows):
        raise ValueError("A row is not as long as its headings.")


def _text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


_PRESERVING = '<t xml:space="preserve">'
_CELLS = {
    str: _text_cell("%s"),
    int: "<c><v>%d</v></c>",
    float: "<c><v>%r</v></c>",
    bool: '<c t="b"><v>%d</v></c>',
    type(None): "<c/>%.0s",
}


@lru_cache(maxsize=1 << 10)
def _row_of(*kinds: type) -> str:
    """How a row of such cells is written, to be filled with them."""
    return "<row>" + "".join(map(_CELLS.__getitem__, kinds)) + "</row>"


def let_choose(path: Path, columns: Mapping[int, str], *, rows: int) -> None:
    """Let columns of the first sheet be filled from the first column of other sheets.

    `columns` are numbers, from 1, with the name of a sheet. What is not in the list may be written
    all the same: whoever reads the table says what is wrong with it.
    """
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = load_workbook(path)
    for column, name in columns.items():
        last = max(2, book[name].max_row)
        rule = DataValidation(
            type="list",
            formula1=f"'{name}'!$A$2:$A${last}",
            allow_blank=True,
            showErrorMessage=False,
        )
        letter = get_column_letter(column)
        rule.add(f"{letter}2:{letter}{rows + 1}")
        book.worksheets[0].add_data_validation(rule)
    for sheet in book.worksheets:
        for number in range(1, sheet.max_column + 1):
            longest = max(
                len(str(row[0].value or ""))
                for row in sheet.iter_rows(min_col=number, max_col=number)
            )
            sheet.column_dimensions[get_column_letter(number)].width = min(60, max(12, longest + 2))
    book.save(path)


def _spelt(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - 1] + "…"
    told = escape(_NOT_IN_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text))
    return _KEEPS_SPACES + told if text[:1] in _SPACES or text[-1:] in _SPACES else told


def _told_apart(headings: Sequence[str]) -> list[str]:
    """The same heading a second time says so, as two questions may be worded alike."""
    told: list[str] = []
    for heading in headings:
        number, candidate = 1, heading
        while candidate in told:
            number += 1
            candidate = f"{heading} ({number})"
        told.append(candidate)
    return told


def _sheet_name(name: str, taken: Iterable[str]) -> str:
    """A name that spreadsheets take: short, without brackets and slashes, and not there yet."""
    plain = " ".join(name.translate(_NOT_IN_A_NAME).split())[:_LONGEST_NAME] or "-"
    number, candidate = 1, plain
    folded = {one.casefold() for one in taken}
    while candidate.casefold() in folded:
        number += 1
        ending = f" {number}"
        candidate = plain[: _LONGEST_NAME - len(ending)] + ending
    return candidate
