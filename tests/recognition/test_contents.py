"""Pure rules: fingerprints, what credits count as, and promises against what was delivered."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.recognition.contents import (
    Held,
    Promise,
    counts_as,
    due_on,
    fingerprint,
    held_against,
    median_days,
)
from app.recognition.states import Result
from seeds.credits import credit_rules, credit_units
from app.exchanges.credits import rules_between
from tests.recognition.recognising import line

RULES = (*rules_between(credit_units()), *credit_rules())
DAY = date(2027, 9, 1)


def test_a_fingerprint_is_of_everything_that_is_said_and_of_its_order():
    lines = [line("A"), line("B", distribution={"A": 3, "B": 1})]
    first = fingerprint({"serial": "TR-1"}, lines)
    assert len(first) == 64
    assert first == fingerprint({"serial": "TR-1"}, [replace(one) for one in lines])
    others = [
        fingerprint({"serial": "TR-2"}, lines),
        fingerprint({"serial": "TR-1"}, lines[::-1]),
        fingerprint({"serial": "TR-1"}, [replace(lines[0], grade="B"), lines[1]]),
        fingerprint({"serial": "TR-1"}, [replace(lines[0], credits=Fraction(5, 2)), lines[1]]),
        fingerprint({"serial": "TR-1"}, [replace(lines[0], result=Result.FAILED), lines[1]]),
        fingerprint({"serial": "TR-1"}, [lines[0], replace(lines[1], distribution={"A": 4})]),
    ]
    assert len({first, *others}) == 7


def test_every_rule_gives_its_result_where_sources_differ():
    found = counts_as(line(credits=Fraction(4)), "ects", RULES, day=DAY, home="")
    assert [(one.factor, one.credits) for one in found] == [
        (Fraction(3, 2), Fraction(6)),
        (Fraction(2), Fraction(8)),
        (Fraction(5, 3), Fraction(20, 3)),
    ]
    assert all(one.source.startswith("http") for one in found)
    assert len({one.key for one in found}) == 3


def test_credits_of_the_same_system_count_as_they_are():
    (only,) = counts_as(line(credit_system="acts"), "acts", RULES, day=DAY, home="")
    assert (only.credits, only.factor, only.source) == (Fraction(2), Fraction(1), "")


def test_where_nobody_has_published_a_rule_there_is_no_result():
    assert counts_as(line(credit_system="acts"), "ects", RULES, day=DAY, home="") == ()


ML = Promise("AI-301", "Machine Learning", Fraction(2), "jp-tani", "CS-420", "Elective in AI")


def test_promises_are_found_by_code_then_by_title_and_the_rest_stands_alone():
    promised = [ML, Promise("", "Ethics of AI", Fraction(2), "jp-tani"), replace(ML, code="AI-9")]
    lines = [line("X-1"), line("", title="ethics of ai"), line("ai-301")]
    assert held_against(promised, lines) == (
        Held(0, 2),
        Held(1, 1),
        Held(2, None),
        Held(None, 0),
    )


codes = st.sampled_from(["A", "B", "C", ""])


@given(st.lists(codes, max_size=6), st.lists(codes, max_size=6))
def test_each_promise_and_each_line_is_named_once(promised, delivered):
    found = held_against(
        [replace(ML, code=code) for code in promised], [line(code) for code in delivered]
    )
    assert sorted(one.promise for one in found if one.promise is not None) == list(
        range(len(promised))
    )
    assert sorted(one.line for one in found if one.line is not None) == list(range(len(delivered)))


def test_days_by_which_and_how_long():
    assert due_on(date(2027, 9, 1), 5) == date(2027, 10, 6)
    assert due_on(date(2027, 9, 1), None) is None
    assert median_days([]) is None
    assert median_days([timedelta(days=2), timedelta(days=9), timedelta(days=3)]) == 3
