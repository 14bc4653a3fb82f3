"""A row of a list: read, checked, and its days and months."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from app.organisations.facts import (
    WrongFact,
)
from seeds.reference.lists import T
from seeds.tables import BrokenRow, Row


def read_or_fault(faults: list[str], read: Callable[[Path], T], folder: Path) -> T | None:
    try:
        return read(folder)
    except BrokenRow as broken:
        faults.append(str(broken))
        return None


def each_row(faults: list[str], rows: Iterable[Row], read: Callable[[Row], T]) -> list[T]:
    """What each row says; a broken row becomes a fault and the next one is read."""
    found: list[T] = []
    rows = iter(rows)
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return found
            found.append(checked_row(row, read))
        except BrokenRow as broken:
            faults.append(str(broken))


def checked_row(row: Row, read: Callable[[Row], T]) -> T:
    try:
        return read(row)
    except WrongFact as wrong:
        raise row.broken(wrong) from None


def day_in(row: Row, column: str) -> date | None:
    if not row[column]:
        return None
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise row.broken(f"{column}: {row[column]!r} is no day") from None


def month_in(row: Row, column: str) -> int | None:
    if not row[column]:
        return None
    if not row[column].isascii() or not row[column].isdigit():
        raise row.broken(f"{column}: {row[column]!r} is no month")
    return int(row[column])
