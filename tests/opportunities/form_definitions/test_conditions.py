"""What is asked only sometimes: by an earlier answer, or from a stage on."""

import pytest

from app.opportunities.form_definitions import (
    FormProblem,
    hidden_questions,
    hidden_sections,
    missing,
    parse_form,
)
from tests.opportunities.form_definitions.asking import DEGREE, form_of, question


@pytest.mark.parametrize(
    ("condition", "answers", "hidden"),
    [
        ({"is": ["phd"]}, {"degree": "phd"}, set()),
        ({"is": ["phd", "ma"]}, {"degree": "ma"}, set()),
        ({"is": "phd"}, {"degree": "ba"}, {"thesis"}),
        ({"is": ["phd"]}, {}, {"thesis"}),
        ({}, {"degree": "ba"}, set()),
        ({}, {"degree": None}, {"thesis"}),
    ],
)
def test_a_question_is_asked_by_an_earlier_answer(condition, answers, hidden) -> None:
    asked = form_of(DEGREE, {"key": "thesis", "show_if": {"question": "degree", **condition}})
    assert hidden_questions(asked, answers) == hidden


def test_numbers_yes_and_several_can_bring_up_a_question() -> None:
    asked = form_of(
        {"key": "years", "kind": "number"},
        {"key": "why", "show_if": {"question": "years", "at_least": 3, "at_most": 5}},
        {"key": "visited", "kind": "yes or no"},
        {"key": "when", "show_if": {"question": "visited", "is": ["yes"]}},
        {**DEGREE, "key": "all", "kind": "several"},
        {"key": "which", "show_if": [{"question": "all", "is": ["ma"]}, {"question": "visited"}]},
    )
    assert hidden_questions(asked, {"years": 3, "visited": True, "all": ["ba", "ma"]}) == set()
    assert hidden_questions(asked, {"years": 6, "visited": False, "all": ["ba"]}) == {
        *("why", "when", "which")
    }


def test_what_depends_on_a_question_that_is_not_asked_is_not_asked_either() -> None:
    asked = form_of(
        DEGREE,
        {"key": "thesis", "show_if": {"question": "degree", "is": ["phd"]}},
        {"key": "abstract", "show_if": {"question": "thesis"}},
    )
    kept = {"degree": "ba", "thesis": "written before the degree was changed"}
    assert hidden_questions(asked, kept) == {"thesis", "abstract"}


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"show_if": {"question": "later"}}, "stands before it"),
        ({"show_if": {"question": "degree", "is": ["mba"]}}, "an option that is not there"),
        ({"show_if": "degree"}, "a condition or a list"),
        ({"show_if": {"is": ["ba"]}}, "names a question"),
        ({"show_if": {"question": "degree", "is": [1]}}, "names a question"),
        ({"required_from": "tomorrow"}, "is one of submit"),
        ({"frozen_after": 3}, "is one of submit"),
        ({"kind": "money"}, "three capital letters"),
        ({"kind": "rows"}, "columns"),
        ({"kind": "rows", "columns": [{"key": "a", "kind": "rows", "label": {"en": "A"}}]}, "kind"),
    ],
)
def test_a_question_that_cannot_be_is_refused_in_a_sentence(second, said) -> None:
    with pytest.raises(FormProblem, match=said):
        form_of(DEGREE, {"key": "second", **second})


def two_sections(second: dict, *, first: dict | None = None) -> object:
    sections = [
        {
            "key": "study",
            "title": {"en": "Study"},
            "questions": [{**DEGREE, "label": {"en": "What"}}],
        },
        {
            "key": "thesis",
            "title": {"en": "Thesis"},
            "questions": [{"key": "topic", "kind": "short text", "label": {"en": "What"}}],
            **second,
        },
        {
            "key": "after",
            "title": {"en": "After"},
            "questions": [
                {
                    "key": "journal",
                    "kind": "short text",
                    "label": {"en": "What"},
                    "show_if": {"question": "topic"},
                }
            ],
        },
    ]
    sections[0] |= first or {}
    return parse_form({"sections": sections})


def test_a_whole_section_is_asked_by_an_earlier_answer_with_all_that_depends_on_it() -> None:
    form = two_sections({"show_if": {"question": "degree", "is": ["phd"]}})
    said = {"degree": "ba", "topic": "written before the degree was changed"}
    assert hidden_sections(form, said) == {"thesis"}
    assert hidden_questions(form, said) == {"topic", "journal"}
    again = {**said, "degree": "phd"}
    assert hidden_sections(form, again) == set()
    assert hidden_questions(form, again) == set()


@pytest.mark.parametrize(
    ("second", "first", "said"),
    [
        ({"show_if": {"question": "topic"}}, {}, "Section “Thesis”: it can only depend on"),
        ({"show_if": {"question": "journal"}}, {}, "Section “Thesis”: it can only depend on"),
        ({"show_if": {"question": "nothing"}}, {}, "Section “Thesis”: it can only depend on"),
        ({}, {"show_if": {"question": "topic"}}, "Section “Study”: it can only depend on"),
        ({"show_if": {"question": "degree", "is": ["mba"]}}, {}, "an option that is not there"),
        ({"show_if": "degree"}, {}, "a condition or a list"),
        (
            {"kind": "profile", "show_if": {"question": "degree"}},
            {},
            "everybody is asked for the profile",
        ),
    ],
)
def test_a_section_depends_on_nothing_that_comes_later_or_goes_round(second, first, said) -> None:
    with pytest.raises(FormProblem, match=said):
        two_sections(second, first=first)


def test_an_answer_may_be_needed_only_from_a_later_stage_on_and_be_frozen_after_one() -> None:
    permission = question("short text", required=True, required_from="offer", frozen_after="review")
    assert missing(permission, None) is None
    assert missing(permission, None, "decision") is None
    assert missing(permission, None, "offer")
    assert permission.open_at("review")
    assert not permission.open_at("decision")
    assert question("short text").open_at("offer")
