"""What still prevents a call from being published: each thing alone, in words, with its page."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.fellowships.readiness import Preparation, check, preventing
from app.foundation.languages import speak, speaking
from tests import make

NOW = datetime(2027, 1, 5, tzinfo=UTC)
FORM = {
    "sections": [
        *make.FORM["sections"],
        {
            "key": "declaration",
            "title": {"en": "Declaration"},
            "questions": [
                {
                    "key": "true",
                    "kind": "declaration",
                    "label": {"en": "It is true."},
                    "required": True,
                }
            ],
        },
    ]
}
READY = Preparation(
    call_id=1,
    original_locale="en",
    title="Title",
    description="Description",
    who_may_apply="Researchers",
    locales=frozenset({"en", "ja", "km", "th"}),
    opens_at=NOW,
    closes_at=NOW + timedelta(days=30),
    closes_zone="Asia/Tokyo",
    starts_on=date(2027, 4, 1),
    results_at=NOW + timedelta(days=60),
    eligibility={},
    countries=2,
    tracks=("researcher",),
    languages=("en",),
    contact="office@example.org",
    stipend_amount=144_000,
    costs_nothing=False,
    confirmed=1,
    seats=2,
    waiting=(),
    refused=(),
    form=FORM,
    rubric=make.RUBRIC,
    reviews_wanted=2,
    reviewers=2,
    approvers=1,
)
LIGHT = {**make.RUBRIC, "criteria": [{**make.RUBRIC["criteria"][0], "weight": 90}]}
OPTIONAL = {
    "sections": [
        *FORM["sections"][:-1],
        {
            **FORM["sections"][-1],
            "questions": [{**FORM["sections"][-1]["questions"][0], "required": False}],
        },
    ]
}


@pytest.fixture(autouse=True)
def english():
    speak("en", None)


def test_when_all_is_there_nothing_is_said():
    assert check(READY, NOW) == []


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        ({"description": " "}, "texts", "Write the title and the description in English"),
        ({"who_may_apply": ""}, "texts", "who may apply"),
        ({"closes_at": None}, "window", "Set the deadline."),
        ({"closes_zone": None}, "window", "Say in which city's time the deadline is."),
        ({"closes_at": NOW, "opens_at": None}, "window", "The deadline is in the past."),
        ({"opens_at": NOW + timedelta(days=31)}, "window", "The call opens after its deadline."),
        ({"countries": 0}, "audience", "Choose the countries"),
        ({"tracks": ()}, "audience", "Say whom the call is for."),
        ({"languages": ()}, "audience", "Say in which languages"),
        (
            {"confirmed": 0, "seats": 0, "waiting": ("Kyoto", "Osaka")},
            "places",
            "Not answered yet: Kyoto and Osaka.",
        ),
        ({"confirmed": 0, "seats": 0, "refused": ("Kyoto",)}, "places", "refused: Kyoto."),
        ({"confirmed": 0, "seats": 0}, "places", "Ask at least one host institution"),
        ({"form": None}, "form", "There is no application form."),
        ({"form": {"sections": []}}, "form", "cannot be read"),
        ({"form": make.FORM}, "form", "no declaration"),
        ({"form": OPTIONAL}, "form", "no declaration"),
        ({"rubric": None}, "rubric", "nothing to score by"),
        ({"rubric": LIGHT}, "rubric", "90"),
        ({"contact": ""}, "terms", "whom applicants may ask"),
        (
            {"eligibility": {"age": {"max": 40, "on": "start"}}, "starts_on": None},
            "terms",
            "not set yet",
        ),
    ],
)
def test_each_thing_that_prevents_it(changed, where, said):
    (found,) = preventing(check(replace(READY, **changed), NOW))
    assert found.where == where
    assert said in found.sentence


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"locales": frozenset({"en"})}, "no text in Japanese, Khmer or Thai yet"),
        ({"waiting": ("Kyoto",)}, "Kyoto: no answer yet."),
        ({"reviewers": 1}, "1 reviewer is appointed; each application needs 2."),
        ({"approvers": 0}, "a second person must"),
        ({"stipend_amount": None}, "what the fellowship pays"),
        ({"starts_on": date(2027, 1, 10)}, "starts before the deadline"),
        ({"results_at": NOW}, "announced before the deadline"),
    ],
)
def test_what_is_only_advised(changed, said):
    (found,) = check(replace(READY, **changed), NOW)
    assert found.is_warning
    assert said in found.sentence


def test_several_hosts_want_a_ranking():
    sections = [s for s in FORM["sections"] if s.get("kind") != "preferences"]
    call = replace(READY, confirmed=2, form={"sections": sections})
    (found,) = check(call, NOW)
    assert "rank" in found.sentence


def test_what_prevents_comes_before_what_is_advised():
    found = check(replace(READY, locales=frozenset(), contact="", approvers=0), NOW)
    assert [one.is_warning for one in found] == [False, True, True]


def test_it_speaks_the_readers_language_for_names():
    with speaking("ja"):
        (found,) = check(replace(READY, locales=frozenset({"en", "ja"})), NOW)
    assert "クメール語" in found.sentence
