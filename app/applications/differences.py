"""What differs between two texts, word by word, in scripts with and without spaces. Pure.

Words are pieces between Unicode's word borders (UAX 29), with ICU's dictionaries for Khmer, Lao,
Thai, Burmese, Chinese and Japanese; the pieces of a text make it up again, spaces too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from icu4py.breakers import WordBreaker

# Beyond this comparing words takes too long for a page; lines are compared instead.
MOST_PIECES = 6_000


class Kind(StrEnum):
    SAME = "same"
    TAKEN = "taken"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the text, and whether it stayed, was taken out or was added."""

    kind: Kind
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The two texts as one: what stayed, what was taken out and what was added, in order."""
    if before == after:
        return [Piece(Kind.SAME, before)] if before else []
    first, second = pieces_of(before), pieces_of(after)
    if max(len(first), len(second)) > MOST_PIECES:
        first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return _joined(list(_compared(first, second)))


def pieces_of(text: str) -> list[str]:
    """The words of a text and what stands between them."""
    return [str(piece) for piece in WordBreaker(text, "en")] if text else []


def _compared(first: list[str], second: list[str]) -> Iterator[Piece]:
    for verb, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if verb == "equal":
            yield Piece(Kind.SAME, "".join(first[a:b]))
            continue
        if a < b:
            yield Piece(Kind.TAKEN, "".join(first[a:b]))
        if c < d:
            yield Piece(Kind.ADDED, "".join(second[c:d]))


def _joined(found: list[Piece]) -> list[Piece]:
    """A space between two changes is part of them: one change reads better than five."""
    kept: list[Piece] = []
    taken = added = ""

    def settle() -> None:
        nonlocal taken, added
        if taken:
            kept.append(Piece(Kind.TAKEN, taken))
        if added:
            kept.append(Piece(Kind.ADDED, added))
        taken = added = ""

    for n, piece in enumerate(found):
        if piece.kind is Kind.TAKEN:
            taken += piece.text
        elif piece.kind is Kind.ADDED:
            added += piece.text
        elif (taken or added) and n + 1 < len(found) and piece.text == " ":
            taken, added = taken + piece.text, added + piece.text
        else:
            settle()
            kept.append(piece)
    settle()
    return kept
