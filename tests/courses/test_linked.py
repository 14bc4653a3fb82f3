"""What a course says to machines is schema.org, in each shape that a course can have."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.courses.linked import Instance, course_document
from app.opportunities.linked import Provider
from app.courses.states import Mode
from app.foundation import clock
from tests import make
from tests.courses.centres import centre_of
from tests.courses.dates import published_run
from tests.courses.schema_org import complaints

WORDS = SimpleNamespace(
    locale="km",
    title="Language models",
    summary="Four evenings.",
    objectives="- train a model\n- evaluate it",
    prerequisites="Python.",
)
ELSEWHERE = {
    "taken_at": "https://example.org/course",
    "given_by": "Somebody else",
    "starts_on": date(2027, 3, 1),
    "ends_on": date(2027, 3, 5),
    "fee_amount": None,
    "costs_something": True,
}
FREE = {"fee_amount": 0, "fee_currency": None}
BARE = {"competencies": [], "level": None, "field_code": "", "licence": "", "fee_amount": None}


def document(**said: Any) -> dict[str, Any]:
    """A course with everything that one can say, and dates in every mode."""
    version: dict[str, Any] = {
        "languages": ("en", "km"),
        "competencies": ["train-models"],
        "level": 6,
        "difficulty": "",
        "field_code": "0619",
        "minutes": 450,
        "licence": "CC-BY-4.0",
        "fee_amount": 500000,
        "fee_currency": "JPY",
        "costs_something": False,
        "taken_at": "",
        "given_by": "",
        "starts_on": None,
        "ends_on": None,
    }
    whole = (datetime(2027, 3, 1, 9, tzinfo=UTC), datetime(2027, 3, 15, 11, tzinfo=UTC))
    return course_document(
        url="https://lontar.example.org/courses/1/LLM-101",
        version=SimpleNamespace(**version | said),
        words=WORDS,
        code="LLM-101",
        field_name="Information technology",
        provider=Provider("AI Centre", "https://centre.example.org", "https://ror.org/057zh3y96"),
        instances=[
            Instance(
                f"https://lontar.example.org/courses/{mode}", mode, "Asia/Tokyo", "Hall", 20, whole
            )
            for mode in Mode
        ],
        adapted_from="https://lontar.example.org/courses/2/LLM-1",
    )


@pytest.mark.parametrize(
    "said", [{}, FREE, ELSEWHERE, BARE, {"level": None, "difficulty": "advanced"}]
)
def test_every_shape_of_a_course_says_only_what_schema_org_knows(said) -> None:
    assert list(complaints(document(**said))) == []


def test_all_files_for_machines_are_those_that_are_tested(app, client) -> None:
    """Facilities', visits' and research stays' in their own tests; badges have a validator of their own."""
    assert {rule.rule for rule in app.url_map.iter_rules() if "jsonld" in rule.rule} == {
        "/courses/<centre>/<code>/course.jsonld",
        "/facilities/<ref>/facility.jsonld",
        "/visits/<ref>/visit.jsonld",
        "/research-stays/<ref>/call.jsonld",
    }
    centre = centre_of()
    with clock.set_clock(make.NOW):
        published_run(centre)
        told = client.get(f"/courses/{centre.organisation.ref}/LLM-101/course.jsonld").get_json()
    assert told["@context"] == "https://schema.org"
    assert told["hasCourseInstance"]
    assert list(complaints(told)) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"price": "5"}, "/price: Course has no such property"),
        ({"@type": "Lesson"}, "/: Lesson is no type"),
        ({"offers": {"@type": "Offer", "cost": "5"}}, "/offers/cost: Offer has no such property"),
        ({"provider": {"@type": "Place", "name": "Hall"}}, "/provider: holds no Place"),
    ],
)
def test_what_schema_org_does_not_know_is_found(wrong, complaint) -> None:
    assert list(complaints(document() | wrong)) == [complaint]
