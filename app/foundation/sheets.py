"""Tables as files, row by row: CSV and workbooks that a spreadsheet opens without doing anything.

A cell of CSV that begins like a formula gets an apostrophe in front (as OWASP advises); in a
workbook text is stored as text, so nothing is ever calculated. Memory stays the same however
many rows there are.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from rustpy_xlsxwriter import FastExcel

Cell = str | int | float | bool | None
Cells = Sequence[Cell]

PIECE = 500
# What a sheet of a workbook holds (ECMA-376): one row is the heading's.
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
_LONGEST_NAME = 31
# Also the full-width forms, which some spreadsheets fold before they look.
_BEGINS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its headings, and rows as long as the headings."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Cells]


def write_csv(file: BinaryIO, headings: Sequence[str], rows: Iterable[Cells]) -> None:
    """UTF-8 with a mark that Excel needs, lines ended as RFC 4180 says."""
    file.write("\ufeff".encode())
    every = iter(chain([headings], rows))
    while piece := list(islice(every, PIECE)):
        text = io.StringIO()
        csv.writer(text).writerows(map(_guarded, piece))
        file.write(text.getvalue().encode())


def _guarded(cells: Cells) -> list[Cell]:
    return [
        "'" + cell if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) else cell
        for cell in cells
    ]


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """A workbook (XLSX) with one sheet a table, its headings bold and always in sight."""
    book = FastExcel(str(path)).format(bold_headers=True).freeze(row=1)
    taken: set[str] = set()
    for sheet in sheets:
        headings = _told_apart(sheet.headings)
        book = book.sheet(_sheet_name(sheet.name, taken), _records(headings, sheet.rows))
    book.save()


def _records(headings: Sequence[str], rows: Iterable[Cells]) -> Iterator[dict[str, Cell]]:
    """Rows as the writer wants them. A sheet without rows shows its headings over an empty one."""
    nothing = True
    for cells in rows:
        nothing = False
        yield dict(zip(headings, map(_fitting, cells), strict=True))
    if nothing:
        yield dict.fromkeys(headings)


def _fitting(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > MOST_CHARACTERS:
        return cell[: MOST_CHARACTERS - 1] + "…"
    return cell


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


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that spreadsheets take: short, without brackets and slashes, and not there yet."""
    plain = " ".join(name.translate(_NOT_IN_A_NAME).split())[:_LONGEST_NAME] or "-"
    number, candidate = 1, plain
    while candidate.casefold() in taken:
        number += 1
        ending = f" {number}"
        candidate = plain[: _LONGEST_NAME - len(ending)] + ending
    taken.add(candidate.casefold())
    return candidate
