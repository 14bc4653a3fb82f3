"""Who gets a seat that is free, and who is next in line. Pure.

Seats are in pools: those kept for each group (by the id of the reserve), and the others for
everybody (`None`). A person takes a seat kept for the own group first, else one of the others;
a seat that falls free goes to the first in line who may take it, so that a kept one stays within
its group.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Group = int | None


@dataclass(frozen=True, slots=True)
class Seats:
    """How many seats are free in each pool."""

    free: Mapping[Group, int]

    @classmethod
    def of(cls, capacity: int, kept: Mapping[int, int], held: Mapping[Group, int]) -> "Seats":
        """From all seats, those kept for each group, and those held in each pool."""
        free: dict[Group, int] = {
            group: seats - held.get(group, 0) for group, seats in kept.items()
        }
        free[None] = capacity - sum(kept.values()) - held.get(None, 0)
        return cls(free)

    def has_one_for(self, group: Group) -> bool:
        return self.free.get(group, 0) > 0 or self.free.get(None, 0) > 0

    def pool_for(self, group: Group) -> Group:
        """Out of which pool somebody of this group gets a seat; there must be one."""
        return group if self.free.get(group, 0) > 0 else None

    def less(self, pool: Group) -> "Seats":
        return Seats({**self.free, pool: self.free.get(pool, 0) - 1})


def promoted(line: Iterable[tuple[int, Group]], seats: Seats) -> list[tuple[int, Group]]:
    """Who of the line (id and group, in order) is offered a seat now, and out of which pool."""
    offered = []
    for one, group in line:
        if seats.has_one_for(group):
            pool = seats.pool_for(group)
            offered.append((one, pool))
            seats = seats.less(pool)
    return offered
