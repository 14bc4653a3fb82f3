"""Plans of who reads what: complete, allowed, balanced, and the same every time."""

from collections import Counter
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from app.reviews.matching import plan_readings

REVIEWERS = [101, 102, 103, 104]


@st.composite
def instances(draw):
    applications = {a: draw(st.integers(1, 2)) for a in range(1, draw(st.integers(1, 4)) + 1)}
    pairs = sorted(product(applications, REVIEWERS))
    excluded = draw(st.sets(st.sampled_from(pairs), max_size=10))
    burdens = {r: draw(st.integers(0, 3)) for r in REVIEWERS}
    return applications, excluded, burdens


def best_highest_burden(applications, excluded, burdens) -> int:
    """By trying everything."""
    choices = []
    for a, wanted in applications.items():
        allowed = [r for r in REVIEWERS if (a, r) not in excluded]
        choices.append(list(combinations(allowed, min(wanted, len(allowed)))))
    return min(
        max((Counter(burdens) + Counter(r for group in way for r in group)).values(), default=0)
        for way in product(*choices)
    )


@settings(deadline=None, max_examples=150)
@given(instances())
def test_a_plan_is_allowed_complete_and_as_balanced_as_can_be(instance) -> None:
    applications, excluded, burdens = instance
    plan = plan_readings(applications, REVIEWERS, excluded=excluded, burdens=burdens)
    assert not set(plan.pairs) & excluded
    assert len(set(plan.pairs)) == len(plan.pairs)
    for a, wanted in applications.items():
        allowed = sum((a, r) not in excluded for r in REVIEWERS)
        assert sum(p[0] == a for p in plan.pairs) == min(wanted, allowed)
        assert plan.missing.get(a, 0) == max(0, wanted - allowed)
    burden = Counter(burdens) + Counter(r for _a, r in plan.pairs)
    assert max(burden.values(), default=0) == best_highest_burden(applications, excluded, burdens)


def test_the_same_input_gives_the_same_plan_in_any_order() -> None:
    one = plan_readings({3: 2, 1: 2, 2: 1}, [9, 7, 8], excluded=[(1, 7)])
    two = plan_readings({1: 2, 2: 1, 3: 2}, [7, 8, 9], excluded=[(1, 7)])
    assert one == two


def test_four_hundred_files_are_shared_evenly() -> None:
    plan = plan_readings(dict.fromkeys(range(1, 451), 3), range(1000, 1060))
    assert Counter(Counter(r for _a, r in plan.pairs).values()) == {22: 30, 23: 30}
