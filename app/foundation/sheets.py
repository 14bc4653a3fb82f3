"""Tables as files, row by row: CSV and workbooks that a spreadsheet opens without doing anything.

A cell of CSV that begins like a formula gets an apostrophe in front (as OWASP advises); in a
workbook text is stored as text, so nothing is ever calculated. Memory stays the same however
many rows there are.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path

Cell = str | int | float | bool | None
Cells = Sequence[Cell]
Record = dict[str, Cell]

# What a cell of a workbook holds (ECMA-376).
MOST_CHARACTERS = 32_767
_LONGEST_NAME = 31
_PIECE = 200  # rows that the writer of CSV is given at once
# Also the full-width forms, which some spreadsheets fold before they look.
BEGINS_A_FORMULA = frozenset("=+-@\t\r＝＋－＠")
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its headings, and rows as long as the headings.

    `ready`: whoever makes the rows has made their texts ready for the file (`fitting` in a
    workbook, `guarded` in CSV), so that not every cell of a million rows is looked at once more.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Cells]
    ready: bool = False


def write_csv(
    path: Path, headings: Sequence[str], rows: Iterable[Cells], *, ready: bool = False
) -> None:
    """A table in UTF-8, with the mark that Excel needs to know it. `ready` as in `Sheet`.

    A piece at a time: the writer holds all that it is given until it has written it.
    """
    from rustpy_xlsxwriter import write_csv

    told = _told_apart([str(heading) for heading in guarded(headings)])
    rows = iter(rows) if ready else map(guarded, rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, csv.unix_dialect).writerow(told)
    with path.open("ab") as rest:
        while piece := list(islice(rows, _PIECE)):
            records = [dict(zip(told, cells, strict=True)) for cells in piece]
            write_csv(records, rest, header=False)


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> list[str]:
    """A workbook (XLSX) with one sheet a table, its headings bold and always in sight.

    Returns what its sheets are called, which may be shorter than their names.
    """
    from rustpy_xlsxwriter import FastExcel

    book = FastExcel(str(path)).format(bold_headers=True).freeze(row=1)
    taken: list[str] = []
    for sheet in sheets:
        taken.append(_sheet_name(sheet.name, taken))
        book = book.sheet(taken[-1], _records(sheet))
    book.save()
    return taken


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


def guarded(cells: Iterable[Cell]) -> Cells:
    """The same cells; a text that begins like a formula has an apostrophe in front."""
    return [
        f"'{cell}" if type(cell) is str and cell[:1] in BEGINS_A_FORMULA else cell for cell in cells
    ]


def _records(sheet: Sheet) -> Iterator[Record]:
    """Rows as the writer wants them. A sheet without rows shows its headings over an empty one."""
    headings = _told_apart(sheet.headings)
    rows = iter(sheet.rows) if sheet.ready else map(fitting, sheet.rows)
    first = next(rows, [None] * len(headings))
    return map(dict, map(partial(zip, headings, strict=True), chain([first], rows)))


def fitting(cells: Cells) -> Cells:
    """The same cells, each text cut where a cell of a workbook ends."""
    return [
        cell if type(cell) is not str or len(cell) <= MOST_CHARACTERS else _cut(cell)
        for cell in cells
    ]


def _cut(text: str) -> str:
    return text[: MOST_CHARACTERS - 1] + "…"


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
