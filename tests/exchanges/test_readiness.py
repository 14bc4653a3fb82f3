"""What a posting lacks, in words, and how its places are held against an agreement."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.exchanges.readiness import Preparation, Taken, Under, check, places_left, preventing
from app.exchanges.terms import Condition
from app.foundation.languages import speaking

NOW = datetime(2027, 1, 5, tzinfo=UTC)
PROMISE = Condition("th", "jp", 4, 5, 2027, 2029, ("0613", "0619"), (6, 7))
UNDER = Under("Chulalongkorn University", (PROMISE,), ())
READY = Preparation(
    original_locale="en",
    title="Places",
    description="A term.",
    locales=frozenset({"en", "ja", "km", "th"}),
    closes_at=datetime(2027, 2, 1, 14, 59, tzinfo=UTC),
    nominate_by=date(2027, 2, 1),
    papers_by=date(2027, 2, 20),
    first_on=date(2027, 4, 6),
    year=2027,
    places=4,
    levels=(6,),
    fields=("0613",),
    languages=("en",),
    documents="Transcript",
    has_facts=True,
    under=UNDER,
)


def codes(posting: Preparation) -> list[str]:
    with speaking("en"):
        return [one.code for one in preventing(check(posting, NOW))]


def test_what_is_whole_lacks_nothing() -> None:
    assert codes(READY) == []
    assert codes(replace(READY, under=None)) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " "}, "text"),
        ({"description": ""}, "text"),
        ({"languages": ()}, "languages"),
        ({"closes_at": None, "nominate_by": None}, "deadline"),
        ({"closes_at": datetime(2027, 1, 4, tzinfo=UTC)}, "deadline passed"),
        ({"nominate_by": date(2027, 4, 6), "papers_by": None}, "deadline late"),
        ({"papers_by": date(2027, 1, 31)}, "papers"),
        ({"under": Under("A", None, ())}, "not in force"),
        ({"under": Under("A", (), ())}, "direction"),
        ({"year": 2030}, "year"),
        ({"levels": (8,)}, "level"),
        ({"levels": ()}, "level"),
        ({"fields": ("0912",)}, "field"),
        ({"fields": ()}, "field"),
        ({"places": 5}, "places"),
        ({"under": replace(UNDER, others=(Taken(1, ("0619",), (7,)),))}, "places"),
    ],
)
def test_each_thing_that_prevents_is_said(changed, code) -> None:
    assert codes(replace(READY, **changed)) == [code]


def test_places_of_other_fields_are_of_other_conditions() -> None:
    medicine = replace(PROMISE, places=2, fields=("0912",))
    under = Under("A", (PROMISE, medicine), (Taken(2, ("0912",), (6,)),))
    assert places_left(under, READY) == 4
    assert places_left(under, replace(READY, fields=("0912",))) == 0


def test_a_shared_condition_is_never_promised_twice() -> None:
    anything = replace(PROMISE, places=1, fields=())
    narrow = replace(PROMISE, places=1, fields=("0613",))
    under = Under("A", (anything, narrow), (Taken(2, ("0613",), (6,)),))
    assert places_left(under, replace(READY, fields=("0912",))) < 1
