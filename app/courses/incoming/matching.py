"""Who of those with a seat the people of a meeting's report are, and what it would change. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.courses.incoming.joined import Joined, names_in
from app.courses.states import EnteredFrom, Presence

BY_HAND = frozenset({EnteredFrom.GRID, EnteredFrom.SHEET, EnteredFrom.CHECK_IN})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a seat: the enrolment, the address, and names as they are compared."""

    id: int
    email: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody of the report. By address it is `person`; by the name alone it `may_be`."""

    joined: Joined
    person: int | None = None
    may_be: int | None = None


def match(report: Sequence[Joined], people: Sequence[Person]) -> list[Match]:
    """Each of the report with the one person it can be; a name that two have proposes nobody."""
    by_email = {one.email.casefold(): one.id for one in people}
    by_name: dict[str, set[int]] = {}
    for one in people:
        for name in one.names:
            by_name.setdefault(name, set()).add(one.id)
    found = []
    for joined in report:
        person = by_email.get(joined.email) if joined.email else None
        named = set[int]().union(*(by_name.get(name, ()) for name in names_in(joined.name)))
        may_be = named.pop() if person is None and len(named) == 1 else None
        found.append(Match(joined, person, may_be))
    return found


@dataclass(frozen=True, slots=True)
class Known:
    presence: Presence
    entered_from: EnteredFrom
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What the report says of one person with a seat; it `stands_back` behind what is `known`."""

    person: int
    minutes: int
    presence: Presence
    known: Known | None = None
    stands_back: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """`said` of whom the report names; `absent` are those whom it does not and nobody spoke of.

    `waiting` are named by it perhaps: nothing is said of them until somebody confirms it.
    """

    said: list[Said] = field(default_factory=list)
    absent: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    @property
    def kept(self) -> list[Said]:
        return [one for one in self.said if not one.stands_back]


def enough(minutes: int, share: int, length: int) -> bool:
    """Whether so many minutes are at least `share` percent of a meeting of `length` minutes."""
    return minutes * 100 >= share * length


def read(
    minutes: Mapping[int, int],
    everybody: Collection[int],
    known: Mapping[int, Known],
    *,
    proposed: Collection[int] = (),
    share: int,
    length: int,
    others_absent: bool,
    over_hand: bool,
) -> Reading:
    """What the report would change, in the order of `everybody`.

    What a person entered, or said by checking in, stays unless `over_hand`. Who is `proposed` by a
    name that nobody has confirmed is not said to be absent.
    """
    made = Reading()
    for person in everybody:
        was = known.get(person)
        if person not in minutes:
            if person in proposed:
                made.waiting.append(person)
            elif was is None and others_absent:
                made.absent.append(person)
            continue
        there = enough(minutes[person], share, length)
        presence = Presence.PRESENT if there else Presence.ABSENT
        differs = was is not None and was.presence is not presence
        by_hand = was is not None and was.entered_from in BY_HAND
        stands_back = differs and by_hand and not over_hand
        made.said.append(Said(person, minutes[person], presence, was, stands_back))
    return made
