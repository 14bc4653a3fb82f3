"""Bodies that go on as other ones."""

from collections.abc import Callable, Iterable
from pathlib import Path

from seeds.reference.lists import Succession
from seeds.reference.rows import day_in
from seeds.tables import Row, rows_of


def succession_rows(folder: Path) -> Iterable[Row]:
    return rows_of(folder / "successions.csv", "ref", "successor", "on", "confidence")


def succession(refs: set[str]) -> Callable[[Row], Succession]:
    def read(row: Row) -> Succession:
        for column in ("ref", "successor"):
            if row[column] not in refs:
                raise row.broken(f"{column}: there is no organisation {row[column]!r}")
        return Succession(row["ref"], row["successor"], day_in(row, "on"), row["confidence"])

    return read
