"""How well a document answers a query; pure, and only ever asked of a few candidates."""

from app.foundation.search.tokens import Query, pattern

WHOLE, BEGINNING, BORDER, INSIDE, SCATTERED = range(5)


def standing(query: Query, folded: str) -> tuple[int, int]:
    """The document's place, lower is better: how it has the words, then how long its line is."""
    strict = query.marked and "=" in folded
    phrase = pattern(query.pieces, strict=strict)
    words = phrase.strip()
    lines = folded.split("\n")
    places = [(_place(line, phrase, words), len(line)) for line in lines if phrase in line]
    return min(places, default=(SCATTERED, min(map(len, lines))))


def _place(line: str, phrase: str, words: str) -> int:
    if line.strip() == words:
        return WHOLE
    if line.startswith((phrase, f" {words}")):
        return BEGINNING
    if f" {words} " in line:
        return BORDER
    return BORDER if f" {words}" in line else INSIDE
