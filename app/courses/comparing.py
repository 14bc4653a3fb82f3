"""What a file brings, against what was brought before and what stands there now. Pure.

Three ways: what a file said last time, what it says now, and what the course says. Where the course
says something else than was brought, a person wrote it, and no file ever writes over it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.courses.incoming import FIELDS, Row, Why
from app.foundation import dry_runs
from app.foundation.dry_runs import Fate

# Said once, when a course is new: another language would make it another text.
ONLY_AT_FIRST = frozenset({"locale"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what stands there, and what the file says."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """`changes` would be written; `kept` are told, and stay as a person wrote them."""

    changes: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, what becomes of it and why."""

    row: int
    title: str
    fate: Fate
    compared: Compared = field(default_factory=Compared)
    why: Why | None = None
    said: dict[str, Any] = field(default_factory=dict)
    course_id: int | None = None


def compare(
    row: Row, brought: Mapping[str, Any], edited: Sequence[str], now: Mapping[str, Any]
) -> Compared:
    """Field by field; `brought` is what a file said last, `edited` what people wrote since."""
    written = {name for name in brought if name in now and now[name] != brought[name]}
    by_hand = {*edited, *written}
    changes: list[Change] = []
    kept: list[Change] = []
    for name in FIELDS:
        if name not in row.values or name in ONLY_AT_FIRST or row.values[name] == now[name]:
            continue
        change = Change(name, now[name], row.values[name])
        (kept if name in by_hand else changes).append(change)
    return Compared(changes, kept, sorted(by_hand - ONLY_AT_FIRST))


def counted(judged: Sequence[Judged]) -> dict[str, int]:
    """How many rows there are of each fate."""
    return dry_runs.counted(one.fate for one in judged)


def as_told(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """What becomes of each row, as it is kept: `changes` and `kept` are (field, before, after)."""
    return [
        {
            "row": one.row,
            "title": one.title,
            "fate": one.fate.value,
            "why": one.why,
            "said": one.said,
            "changes": [[c.name, c.before, c.after] for c in one.compared.changes],
            "kept": [[c.name, c.before, c.after] for c in one.compared.kept],
            "course_id": one.course_id,
        }
        for one in judged
    ]


def seal(judged: Sequence[Judged]) -> str:
    """The same for the same fates and changes: what a person saw is what will be done."""
    return dry_runs.seal(as_told(judged))
