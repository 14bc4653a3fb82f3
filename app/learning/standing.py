"""How writings and signatures stand together: who still has to sign, and what is agreed. Pure.

A signature is bound to the number and the fingerprint of one writing. It counts for that writing
only, never for a later one, even where that says the same again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.learning.states import Standing
from app.mobility.states import Side


@dataclass(frozen=True, slots=True)
class Writing:
    """The content as somebody wrote it; numbers only grow."""

    number: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Word:
    """What a person of a side said to a writing: a signature, or a refusal."""

    side: Side
    number: int
    fingerprint: str

    def is_to(self, writing: Writing) -> bool:
        return (self.number, self.fingerprint) == (writing.number, writing.fingerprint)


def signed_by(writing: Writing, signatures: Iterable[Word]) -> frozenset[Side]:
    """The sides of which at least one person signed this writing."""
    return frozenset(one.side for one in signatures if one.is_to(writing))


def still_to_sign(writing: Writing, signatures: Iterable[Word]) -> frozenset[Side]:
    return frozenset(Side) - signed_by(writing, signatures)


def refused_by(
    writing: Writing, refusals: Iterable[Word], signatures: Iterable[Word]
) -> frozenset[Side]:
    """The sides that refused this writing and did not think better of it."""
    return signed_by(writing, refusals) - signed_by(writing, signatures)


def waits_for(
    writing: Writing, signatures: Sequence[Word], refusals: Iterable[Word]
) -> frozenset[Side]:
    """Whose turn it is. Nobody is asked before a first side has signed, nor after a refusal."""
    signed = signed_by(writing, signatures)
    if not signed or refused_by(writing, refusals, signatures):
        return frozenset()
    return frozenset(Side) - signed


def agreed(writings: Iterable[Writing], signatures: Sequence[Word]) -> list[Writing]:
    """The writings that all three sides signed, in order: the first stays, the last is in force."""
    full = [one for one in writings if not still_to_sign(one, signatures)]
    return sorted(full, key=lambda one: one.number)


def standing(
    writings: Sequence[Writing], signatures: Sequence[Word], refusals: Sequence[Word]
) -> Standing:
    """How the newest writing stands; an agreed one stays in force while it is changed."""
    if not writings:
        return Standing.DRAFT
    newest = max(writings, key=lambda one: one.number)
    if refused_by(newest, refusals, signatures):
        return Standing.REFUSED
    full = agreed(writings, signatures)
    if full:
        return Standing.AGREED if full[-1] == newest else Standing.CHANGED
    return Standing.WAITING if signed_by(newest, signatures) else Standing.DRAFT
