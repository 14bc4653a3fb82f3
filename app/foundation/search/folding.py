"""One spelling for what readers write in several ways; pure.

`fold` gives the text in which things are looked for. `settle` is its first half, which keeps the
marks of Latin letters: a query that is typed with marks is compared in that form.
Sources: UAX #15 (NFKC), the Thai, Lao, Khmer and Myanmar blocks of the Unicode standard, JIS Z 8301
for the long mark of katakana, and the spellings that `tests/data/search_cases.json` collects.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from app.foundation.search.scripts import MARKS
from app.foundation.search.variants import HAN_VARIANTS

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_MARK = re.compile(f"[{MARKS}]")
_DECOMPOSABLE = re.compile(f"[\u00c0-\u06ff\u1e00-\u1fff{MARKS}]+")
_OTHER_LATIN = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe"}
)
# Grave, acute, tilde, hook above, dot below: the tones of Vietnamese.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# What looks the same, or is typed in another order, becomes one spelling.
_SPELLINGS = tuple(
    (re.compile(pattern), into)
    for pattern, into in (
        ("\u0e40\u0e40", "\u0e41"),  # Thai: two sara e typed for sara ae
        ("\u0e4d([\u0e48-\u0e4b])", "\\1\u0e4d"),  # the tone mark before the nikhahit of sara am
        ("([\u0e48-\u0e4c])([\u0e31\u0e34-\u0e39])", "\\2\\1"),  # vowel before the tone mark
        ("\u0ec0\u0ec0", "\u0ec1"),  # Lao: the same three
        ("\u0ecd([\u0ec8-\u0ecb])", "\\1\u0ecd"),
        ("([\u0ec8-\u0ecc])([\u0eb1\u0eb4-\u0eb9\u0ebb])", "\\2\\1"),
        ("\u0eab\u0ebc", "\u0eab\u0ea5"),  # ຫຼ is ຫລ
        ("\u17d2\u178a", "\u17d2\u178f"),  # Khmer: subscript da and ta look the same
        ("\u17c1\u17b8", "\u17be"),  # two signs typed for one vowel
        ("\u17c1\u17b6", "\u17c4"),
        ("(\u17d2\u179a)(\u17d2[\u1780-\u17a2])", "\\2\\1"),  # subscript ro stands last
        ("\u1025(?=[\u102c\u103a\u1039])", "\u1009"),  # Myanmar: u for nya
        ("\u102f\u1036|\u1036\u102f", "\u102f\u1036"),
        ("(?<=[\u1000-\u103f])\u1040(?=[\u102b-\u103e])", "\u101d"),  # the digit for the letter wa
        ("(?<=[ァ-ヺー]{3})ー(?![ァ-ヺー])", ""),  # コンピューター is コンピュータ
        ("(?<=[ァ-ヺー])・(?=[ァ-ヺ])", ""),  # データ・サイエンス is one word
        (r"\bbiasis(?=w|\b)", "beasis"),  # scholarship: Malay biasiswa, Indonesian beasiswa
    )
)


def fold(text: str) -> str:
    """The text in one spelling and without Latin marks; folding it again changes nothing."""
    return _until_settled(text, _fold_once)


def settle(text: str) -> str:
    """As `fold`, but Latin letters keep their marks (composed); idempotent too."""
    return _until_settled(text, _settle_once)


def without_marks(text: str) -> str:
    """Latin letters without their marks; every other script as it is."""
    bare = _DECOMPOSABLE.sub(lambda m: _MARK.sub("", unicodedata.normalize("NFD", m[0])), text)
    return unicodedata.normalize("NFC", bare).translate(_OTHER_LATIN)


@lru_cache(maxsize=4096)
def with_tones_last(word: str) -> str:
    """A settled word with its tones behind it: hoà and hòa, Thuỳ and Thùy become the same."""
    letters = unicodedata.normalize("NFD", word)
    tones = sorted(c for c in letters if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES)) + "".join(
        tones
    )


def _until_settled(text: str, once: Callable[[str], str]) -> str:
    for _ in range(6):
        again = once(text)
        if again == text:
            break
        text = again
    return text


def _settle_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", _UNWRITABLE.sub("", text))
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).casefold())
    for pattern, into in _SPELLINGS:
        text = pattern.sub(into, text)
    return _in_ascii_digits(text.translate(HAN_VARIANTS))


def _fold_once(text: str) -> str:
    return without_marks(_settle_once(text))


_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")


def _in_ascii_digits(text: str) -> str:
    return _FOREIGN_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), text)
