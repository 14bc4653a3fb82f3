"""What becomes of each row of a table of courses, against those that a term has. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.exchanges.incoming import Refused, Row, Why
from app.foundation.dry_runs import Fate

Change = tuple[str, Any, Any]
COMPARED = (
    "title",
    "credit_hundredths",
    "credit_system",
    "level",
    "language",
    "own_title",
    "own_title_lang",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, what becomes of it and why; `changes` are what the course would say anew."""

    row: int
    code: str
    title: str
    fate: Fate
    why: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


def judged(rows: Sequence[Row | Refused], listed: Mapping[str, Any], most: int) -> list[Judged]:
    """Each row against the courses of a term, by code; there is room for `most` courses."""
    room = most - len(listed)
    found = []
    for one in rows:
        if isinstance(one, Refused):
            found.append(Judged(one.row, one.code, one.title, Fate.REFUSED, one.why, one.said))
            continue
        course = listed.get(one.code)
        if course is None and room <= 0:
            full = (Why.NO_ROOM, {"most": most})
            found.append(Judged(one.row, one.code, one.title, Fate.REFUSED, *full))
            continue
        if course is None:
            room -= 1
            found.append(Judged(one.row, one.code, one.title, Fate.NEW))
            continue
        changes = tuple(
            (name, getattr(course, name), getattr(one, name))
            for name in COMPARED
            if getattr(course, name) != getattr(one, name)
        )
        fate_of = Fate.CHANGED if changes else Fate.UNCHANGED
        found.append(Judged(one.row, one.code, one.title, fate_of, changes=changes))
    return found


def as_told(found: Sequence[Judged]) -> list[dict[str, Any]]:
    """What becomes of each row, for the page and for the seal of what a person saw."""
    return [
        {
            "row": one.row,
            "code": one.code,
            "title": one.title,
            "fate": one.fate.value,
            "why": one.why,
            "said": one.said,
            "changes": [list(change) for change in one.changes],
        }
        for one in found
    ]
