"""Who reads what: every application by as many as wanted, and nobody much more than others. Pure.

Each application gets the least burdened reviewers who may read it; then single readings are
moved, along chains where needed, until nobody could hand one on to somebody who has two fewer.
Such a plan has the smallest possible highest burden (Harvey, Ladner, Lovász and Tamir,
"Semi-matchings for bipartite graphs and load balancing", 2006). The same input gives the same
plan, whatever order it comes in.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """New readings as (application, reviewer), and how many each application still lacks."""

    pairs: tuple[tuple[int, int], ...]
    missing: Mapping[int, int]

    def readings_of(self, reviewer: int) -> list[int]:
        return [a for a, r in self.pairs if r == reviewer]


def plan_readings(
    applications: Mapping[int, int],
    reviewers: Collection[int],
    *,
    excluded: Collection[tuple[int, int]] = (),
    burdens: Mapping[int, int] | None = None,
) -> Plan:
    """Give each application its number of reviewers.

    `applications` is {application: readings that it still lacks}; `excluded` are pairs that must
    not be; `burdens` is what each reviewer already has to read.
    """
    barred = set(excluded)
    burden = {r: (burdens or {}).get(r, 0) for r in sorted(reviewers)}
    may_read = {a: [r for r in burden if (a, r) not in barred] for a in sorted(applications)}
    readers: dict[int, set[int]] = {}
    for a in sorted(applications, key=lambda a: (len(may_read[a]) - applications[a], a)):
        chosen = sorted(may_read[a], key=lambda r: (burden[r], r))[: max(applications[a], 0)]
        readers[a] = set(chosen)
        for r in chosen:
            burden[r] += 1
    while _relieve(readers, may_read, burden):
        pass
    pairs = tuple(sorted((a, r) for a, chosen in readers.items() for r in chosen))
    missing = {a: n - len(readers[a]) for a, n in applications.items() if n > len(readers[a])}
    return Plan(pairs, missing)


def _relieve(
    readers: dict[int, set[int]], may_read: Mapping[int, list[int]], burden: dict[int, int]
) -> bool:
    """Move one reading to somebody who has at least two fewer; False when none can be."""
    for start in sorted(burden, key=lambda r: (-burden[r], r)):
        chain = _chain_down(start, readers, may_read, burden)
        if chain:
            for application, giver, taker in chain:
                readers[application].remove(giver)
                readers[application].add(taker)
            burden[start] -= 1
            burden[chain[-1][2]] += 1
            return True
    return False


def _chain_down(
    start: int,
    readers: Mapping[int, set[int]],
    may_read: Mapping[int, list[int]],
    burden: Mapping[int, int],
) -> list[tuple[int, int, int]]:
    """The shortest chain (application, from, to) that ends at a burden of at least two less."""
    if burden[start] - min(burden.values()) < 2:
        return []
    reads = _reads(readers)
    came: dict[int, tuple[int, int, int] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        giver = waiting.popleft()
        for application in reads.get(giver, ()):
            for taker in may_read[application]:
                if taker in came or taker in readers[application]:
                    continue
                came[taker] = (application, giver, taker)
                if burden[taker] <= burden[start] - 2:
                    return _back(came, taker)
                waiting.append(taker)
    return []


def _reads(readers: Mapping[int, Iterable[int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for application in sorted(readers):
        for reviewer in readers[application]:
            found.setdefault(reviewer, []).append(application)
    return found


def _back(came: Mapping[int, tuple[int, int, int] | None], end: int) -> list[tuple[int, int, int]]:
    chain = []
    step = came[end]
    while step is not None:
        chain.append(step)
        step = came[step[1]]
    return chain[::-1]
