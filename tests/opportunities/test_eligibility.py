"""Who may apply: each rule with its borders, and the sentence it says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.languages import speak, speaking
from app.opportunities.eligibility import (
    Facts,
    Outcome,
    age_on,
    check,
    declared,
    in_words,
    facts_as_data,
    may_apply,
    results_of,
    rule_set,
    version_of,
)


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


BIRTHDAY = {"age": {"max": 40, "inclusive": False, "on": "2027-04-01"}}


@pytest.mark.parametrize(
    ("rules", "born", "outcome"),
    [
        (BIRTHDAY, date(1987, 4, 1), Outcome.NOT_MET),  # 40 on the very day
        (BIRTHDAY, date(1987, 4, 2), Outcome.MET),  # 40 a day later
        ({"age": BIRTHDAY["age"] | {"inclusive": True}}, date(1987, 4, 1), Outcome.MET),
        ({"age": BIRTHDAY["age"] | {"inclusive": True}}, date(1986, 4, 1), Outcome.NOT_MET),
    ],
)
def test_a_birthday_on_the_reference_day_counts_that_day(rules, born, outcome):
    assert one(rules, born_on=born).outcome is outcome


def test_one_of_two_nationalities_is_enough():
    two = frozenset({"JP", "KH"})
    assert one({"nationality": ["KH"]}, nationalities=two).outcome is Outcome.MET
    assert one({"nationality": ["VN"]}, nationalities=two).outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("rule", "country", "outcome"),
    [
        ({"in": ["KH"]}, "KH", Outcome.MET),
        ({"in": ["KH"]}, "VN", Outcome.NOT_MET),
        ({"not_in": ["JP"]}, "KH", Outcome.MET),
        ({"not_in": ["JP"]}, "JP", Outcome.NOT_MET),
        ({"in": ["JP", "KH"], "not_in": ["JP"]}, "JP", Outcome.NOT_MET),
        ({"in": ["KH"]}, None, Outcome.UNKNOWN),
    ],
)
def test_home_institution(rule, country, outcome):
    assert one({"home_institution": rule}, home_country=country).outcome is outcome


def test_not_in_the_host_country_means_where_the_hosts_are():
    stored = {"home_institution": {"not_in_host_country": True}}
    rules = rule_set(stored, hosts=["SG", "JP"])
    assert rules == {"home_institution": {"not_in": ["JP", "SG"]}}
    said = one(rules, home_country="JP")
    assert said.outcome is Outcome.NOT_MET
    assert said.sentence.endswith("It is in Japan.")
    assert check(rule_set(stored), Facts(home_country="JP")) == []
    assert stored == {"home_institution": {"not_in_host_country": True}}


DEGREE = {"degree": {"least": "master", "by": "2027-01-14", "since": "2021-01-14"}}


@pytest.mark.parametrize(
    ("degree", "on", "outcome"),
    [
        ("master", date(2027, 1, 14), Outcome.MET),
        ("master", date(2027, 1, 15), Outcome.NOT_MET),
        ("doctorate", date(2021, 1, 14), Outcome.MET),
        ("master", date(2021, 1, 13), Outcome.NOT_MET),
        ("bachelor", date(2022, 1, 1), Outcome.NOT_MET),
        ("none", None, Outcome.NOT_MET),
        ("master", None, Outcome.UNKNOWN),
        (None, None, Outcome.UNKNOWN),
    ],
)
def test_degree_and_its_day(degree, on, outcome):
    assert one(DEGREE, degree=degree, degree_on=on).outcome is outcome


def test_a_degree_counts_without_a_day_where_none_is_asked():
    assert one({"degree": {"least": "master"}}, degree="doctorate").outcome is Outcome.MET
    by = rule_set({"degree": {"least": "master", "by": "start"}}, starts_on=date(2027, 4, 1))
    assert by["degree"]["by"] == "2027-04-01"


@pytest.mark.parametrize(
    ("years", "outcome"), [(1, Outcome.NOT_MET), (2, Outcome.MET), (None, Outcome.UNKNOWN)]
)
def test_years_of_service(years, outcome):
    assert one({"service": {"years": 2}}, service_years=years).outcome is outcome


@pytest.mark.parametrize(
    ("levels", "outcome"),
    [
        ({"en": "B2"}, Outcome.MET),
        ({"en": "first language"}, Outcome.MET),
        ({"en": "B1"}, Outcome.NOT_MET),
        ({"ja": "C2"}, Outcome.UNKNOWN),
        ({"en": "D9"}, Outcome.UNKNOWN),
    ],
)
def test_language_level(levels, outcome):
    rule = {"language": {"language": "en", "least": "B2"}}
    assert one(rule, levels=levels).outcome is outcome


@pytest.mark.parametrize(
    ("rule", "fact", "good"),
    [
        ("first_stay", "stayed_before", False),
        ("no_earlier_award", "awarded_before", False),
        ("employer_permission", "has_permission", True),
        ("one_award_per_cycle", "awarded_this_cycle", False),
    ],
)
def test_what_a_yes_or_a_no_decides(rule, fact, good):
    assert one({rule: True}, **{fact: good}).outcome is Outcome.MET
    assert one({rule: True}, **{fact: not good}).outcome is Outcome.NOT_MET
    assert one({rule: True}).outcome is Outcome.UNKNOWN
    assert check({rule: False}, Facts()) == []


def test_answers_say_what_no_profile_holds_and_nonsense_says_nothing():
    said = {
        "degree": "master",
        "degree_on": "2020-03-31",
        "service_years": 3,
        "level_en": "C1",
        "stayed_before": False,
        "has_permission": "yes",
        "plan": "x",
    }
    assert declared(said) == {
        "degree": "master",
        "degree_on": date(2020, 3, 31),
        "service_years": 3,
        "levels": {"en": "C1"},
        "stayed_before": False,
    }
    assert declared({"degree": "wizard", "degree_on": "soon", "service_years": True}) == {}


def test_a_rule_set_is_named_by_what_it_says():
    one_way, other = {"residence": ["KH"], "first_stay": True}, {"first_stay": True}
    assert version_of(one_way) == version_of(dict(reversed(one_way.items())))
    assert version_of(one_way) != version_of(other)


def test_every_rule_is_a_sentence_to_anybody():
    everything = {
        "nationality": ["KH"],
        "residence": ["KH"],
        **BIRTHDAY,
        "born_on_or_after": "1990-04-02",
        "home_institution": {"in": ["KH"], "not_in": ["JP"]},
        **DEGREE,
        "service": {"years": 2},
        "language": {"language": "en", "least": "B2"},
        "first_stay": True,
        "no_earlier_award": True,
        "employer_permission": True,
        "one_award_per_cycle": True,
    }
    assert len(in_words(everything)) == 13
    assert len(check(everything, Facts())) == 12
    assert {r.outcome for r in check(everything, Facts())} == {Outcome.UNKNOWN}


def test_what_was_kept_reads_the_same_again():
    facts = Facts(
        nationalities=frozenset({"KH"}), born_on=date(1990, 1, 1), degree="master", levels={}
    )
    rules = {"nationality": ["KH"], **BIRTHDAY, "degree": {"least": "bachelor"}}
    kept = {"rules": rules, "facts": facts_as_data(facts)}
    assert results_of(kept) == check(rules, facts)
    assert results_of(None) == []
