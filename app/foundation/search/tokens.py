"""From text to what is kept and compared: pieces, their canonical line, and the index's tokens.

A piece is a word, or a run of a script that joins its words. A text's *line* spells its pieces
between single spaces; where any Latin word has marks, the lines are spelled a second time, each
word behind "=", with its marks. A phrase is then a substring of a line, on every database alike.

Tokens are ASCII, so that no database's own idea of a word can break them: `w` and a word, or `g`
and two neighbouring characters of a run. They only narrow down; the lines decide.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from app.foundation.search.folding import settle, with_tones_last, without_marks
from app.foundation.search.scripts import JOINING, MARKS, SPACELESS

LONGEST_TEXT = 30_000
LONGEST_QUERY = 200
MOST_TERMS = 12
LONGEST_WORD = 60
# A shorter word is complete as it stands: AI is not the beginning of aid.
SHORTEST_BEGINNING = 4

_LETTER = rf"[^\W_{SPACELESS}{JOINING}{MARKS}]"
_PIECE = re.compile(
    rf"(?P<run>[{SPACELESS}]+)|(?P<joined>[{JOINING}]+)"
    rf"|{_LETTER}(?:{_LETTER}|[{MARKS}]|['’ʼ‘`´](?={_LETTER}))*(?:\+\+|#(?!\w))?"
)
_BREATH = re.compile(rf"(?<=[{SPACELESS}])[^\S\n]+(?=[{SPACELESS}])")
_POSSESSIVE = re.compile(r"['’ʼ]s$")
_APOSTROPHES = re.compile("['’ʼ‘`´]")
_SPECIAL = re.compile("[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a run, without marks (`bare`) and with them (`marked`)."""

    bare: str
    marked: str
    is_run: bool = False

    @property
    def strict(self) -> str:
        """How the piece stands in a marked line."""
        return self.marked if self.is_run else f"={self.marked}"


@dataclass(frozen=True, slots=True)
class Token:
    """What the index is asked for; a beginning finds every token that starts so."""

    text: str
    beginning: bool = False


def pieces(settled: str) -> list[Piece]:
    """The pieces of one line of settled text, a breath in a spaceless script left out."""
    return list(_pieces(_BREATH.sub("", settled)))


def _pieces(settled: str) -> Iterator[Piece]:
    for found in _PIECE.finditer(settled):
        text = found[0]
        if found["run"] or found["joined"]:
            yield Piece(text, text, is_run=True)
            continue
        word = _APOSTROPHES.sub("", _POSSESSIVE.sub("", text))[:LONGEST_WORD]
        bare = without_marks(word)
        if bare:
            yield Piece(bare, with_tones_last(word))


def line_of(some: Iterable[Piece]) -> str:
    return f" {' '.join(p.bare for p in some)} "


def marked_line_of(some: Iterable[Piece]) -> str:
    return f" {' '.join(p.strict for p in some)} "


def has_marks(some: Iterable[Piece]) -> bool:
    return any(p.marked != p.bare for p in some)


def scope_of(kind: str) -> str:
    """What every token of a kind begins with, so that kinds do not meet in the index."""
    return f"{crc32(kind.encode()) % 46_656:x}"


def tokens_of(piece: Piece, *, last: bool = True) -> list[str]:
    """The index's tokens of a piece in a text; a run's last character stands alone besides."""
    if not piece.is_run:
        return ["w" + _SPECIAL.sub(_code, piece.bare)]
    codes = [f"{ord(c):x}_" for c in piece.bare]
    pairs = [f"g{a}{b}" for a, b in pairwise(codes)]
    return [*pairs, f"g{codes[-1]}"] if last else pairs


def _code(found: re.Match[str]) -> str:
    return f"_{ord(found[0]):x}_"


def kept_form(kind: str, text: str) -> tuple[str, str]:
    """The lines and the tokens under which a text is kept, as (folded, tokens)."""
    lines = [found for line in settle(text[:LONGEST_TEXT]).splitlines() if (found := pieces(line))]
    spelled = [line_of(line) for line in lines]
    if any(map(has_marks, lines)):
        spelled += [marked_line_of(line) for line in lines]
    scope = scope_of(kind)
    tokens = dict.fromkeys(scope + t for line in lines for piece in line for t in tokens_of(piece))
    return "\n".join(spelled), " ".join(tokens)


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: terms (parts between spaces), each a list of adjacent pieces."""

    terms: tuple[tuple[Piece, ...], ...]

    @property
    def marked(self) -> bool:
        return any(has_marks(term) for term in self.terms)

    @property
    def pieces(self) -> list[Piece]:
        """All pieces as they would stand in a text: what is spaceless flows together."""
        joined: list[Piece] = []
        for piece in (p for term in self.terms for p in term):
            if joined and _flow_together(joined[-1], piece):
                text = joined.pop().bare + piece.bare
                joined.append(Piece(text, text, is_run=True))
            else:
                joined.append(piece)
        return joined


_SPACELESS_ONLY = re.compile(f"[{SPACELESS}]+")


def _flow_together(before: Piece, after: Piece) -> bool:
    return bool(
        before.is_run
        and after.is_run
        and _SPACELESS_ONLY.fullmatch(before.bare)
        and _SPACELESS_ONLY.fullmatch(after.bare)
    )


def read_query(query: str) -> Query:
    """Read what was typed; a query without any letter or digit has no terms."""
    settled = settle(query[:LONGEST_QUERY])
    terms = (tuple(_pieces(part)) for part in settled.split())
    return Query(tuple(term for term in terms if term)[:MOST_TERMS])


def wanted(kind: str, query: Query) -> list[Token]:
    """The tokens that every document of the kind that answers the query has."""
    scope = scope_of(kind)
    found: dict[Token, None] = {}
    for piece in (p for term in query.terms for p in term):
        if not piece.is_run:
            (text,) = tokens_of(piece)
            found[Token(scope + text, _may_go_on(piece))] = None
        elif len(piece.bare) == 1:
            found[Token(scope + tokens_of(piece)[0], beginning=True)] = None
        else:
            found.update((Token(scope + t), None) for t in tokens_of(piece, last=False))
    return list(found)


def _may_go_on(piece: Piece) -> bool:
    return len(piece.bare) >= SHORTEST_BEGINNING and piece.bare[-1].isalnum()


def pattern(some: list[Piece], *, strict: bool = False) -> str:
    """The substring by which these pieces, adjacent, are found in a line.

    A run may begin and end anywhere; a word begins at its border, and goes on only when it is
    long enough to be a beginning.
    """
    text = " ".join(p.strict if strict else p.bare for p in some)
    first, final = some[0], some[-1]
    head = "" if first.is_run else " "
    tail = "" if final.is_run or _may_go_on(final) else " "
    return head + text + tail
