"""Counting as readers count: words in scripts without spaces too, and characters as they are seen.

Word and character borders are Unicode's (UAX 29) with ICU's dictionaries for Khmer, Lao, Thai,
Burmese, Chinese and Japanese.
"""

import unicodedata

from icu4py.breakers import CharacterBreaker, WordBreaker

_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def count_words(text: str) -> int:
    """How many words: pieces between word borders that hold a letter or a digit."""
    return sum(1 for piece in WordBreaker(text, "en") if any(map(str.isalnum, piece)))


def count_characters(text: str) -> int:
    """How many characters as a reader sees them: an accented letter or an emoji is one."""
    if text.isascii():
        return len(text)
    return sum(1 for _ in CharacterBreaker(text, "en"))


def has_invisible(text: str) -> bool:
    """Whether control characters stand in it that nobody sees, such as those that turn lines."""
    return any(
        c in _INVISIBLE or (c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cs"})
        for c in text
    )
