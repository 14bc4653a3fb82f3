"""Means and spreads, and who conflicts with whom."""

from itertools import permutations

import pytest

from app.reviews.conflicts import Conflict, conflict_between, party
from app.reviews.scoring import is_large, together


def test_mean_and_spread_do_not_depend_on_the_order() -> None:
    results = {together(order) for order in permutations([3.6, 4.4, 2.0])}
    assert len(results) == 1
    (both,) = results
    assert both.mean == pytest.approx(10 / 3)
    assert both.spread == pytest.approx(0.99777, abs=1e-4)


def test_a_spread_is_told_without_what_floating_points_leave_behind() -> None:
    assert together([3.8, 3.0]).spread == 0.4


def test_no_review_makes_no_mean_and_one_no_spread() -> None:
    assert together([]) is None
    assert together([4.2]).spread == 0


def test_a_quarter_of_the_scale_is_far_apart() -> None:
    assert is_large(1.0, 1, 5)
    assert not is_large(0.99, 1, 5)
    assert not is_large(None, 1, 5)


APPLICANT = party(
    1,
    addresses=["sopheap@example.org"],
    institution_ids=[10],
    institution_names=["Institute of Technology of Cambodia"],
)


@pytest.mark.parametrize(
    ("reviewer", "found"),
    [
        (party(1), Conflict.SAME_PERSON),
        (party(2, addresses=["Sopheap@Example.org "]), Conflict.SAME_PERSON),
        (party(2, institution_ids=[10]), Conflict.SAME_INSTITUTION),
        (
            party(2, institution_names=["INSTITUTE OF  Technology of Cambodia"]),
            Conflict.SAME_INSTITUTION,
        ),
        (party(2, institution_ids=[11], institution_names=["Tohoku University"]), None),
        (party(2, institution_ids=[None], institution_names=["", None]), None),
    ],
)
def test_a_conflict_is_found_by_person_address_and_institution(reviewer, found) -> None:
    assert conflict_between(APPLICANT, reviewer) is found


def test_two_people_without_an_institution_do_not_share_one() -> None:
    one, other = (party(n, institution_ids=[None], institution_names=[""]) for n in (1, 2))
    assert conflict_between(one, other) is None
