"""Who may apply: each rule with its borders, and the sentence it says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.languages import speak, speaking
from app.opportunities.eligibility import Facts, Outcome, age_on, check, may_apply, rule_set


@pytest.fixture(autouse=True, scope="module")
def english():
    speak("en", None)


def one(rules, **facts):
    (result,) = check(rules, Facts(**facts))
    return result


def test_without_rules_everybody_may():
    assert check({}, Facts()) == []
    assert may_apply([])


@pytest.mark.parametrize(
    ("held", "outcome", "words"),
    [
        ({"KH"}, Outcome.MET, "Nationals of Cambodia may apply."),
        ({"JP", "KH"}, Outcome.MET, "Cambodia"),
        ({"JP"}, Outcome.NOT_MET, "Cambodia and Laos; the profile says Japan."),
        (set(), Outcome.UNKNOWN, "names none yet"),
    ],
)
def test_nationality(held, outcome, words):
    result = one({"nationality": ["KH", "LA"]}, nationalities=frozenset(held))
    assert result.outcome is outcome
    assert words in result.sentence


@pytest.mark.parametrize(
    ("residence", "outcome"),
    [("KH", Outcome.MET), ("JP", Outcome.NOT_MET), (None, Outcome.UNKNOWN)],
)
def test_residence(residence, outcome):
    assert one({"residence": ["KH"]}, residence=residence).outcome is outcome


@pytest.mark.parametrize(
    ("inclusive", "born", "outcome"),
    [
        (True, date(1986, 4, 2), Outcome.MET),  # 40 that day
        (True, date(1986, 4, 1), Outcome.NOT_MET),  # 41 that very day
        (False, date(1987, 4, 2), Outcome.MET),  # 39
        (False, date(1987, 4, 1), Outcome.NOT_MET),  # 40 that very day
        (False, None, Outcome.UNKNOWN),
    ],
)
def test_age_on_its_day(inclusive, born, outcome):
    rules = {"age": {"max": 40, "inclusive": inclusive, "on": "2027-04-01"}}
    result = one(rules, born_on=born)
    assert result.outcome is outcome
    assert ("At most 40" if inclusive else "Younger than 40") in result.sentence


def test_who_was_born_on_leap_day_turns_older_on_the_first_of_march():
    assert age_on(date(2000, 2, 29), date(2027, 2, 28)) == 26
    assert age_on(date(2000, 2, 29), date(2027, 3, 1)) == 27


def test_born_on_or_after():
    rules = {"born_on_or_after": "1990-04-02"}
    assert one(rules, born_on=date(1990, 4, 2)).outcome is Outcome.MET
    assert one(rules, born_on=date(1990, 4, 1)).outcome is Outcome.NOT_MET
    assert one(rules).outcome is Outcome.UNKNOWN


def test_the_day_of_an_age_may_be_the_deadline_or_the_start():
    stored = {"age": {"max": 40, "inclusive": True, "on": "deadline"}}
    rules = rule_set(stored, countries=["LA", "KH"], closes_on=date(2027, 1, 14))
    assert rules["age"]["on"] == "2027-01-14"
    assert rules["nationality"] == ["KH", "LA"]
    assert stored["age"]["on"] == "deadline"
    undated = rule_set({"age": {"max": 40, "on": "start"}})
    assert one(undated, born_on=date(1990, 1, 1)).outcome is Outcome.UNKNOWN


def test_all_rules_answer_in_one_order_and_one_refusal_decides():
    rules = {
        "born_on_or_after": "1990-01-01",
        "age": {"max": 40, "on": "2027-01-01"},
        "residence": ["KH"],
        "nationality": ["KH"],
    }
    results = check(rules, Facts(frozenset({"KH"}), "JP", date(1995, 1, 1)))
    assert [r.code for r in results] == ["nationality", "residence", "age", "born on or after"]
    assert not may_apply(results)


def test_names_of_countries_are_the_readers():
    with speaking("ja"):
        assert (
            "カンボジア" in one({"nationality": ["KH"]}, nationalities=frozenset({"JP"})).sentence
        )


@given(st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_one_is_never_younger_a_day_later(born, on):
    later = date.fromordinal(on.toordinal() + 1)
    assert 0 <= age_on(born, later) - age_on(born, on) <= 1
