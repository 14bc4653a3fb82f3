"""Which characters are written without spaces between words, and which need pairs besides.

Three ways of writing matter to a search. Spaceless scripts (Thai, Khmer, Han …) join their words,
and a space in them is only a breath; joining scripts (Tamil, Hangul …) have spaces, but words grow
endings and compounds; all others (Latin, Cyrillic, Arabic …) keep word borders.
"""

import unicodedata
from collections.abc import Iterable

_SPACELESS_BLOCKS = (
    (0x0E00, 0x0E7F),  # Thai
    (0x0E80, 0x0EFF),  # Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17DD),  # Khmer
    (0x1900, 0x19DF),  # Limbu, Tai Le, New Tai Lue
    (0x1A00, 0x1AAD),  # Buginese, Tai Tham
    (0x1B00, 0x1BFF),  # Balinese, Sundanese, Batak
    (0x3005, 0x3007),  # 々 〆 〇
    (0x3041, 0x3098),  # Hiragana
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),  # Katakana
    (0x30FC, 0x30FF),
    (0x3105, 0x312F),  # Bopomofo
    (0x31F0, 0x31FF),  # Katakana extensions
    (0xA930, 0xA95F),  # Rejang
    (0xA980, 0xA9FE),  # Javanese, Myanmar extended
    (0xAA00, 0xAADF),  # Cham, Myanmar extended, Tai Viet
)
_JOINING_BLOCKS = (
    (0x0900, 0x0DFF),  # the scripts of South Asia, Tamil among them
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1100, 0x11FF),  # Hangul
)
# Wholly letters: no need to look at each.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_HANGUL = "\uac00-\ud7a3"
_BURMESE_PARTICLES = "\u104c-\u104f"  # words of one sign, though Unicode calls them punctuation


def _letters(blocks: Iterable[tuple[int, int]]) -> str:
    """The letters and marks of these blocks as the inside of a character class."""
    return "".join(
        chr(c)
        for first, last in blocks
        for c in range(first, last + 1)
        if unicodedata.category(chr(c))[0] in "LM"
    )


SPACELESS = _letters(_SPACELESS_BLOCKS) + _BURMESE_PARTICLES + _HAN
JOINING = _letters(_JOINING_BLOCKS) + _HANGUL
# Marks that sit on letters of the scripts with word borders: accents, points and vowel signs.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
)
