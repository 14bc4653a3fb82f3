"""Files are looked into before they are brought in: what becomes of each row. Pure.

A row that is told is a dict with at least `row`, its number, and `fate`.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from app.foundation.languages import gettext as _


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


FATE_CHIPS = {Fate.NEW: "good", Fate.CHANGED: "now", Fate.UNCHANGED: "", Fate.REFUSED: "bad"}


def fates() -> dict[Fate, str]:
    return {
        Fate.NEW: _("New"),
        Fate.CHANGED: _("Changed"),
        Fate.UNCHANGED: _("Unchanged"),
        Fate.REFUSED: _("Not taken"),
    }


def counted(fates: Iterable[Fate]) -> dict[str, int]:
    """How many rows there are of each fate."""
    every = list(fates)
    return {fate.value: every.count(fate) for fate in Fate}


def seal(told: Sequence[dict[str, Any]]) -> str:
    """The same for the same fates and changes: what a person saw is what will be done."""
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def page_of(
    told: Sequence[dict[str, Any]], *, show: str, after: int, at_a_time: int
) -> tuple[list[dict[str, Any]], int | None, str]:
    """The rows of one fate (or all) behind a row, the number to go on after, and the fate."""
    show = show if show in set(Fate) else ""
    rest = [one for one in told if one["row"] > after and show in ("", one["fate"])]
    more = len(rest) > at_a_time
    return rest[:at_a_time], rest[at_a_time - 1]["row"] if more else None, show
