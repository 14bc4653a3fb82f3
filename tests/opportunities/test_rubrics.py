"""Rubrics: what is a rubric, what is none and why, and totals that are exact."""

import copy
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.opportunities.rubrics import RubricProblem, parse_rubric, total
from tests.make import RUBRIC


def changed(path: list, value: object) -> dict:
    definition = copy.deepcopy(RUBRIC)
    part = definition
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return definition


def test_a_definition_becomes_a_rubric() -> None:
    rubric = parse_rubric(RUBRIC)
    assert list(rubric.values) == [1, 2, 3, 4, 5]
    merit, fit = rubric.criteria
    assert (merit.key, merit.weight, fit.weight) == ("merit", 60, 40)
    assert rubric.anchor(merit, 4) == {"en": "strong"}
    assert rubric.criterion("fit") is fit
    assert rubric.criterion("luck") is None


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["scale"], [5, 1], "lower one first"),
        (["scale"], [True, 5], "two whole numbers"),
        (["scale"], [0, 11], "from 0 to 10"),
        (["scale"], None, "two whole numbers"),
        (["criteria"], [], "no criterion"),
        (["criteria"], {"a": 1}, "no criterion"),
        (["criteria", 0], "merit", "Criterion 1"),
        (["criteria", 0, "key"], "Merit!", "needs a key"),
        (["criteria", 1, "key"], "merit", "two criteria"),
        (["criteria", 0, "weight"], 61, "make 101 %"),
        (["criteria", 0, "weight"], 59.5, "weight from 1 to 100 %"),
        (["criteria", 0, "weight"], True, "weight from 1 to 100 %"),
        (["criteria", 0, "title"], {}, "by its language"),
        (["criteria", 0, "title"], {"en": " "}, "1 to 500 characters"),
        (["criteria", 0, "anchors"], [{"en": "weak"}], "5 texts, from 1 to 5"),
        (["criteria", 0, "anchors", 2], {"en": 3}, "1 to 500 characters"),
        (["criteria", 0, "hint"], ["x"], "by its language"),
    ],
)
def test_what_is_no_rubric_is_refused_with_its_reason(path, value, said) -> None:
    with pytest.raises(RubricProblem, match=said):
        parse_rubric(changed(path, value))


@pytest.mark.parametrize("nonsense", [None, [], "rubric", 7, {"scale": [1, 5]}])
def test_nonsense_is_refused_too(nonsense) -> None:
    with pytest.raises(RubricProblem):
        parse_rubric(nonsense)


def test_a_total_is_the_weighted_mean() -> None:
    assert total(parse_rubric(RUBRIC), {"merit": 4, "fit": 3}) == Fraction(18, 5)


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_total_stays_between_the_scores(merit: int, fit: int) -> None:
    result = total(parse_rubric(RUBRIC), {"merit": merit, "fit": fit})
    assert min(merit, fit) <= result <= max(merit, fit)


@pytest.mark.parametrize(
    "scores", [{"merit": 4}, {"merit": 4, "fit": 6}, {"merit": 0, "fit": 3}, {"merit": 1, "x": 1}]
)
def test_an_incomplete_or_impossible_score_has_no_total(scores) -> None:
    with pytest.raises(ValueError, match="."):
        total(parse_rubric(RUBRIC), scores)
