"""Which passwords are refused: short ones, common ones, and the person's own name or address.

No rule asks for capitals, digits or signs: they make passwords harder to remember, not to guess.
The common ones are the 11,611 of at least eight characters among the 30,000 most used in leaked
lists, from the frequency lists of zxcvbn (© 2016 Daniel Wolf, MIT licence).
"""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

SHORTEST, LONGEST = 8, 128
COMMON = Path(__file__).parent / "common_passwords.txt"


class Weakness(StrEnum):
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    COMMON = "common"
    ABOUT_THE_PERSON = "about the person"


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split("\n"))


def weakness_of(password: str, *, about: Iterable[str] = ()) -> Weakness | None:
    """Why this password would be guessed soon, or None; `about` is what is known of the person."""
    if len(password) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(password) > LONGEST:
        return Weakness.TOO_LONG
    plain = _plain(password)
    if any(plain == _plain(known) for known in about if known):
        return Weakness.ABOUT_THE_PERSON
    if len(set(plain)) < 4 or password.lower() in _common() or plain in _common():
        return Weakness.COMMON
    return None


def _plain(text: str) -> str:
    """Letters and digits only, without case: how a guesser tries a known word."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())
