"""The order of words in each language, by CLDR: the collators of ICU that the icu4py wheel brings.

icu4py offers ICU's word borders and messages, but not its collators; its compiled module is linked
with the library that has them, so they are asked for through that module. See decision 0003.
"""

import ctypes
import unicodedata
from functools import lru_cache
from typing import Any

import icu4py.messageformat
from icu4py._version import icu_version

# What ICU's ucol.h and utypes.h call these.
NORMALIZATION_MODE, ON = 4, 17
NO_REORDERING = 103
Status = ctypes.c_int


def _function(name: str, *arguments: Any, answers: Any) -> Any:
    """One of ICU's functions; their names end with the number of the release."""
    library = ctypes.CDLL(icu4py.messageformat.__file__)
    found = getattr(library, f"{name}_{icu_version.split('.', maxsplit=1)[0]}")
    found.argtypes, found.restype = arguments, answers
    return found


_open = _function("ucol_open", ctypes.c_char_p, ctypes.POINTER(Status), answers=ctypes.c_void_p)
_set_attribute = _function(
    "ucol_setAttribute",
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(Status),
    answers=None,
)
_set_reordering = _function(
    "ucol_setReorderCodes",
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_int32),
    ctypes.c_int32,
    ctypes.POINTER(Status),
    answers=None,
)
_sort_key = _function(
    "ucol_getSortKey",
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_int32,
    ctypes.c_char_p,
    ctypes.c_int32,
    answers=ctypes.c_int32,
)


class NoCollator(RuntimeError):
    """ICU could not make a collator: its data is missing."""


@lru_cache(maxsize=64)
def _collator(language: str) -> int:
    """ICU's collator of a language (BCP 47), Unicode's own order where CLDR knows no other.

    Kept for good: keys may be made with one collator by several threads at once. A language that
    puts its own script first does not do so here, since names of many languages share a list.
    """
    status = Status(0)
    made = _open(language.encode("ascii", "ignore"), status)
    if made:
        _set_attribute(made, NORMALIZATION_MODE, ON, status)
        _set_reordering(made, ctypes.c_int32(NO_REORDERING), 1, status)
    if not made or status.value > 0:  # below zero are notes, such as "the root's is used"
        raise NoCollator(f"ICU has no order of words ({status.value})")
    return int(made)


def collation_key(text: str, language: str = "") -> bytes:
    """Bytes that put `text` in its place in the order of a language."""
    composed = unicodedata.normalize("NFC", text).encode("utf-16-le", "replace")
    needed = 512
    while True:
        room = ctypes.create_string_buffer(needed)
        length = _sort_key(_collator(language), composed, len(composed) // 2, room, needed)
        if length <= needed:
            return room.raw[: length - 1]  # without the zero at its end
        needed = length
