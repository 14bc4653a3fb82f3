"""What a list of who was there would change, before it is kept. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.courses.states import Presence

# Between numbers: commas, spaces and line ends, as they are typed in our languages.
_APART = re.compile(r"[\s,;،、，។]+")
_DASH = re.compile(r"\s*[-‐‑–—−~〜～]\s*")
LARGEST_NUMBER = 99_999
MOST_NUMBERS = 5000


class NotANumber(ValueError):
    """`piece` is what was typed that is neither a number nor a range of them."""

    def __init__(self, piece: str) -> None:
        super().__init__(piece)
        self.piece = piece


def numbers_in(typed: str) -> set[int]:
    """The numbers of "1-5, 8, 12", in the digits of any script. Raises NotANumber."""
    found: set[int] = set()
    for piece in _APART.split(_DASH.sub("-", unicodedata.normalize("NFKC", typed)).strip()):
        if not piece:
            continue
        ends = piece.split("-")
        if len(ends) > 2 or not all(end.isdecimal() and len(end) <= 5 for end in ends):
            raise NotANumber(piece[:40])
        first, last = int(ends[0]), int(ends[-1])
        if not 1 <= first <= last <= LARGEST_NUMBER or last - first >= MOST_NUMBERS:
            raise NotANumber(piece[:40])
        found.update(range(first, last + 1))
        if len(found) > MOST_NUMBERS:
            raise NotANumber(piece[:40])
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """Enrolments by what would become of them; of `others` something else is known, and stays."""

    present: list[int] = field(default_factory=list)
    corrected: list[tuple[int, Presence]] = field(default_factory=list)
    """To be present, although something else was entered before: that."""
    absent: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    others: list[tuple[int, Presence]] = field(default_factory=list)
    """Not on the list, and known to be present or excused: that stays."""

    @property
    def is_empty(self) -> bool:
        return not (self.present or self.corrected or self.absent)

    def marks(self) -> dict[int, Presence]:
        there = [*self.present, *(person for person, _was in self.corrected)]
        return dict.fromkeys(there, Presence.PRESENT) | dict.fromkeys(self.absent, Presence.ABSENT)


def plan(
    listed: Collection[int],
    everybody: Collection[int],
    known: Mapping[int, Presence],
    *,
    others_absent: bool,
) -> Plan:
    """What the list would change, in the order of `everybody`."""
    made = Plan()
    for person in everybody:
        was = known.get(person)
        if person in listed:
            if was is None:
                made.present.append(person)
            elif was is Presence.PRESENT:
                made.same.append(person)
            else:
                made.corrected.append((person, was))
        elif was is None and others_absent:
            made.absent.append(person)
        elif was in {Presence.PRESENT, Presence.EXCUSED}:
            made.others.append((person, was))
    return made
