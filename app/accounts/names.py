"""How names are put in order: a stored key that any database sorts by plain code points.

The key is that of CLDR's collation for the language of the name, in hexadecimal, so that it sorts
alike everywhere. So Thai and Lao vowels count after the consonant they are written before, Khmer
and Burmese stacked letters and finals have their places, and in Vietnamese ă â đ ê ô ơ ư, in
Filipino and Spanish ñ are letters of their own.
"""

import unicodedata

from app.foundation.collation import collation_key

LENGTH = 900
# Written or not, these say nothing about order.
SILENT = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def sort_key(name: str, locale: str = "", *, length: int = LENGTH) -> str:
    """A string that puts `name` in its place, at most `length` characters long.

    `locale` is the language of the name (BCP 47).
    """
    text = unicodedata.normalize("NFKC", name.translate(SILENT))
    return collation_key(text, locale).hex()[:length]


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
