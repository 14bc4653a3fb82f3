"""What a learning agreement says: three tables, their fingerprint, faults and differences. Pure.

Table A is what is studied at the host, C what is studied there without being there, B what counts
for it at home. A row keeps its key ("A1", "B2") for life; rows of A and C name the rows of B that
they count as.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

MOST_ROWS = 40
_KEY = re.compile(r"([ABC])([1-9][0-9]{0,3})")


class Table(StrEnum):
    """By their letters in the learning agreements of Erasmus+, which every office knows."""

    STUDIED = "A"
    RECOGNISED = "B"
    VIRTUAL = "C"


@dataclass(frozen=True, slots=True)
class Row:
    """One course. Credits are exact, in the system named; `language` is a BCP 47 tag or empty.

    `counts_as` holds keys of table B. `unrecognised` says that nothing at home stands for it, so
    that a missing link is meant and not forgotten. Raises ValueError on a key of no table.
    """

    key: str
    title: str
    code: str = ""
    credits: Fraction = Fraction(0)
    system: str = ""
    term: str = ""
    language: str = ""
    counts_as: tuple[str, ...] = ()
    unrecognised: bool = False

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            msg = f"{self.key!r} is no key of a row"
            raise ValueError(msg)
        object.__setattr__(self, "counts_as", tuple(sorted(set(self.counts_as), key=in_order)))

    @property
    def table(self) -> Table:
        return Table(self.key[0])

    def as_json(self) -> dict[str, Any]:
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return said | {"credits": str(self.credits), "counts_as": list(self.counts_as)}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Row":
        return cls(
            **said | {"credits": Fraction(said["credits"]), "counts_as": tuple(said["counts_as"])}
        )


def in_order(key: str) -> tuple[str, int]:
    """A1, A2, A10, B1: tables by letter, rows by number."""
    return key[:1], int(key[1:])


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that is signed. `of` is the number of the nomination; both days are stayed."""

    of: str
    first_on: date
    last_on: date
    rows: tuple[Row, ...] = field(default=())

    def __post_init__(self) -> None:
        rows = tuple(sorted(self.rows, key=lambda row: in_order(row.key)))
        if len({row.key for row in rows}) < len(rows):
            raise ValueError("two rows have the same key")
        object.__setattr__(self, "rows", rows)

    def of_table(self, table: Table) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.table is table)

    @property
    def text(self) -> str:
        """The one way in which this content is written; what is hashed and kept."""
        return json.dumps(
            {
                "of": self.of,
                "first_on": self.first_on.isoformat(),
                "last_on": self.last_on.isoformat(),
                "rows": [row.as_json() for row in self.rows],
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, text: str) -> "Tables":
        said = json.loads(text)
        return cls(
            of=said["of"],
            first_on=date.fromisoformat(said["first_on"]),
            last_on=date.fromisoformat(said["last_on"]),
            rows=tuple(Row.from_json(row) for row in said["rows"]),
        )

    @property
    def fingerprint(self) -> str:
        """The same for the same content, and for no other: SHA-256 of the text, in hex."""
        return fingerprint_of(self.text)


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def next_key(table: Table, taken: Iterable[str]) -> str:
    """The key of a new row: after the last one of its table."""
    numbers = [in_order(key)[1] for key in taken if key[0] == table.value]
    return f"{table.value}{max(numbers, default=0) + 1}"


def totals(rows: Iterable[Row]) -> dict[str, Fraction]:
    """The sum of credits by system, in the order in which systems appear."""
    found: dict[str, Fraction] = {}
    for row in rows:
        found[row.system] = found.get(row.system, Fraction(0)) + row.credits
    return found


# --- what cannot be signed


class Fault(StrEnum):
    """Why content cannot be signed yet."""

    NOTHING_STUDIED = "nothing studied"
    NOTHING_RECOGNISED = "nothing recognised"
    DAYS = "days"
    NO_TITLE = "no title"
    NO_CREDITS = "no credits"
    CODE_TWICE = "code twice"
    UNLINKED = "unlinked"
    LINKED_AND_NOT = "linked and not"
    LINKED_TO_NOTHING = "linked to nothing"
    FOR_NOTHING = "for nothing"


def faults(content: Tables) -> list[tuple[str | None, Fault]]:
    """All that is wrong, with the key of the row that it is about; None: with the whole."""
    found: list[tuple[str | None, Fault]] = []
    recognised = content.of_table(Table.RECOGNISED)
    studied = [row for row in content.rows if row.table is not Table.RECOGNISED]
    if not studied:
        found.append((None, Fault.NOTHING_STUDIED))
    if not recognised and not all(row.unrecognised for row in studied):
        found.append((None, Fault.NOTHING_RECOGNISED))
    if content.last_on < content.first_on:
        found.append((None, Fault.DAYS))
    at_home = {row.key for row in recognised}
    meant = {key for row in studied for key in row.counts_as}
    codes: set[tuple[Table, str]] = set()
    for row in content.rows:
        found += [(row.key, fault) for fault in _wrong(row, at_home, meant)]
        code = (row.table, row.code.casefold())
        if row.code and code in codes:
            found.append((row.key, Fault.CODE_TWICE))
        codes.add(code)
    return found


def _wrong(row: Row, at_home: set[str], meant: set[str]) -> list[Fault]:
    at_host = row.table is not Table.RECOGNISED
    wrong = {
        Fault.NO_TITLE: not row.title,
        Fault.NO_CREDITS: row.credits <= 0 or not row.system,
        Fault.UNLINKED: at_host and not row.counts_as and not row.unrecognised,
        Fault.LINKED_AND_NOT: bool(row.counts_as) and row.unrecognised,
        Fault.LINKED_TO_NOTHING: not set(row.counts_as) <= at_home,
        Fault.FOR_NOTHING: not at_host and row.key not in meant,
    }
    return [fault for fault, is_so in wrong.items() if is_so]


# --- what a later writing changes


@dataclass(frozen=True, slots=True)
class Changed:
    """A row before and after; None where it is new, or gone."""

    before: Row | None
    after: Row | None

    @property
    def key(self) -> str:
        row = self.after or self.before
        return row.key if row else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is different, where there is a before and an after."""
        if self.before is None or self.after is None:
            return ()
        old, new = self.before.as_json(), self.after.as_json()
        return tuple(name for name in new if old[name] != new[name])


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reader of one writing has to look at in another; false where they say the same."""

    rows: tuple[Changed, ...] = ()
    days_before: tuple[date, date] | None = None

    def __bool__(self) -> bool:
        return bool(self.rows or self.days_before)


def difference(before: Tables, after: Tables) -> Difference:
    """By the keys of rows. Both must be of the same nomination."""
    days = (before.first_on, before.last_on)
    return Difference(
        tuple(_changes(before, after)),
        days if days != (after.first_on, after.last_on) else None,
    )


def _changes(before: Tables, after: Tables) -> Iterator[Changed]:
    old = {row.key: row for row in before.rows}
    new = {row.key: row for row in after.rows}
    for key in sorted(old.keys() | new.keys(), key=in_order):
        if old.get(key) != new.get(key):
            yield Changed(old.get(key), new.get(key))
