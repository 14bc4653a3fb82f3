"""What makes two applications look like one person's: facts that are the same in both; pure.

A name alone says nothing: many people share one, and one person writes it in several ways. So a
name counts together with a day of birth or a nationality, folded and with its words in any order.
Compared are the applicant as sent ("applicant" of `content_of`) and the digests of the files.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from app.foundation.languages import lazy
from app.foundation.search.folding import fold

# What more people than this share says nothing about who they are.
MOST_ALIKE = 20


class Sign(StrEnum):
    """One fact that two applications have in common."""

    BIRTH = "name and birth"
    NATIONALITY = "name and nationality"
    ADDRESS = "address"
    FILE = "file"
    FILE_APART = "file kept apart"


SIGNS = {
    Sign.BIRTH: lazy("The same name and day of birth"),
    Sign.NATIONALITY: lazy("The same name and nationality"),
    Sign.ADDRESS: lazy("The same address but for what follows “+”"),
    Sign.FILE: lazy("The same file"),
    Sign.FILE_APART: lazy("The same file, in a document that is kept apart"),
}
# Enough to ask the office by itself; a name and a nationality are only shown in its list.
STRONG = frozenset(Sign) - {Sign.NATIONALITY}


class Verdict(StrEnum):
    """What the office found out about two applications that look alike."""

    OPEN = "open"
    SAME = "same person"
    OTHER = "not the same person"


VERDICTS = {
    Verdict.OPEN: lazy("To look at"),
    Verdict.SAME: lazy("The same person"),
    Verdict.OTHER: lazy("Not the same person"),
}


class Mark(NamedTuple):
    """A sign that an application has, and the digest of what it says."""

    sign: Sign
    digest: str


class File(NamedTuple):
    """A file that was sent: what for, its SHA-256, and whether it is kept apart."""

    question: str
    sha256: str
    apart: bool


def marks_of(who: Mapping[str, Any], files: Iterable[File]) -> set[Mark]:
    """What an application is found by. The values are digests: nothing can be read from them."""
    found = {Mark(Sign.FILE_APART if f.apart else Sign.FILE, f.sha256) for f in files if f.sha256}
    for name in _names(who):
        if who.get("born_on"):
            found.add(_mark(Sign.BIRTH, name, who["born_on"]))
        for code in who.get("nationalities") or ():
            found.add(_mark(Sign.NATIONALITY, name, code))
    address = mailbox(who.get("email") or "")
    if address:
        found.add(_mark(Sign.ADDRESS, address))
    return found


def mailbox(address: str) -> str:
    """An address without what follows "+" in its first half, which many services ignore."""
    before, at, after = address.casefold().rpartition("@")
    return before.partition("+")[0] + at + after


def words_of(name: str) -> str:
    """A name folded, with its words in one order: family names stand first or last."""
    return " ".join(sorted(fold(name).replace(",", " ").split()))


def _names(who: Mapping[str, Any]) -> set[str]:
    written = (who.get(key) or "" for key in ("passport_name", "native_name", "reading"))
    return {name for name in map(words_of, written) if name}


def _mark(sign: Sign, *said: str) -> Mark:
    return Mark(sign, hashlib.sha256("\n".join((sign, *said)).encode()).hexdigest())


class Fact(NamedTuple):
    """One line of the comparison. `same`: None where one of the two does not say.

    `exact` is false where two are only the same when they are folded.
    """

    label: str
    first: str
    second: str
    same: bool | None
    exact: bool = True


FACTS = {
    "passport_name": lazy("Name as in the passport"),
    "native_name": lazy("Name in own script"),
    "reading": lazy("Reading of the name"),
    "born_on": lazy("Day of birth"),
    "nationalities": lazy("Nationality"),
    "residence": lazy("Country of residence"),
    "institution": lazy("Home institution"),
    "email": lazy("Address"),
}


def same_fact(key: str, first: Any, second: Any) -> bool | None:
    """Whether two say the same; names and institutions as they are folded, whatever the order."""
    if not first or not second:
        return None
    if key in {"passport_name", "native_name", "reading", "institution"}:
        return words_of(str(first)) == words_of(str(second))
    return bool(first == second)
