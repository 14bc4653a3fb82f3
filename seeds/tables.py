"""Reading the lists under seeds/data: each row with its line, each fault with file and line."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BrokenRow(Exception):
    """A row that cannot be loaded, with the file and the line where it stands."""

    def __init__(self, file: Path, line: int, why: str) -> None:
        super().__init__(f"{file.name}, line {line}: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list; `row["x"]` is its text without spaces around it."""

    file: Path
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def parts(self, column: str, separator: str = ";") -> list[str]:
        return [part.strip() for part in self[column].split(separator) if part.strip()]

    def broken(self, why: object) -> BrokenRow:
        return BrokenRow(self.file, self.line, str(why))


def rows_of(file: Path, *columns: str) -> Iterator[Row]:
    """The rows of a CSV file that has at least these columns. Raises BrokenRow."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BrokenRow(file, 0, "the file is missing") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BrokenRow(file, line, "the text is not UTF-8") from None
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    header = next(reader, [])
    missing = [name for name in columns if name not in header]
    if missing:
        raise BrokenRow(file, 1, f"these columns are missing: {', '.join(missing)}")
    yield from _rows(file, reader, header)


def _rows(file: Path, reader: Any, header: list[str]) -> Iterator[Row]:
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BrokenRow(file, first, str(error)) from None
        if cells is None:
            return
        if not cells:
            continue
        if len(cells) != len(header):
            why = f"{len(cells)} cells where the header has {len(header)}"
            raise BrokenRow(file, first, why)
        if any("\0" in cell for cell in cells):
            raise BrokenRow(file, first, "there is a NUL character in it")
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        yield Row(file, first, row)
