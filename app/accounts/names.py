"""How names are put in order: a stored key that any database sorts by plain code points.

The key is the Unicode Collation Algorithm's (pyuca, with the default table, which already reads
Thai and Lao vowels after the consonant they are written before), in hexadecimal, so that it sorts
alike everywhere. What a language's own alphabet adds is done here: in Vietnamese ă â đ ê ô ơ ư,
in Filipino and Spanish ñ are letters of their own, after the plain one.
Khmer and Burmese follow the default table, without CLDR's tailorings for stacked letters.
"""

import unicodedata
from functools import lru_cache

from pyuca import Collator

LENGTH = 900
AFTER, LAST = 0xFFFE, 0xFFFF  # weights above every letter's: the tailored letter follows its base
BREVE, CIRCUMFLEX, HORN, TILDE = "\u0306", "\u0302", "\u031b", "\u0303"
VIETNAMESE = {
    ("a", BREVE): AFTER,
    ("a", CIRCUMFLEX): LAST,
    ("e", CIRCUMFLEX): LAST,
    ("o", CIRCUMFLEX): AFTER,
    ("o", HORN): LAST,
    ("u", HORN): LAST,
}
IBERIAN = {("n", TILDE): LAST}
TAILORED = {"vi": VIETNAMESE, "fil": IBERIAN, "tl": IBERIAN, "es": IBERIAN, "tet": IBERIAN}
# Written or not, these say nothing about order.
SILENT = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


@lru_cache(maxsize=1)
def _collator() -> Collator:
    return Collator()


def sort_key(name: str, locale: str = "", *, length: int = LENGTH) -> str:
    """A string that puts `name` in its place, at most `length` characters long.

    `locale` is the language of the name (BCP 47); it only matters where an alphabet has letters
    that the default table takes for accented ones.
    """
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name.translate(SILENT)))
    tailored = TAILORED.get(locale.split("-", maxsplit=1)[0], {})
    first, rest = _levels(text)
    if tailored or "đ" in text.lower():
        first = _tailored(text, locale, tailored)
    return "".join(f"{weight:04x}" for weight in (*first, 0, *rest))[:length]


def _levels(text: str) -> tuple[list[int], list[int]]:
    """The weights of the letters, and those of marks and capitals that only break ties."""
    weights = list(_collator().sort_key(text))
    end = weights.index(0) if 0 in weights else len(weights)
    return weights[:end], weights[end + 1 :]


def _tailored(text: str, locale: str, tailored: dict[tuple[str, str], int]) -> list[int]:
    """The letters' weights, each letter of the alphabet's own after the plain one."""
    weights: list[int] = []
    for letter, marks in _letters(text):
        if letter.lower() == "đ":  # its own letter in Vietnamese; elsewhere a d
            weights += _levels("d")[0] + ([LAST] if locale.startswith("vi") else [])
            continue
        weights += _levels(letter + marks)[0]
        weights += [w for mark in marks if (w := tailored.get((letter.lower(), mark), 0))][:1]
    return weights


def _letters(text: str) -> list[tuple[str, str]]:
    """Each character with the combining marks that follow it."""
    found: list[tuple[str, str]] = []
    for character in text:
        if found and unicodedata.combining(character):
            found[-1] = (found[-1][0], found[-1][1] + character)
        else:
            found.append((character, ""))
    return found


def name_to_sort_by(*, sort_name: str, passport_name: str, native_name: str, reading: str) -> str:
    """What a person is listed under: their own choice, else the name; Japanese by its reading."""
    name = sort_name or passport_name or native_name
    if not sort_name and reading and is_japanese(name):
        return f"{reading} {name}"
    return name


def is_japanese(text: str) -> bool:
    """Whether the text is written with kana or Han characters, which only a reading can order."""
    return any(
        "\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or c >= "\U00020000" for c in text
    )
