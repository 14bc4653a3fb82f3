"""What a reader looks for in the catalogue, read from an address and written back to one. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from app.opportunities.states import Facet

MOST_VALUES = 12
LONGEST_SEARCH = 200
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MICROSECOND = 253_402_300_799_999_999
_LARGEST_ID = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Search:
    """What a reader looks for, as the address says it; what an address cannot say is left out."""

    words: str = ""
    chosen: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    mine: bool = False
    closed: bool = False
    after: tuple[datetime, int] | None = None

    def __hash__(self) -> int:
        return hash((*self.arguments(), self.after))

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.chosen or self.mine)

    def arguments(self) -> list[tuple[str, str]]:
        """The address of this search without its page, always in the same order."""
        said = [("q", self.words)] if self.words else []
        said += [(f.value, v) for f in Facet for v in self.chosen.get(f, ())]
        said += [("mine", "1")] if self.mine else []
        return said + ([("closed", "1")] if self.closed else [])

    def address(self, path: str, **more: str) -> str:
        said = [*self.arguments(), *more.items()]
        return f"{path}?{urlencode(said)}" if said else path

    def without(self, facet: Facet, value: str | None = None) -> "Search":
        """The same search with one value (or all) of a facet taken away."""
        left = tuple(v for v in self.chosen.get(facet, ()) if value is not None and v != value)
        others = {f: values for f, values in self.chosen.items() if f is not facet}
        after = self.after if len(others) == len(self.chosen) else None
        return replace(self, chosen={**others, facet: left} if left else others, after=after)

    def without_words(self) -> "Search":
        return replace(self, words="", after=None)

    def without_mine(self) -> "Search":
        return replace(self, mine=False, after=None)

    def opened(self) -> "Search":
        return replace(self, closed=False, after=None)

    def among_closed(self) -> "Search":
        return replace(self, closed=True, after=None)


def search_of(arguments: Mapping[str, Sequence[str]]) -> Search:
    """Read an address's arguments; whatever makes no sense is passed over."""

    def first(name: str) -> str:
        return (arguments.get(name) or [""])[0]

    chosen: dict[Facet, tuple[str, ...]] = {}
    for facet in Facet:
        values = [v for v in arguments.get(facet.value, ()) if _VALUE.fullmatch(v)]
        if values:
            chosen[facet] = tuple(dict.fromkeys(values))[:MOST_VALUES]
    return Search(
        words=_tidy(first("q")),
        chosen=chosen,
        mine=first("mine") == "1",
        closed=first("closed") == "1",
        after=_cursor(first("after")),
    )


def _tidy(words: str) -> str:
    printable = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c
        for c in words[: LONGEST_SEARCH * 4]
    )
    return " ".join(unicodedata.normalize("NFC", printable).split())[:LONGEST_SEARCH]


def _cursor(text: str) -> tuple[datetime, int] | None:
    """The closing moment (in microseconds) and id of the last row that was seen: 17…-42."""
    found = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,10})", text, re.ASCII)
    if found is None:
        return None
    micros, row = int(found[1]), int(found[2])
    if micros > _LAST_MICROSECOND or row > _LARGEST_ID:
        return None
    return _EPOCH + timedelta(microseconds=micros), row


def cursor_of(closes_sort: datetime, row_id: int) -> str:
    """The place in the list that this row marks, as an address says it."""
    return f"{(closes_sort - _EPOCH) // timedelta(microseconds=1)}-{row_id}"


WEEKS_SHOWN = 4


def week_of(now: datetime) -> date:
    """The Monday (UTC) of the week in which a search counts."""
    return now.date() - timedelta(days=now.weekday())


def first_week_shown(now: datetime) -> date:
    """The first week whose searches in vain are still told, and kept."""
    return week_of(now) - timedelta(weeks=WEEKS_SHOWN - 1)
