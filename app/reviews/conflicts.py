"""Who may not read whose application, from facts alone. Pure.

The same person (by any address), or the same home institution: the one that the application was
sent from, or the applicant's own of today. Institutions without a row of ours are compared by
name, as people write it.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Conflict(StrEnum):
    SAME_PERSON = "same person"
    SAME_INSTITUTION = "same institution"


@dataclass(frozen=True, slots=True)
class Party:
    """An applicant or a reviewer, as far as conflicts go."""

    person_id: int
    addresses: frozenset[str]
    institution_ids: frozenset[int]
    institution_names: frozenset[str]


def party(
    person_id: int,
    *,
    addresses: Iterable[str | None] = (),
    institution_ids: Iterable[int | None] = (),
    institution_names: Iterable[str | None] = (),
) -> Party:
    """A party, its addresses and names brought into the one form in which they are compared."""
    return Party(
        person_id,
        frozenset(folded(a) for a in addresses if a and a.strip()),
        frozenset(i for i in institution_ids if i is not None),
        frozenset(folded(n) for n in institution_names if n and n.strip()),
    )


def folded(text: str) -> str:
    """Text as it is compared: one width, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def conflict_between(applicant: Party, reviewer: Party) -> Conflict | None:
    """Why this reviewer may not read this applicant's application; None when they may."""
    if applicant.person_id == reviewer.person_id or applicant.addresses & reviewer.addresses:
        return Conflict.SAME_PERSON
    if (
        applicant.institution_ids & reviewer.institution_ids
        or applicant.institution_names & reviewer.institution_names
    ):
        return Conflict.SAME_INSTITUTION
    return None
