"""What becomes of each row of a list of nominations, against what was sent so far. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.foundation.dry_runs import Fate
from app.mobility.incoming import Row

Change = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, what becomes of it and why; `changes` are what a corrected letter would say anew."""

    row: int
    student: str
    place: str
    fate: Fate
    why: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    host: str = ""
    changes: tuple[Change, ...] = ()
    choices_id: int | None = None


def changes(row: Row, study_level: int, study_field: str, note: str) -> tuple[Change, ...]:
    """What a row says otherwise than the last letter. What it leaves empty stays."""
    before = {"level": study_level, "field": study_field, "note": note}
    after = {
        "level": row.study_level or study_level,
        "field": row.study_field or study_field,
        "note": row.note or note,
    }
    return tuple((one, before[one], after[one]) for one in before if before[one] != after[one])


def as_told(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """What becomes of each row, as it is kept."""
    return [
        {
            "row": one.row,
            "student": one.student,
            "name": one.name,
            "place": one.place,
            "host": one.host,
            "fate": one.fate.value,
            "why": one.why,
            "said": one.said,
            "changes": [list(change) for change in one.changes],
            "choices_id": one.choices_id,
        }
        for one in judged
    ]
