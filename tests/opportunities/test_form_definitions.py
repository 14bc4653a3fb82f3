"""Forms as data: what is refused, and what an answer is read as."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.opportunities.form_definitions import (
    QUESTION_KINDS,
    FormProblem,
    Question,
    count_characters,
    count_words,
    in_words,
    missing,
    parse_form,
    questions_of_kind,
    read_answer,
    text_in,
)
from app.foundation.languages import speaking
from tests.make import FORM


def question(kind: str, **values) -> Question:
    row = {"key": "q", "kind": kind, "label": {"en": "Question"}, **values}
    if kind in {"choice", "several"}:
        row.setdefault("options", [{"key": k, "label": {"en": k}} for k in ("ai", "nlp", "cv")])
    section = {"key": "s", "title": {"en": "Section"}, "questions": [row]}
    return parse_form({"sections": [section]}).sections[0].questions[0]


def test_a_form_is_read_with_its_sections_and_questions() -> None:
    form = parse_form(FORM)
    assert [s.key for s in form.sections] == ["study", "places", "documents"]
    assert [s.kind for s in form.sections] == ["questions", "preferences", "questions"]
    assert form.question("plan").max_words == 500
    assert [q.key for q in questions_of_kind(form, "document")] == ["transcript"]
    assert form.sections[2].asked == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f["sections"].clear(), "no section"),
        (lambda f: f["sections"][0].update(key="Study!"), "Section 1: the key"),
        (lambda f: f["sections"][0].update(key="check"), "taken"),
        (lambda f: f["sections"][0].update(kind="poem"), "no kind “poem”"),
        (lambda f: f["sections"][0].update(questions=[]), "asks nothing"),
        (lambda f: f["sections"][0].update(title={}), "write the title"),
        (lambda f: f["sections"][1].update(key="study"), "“study” is used twice"),
        (
            lambda f: f["sections"][0]["questions"][1].update(kind="haiku"),
            "Section “study”, question “plan”: there is no kind “haiku”.",
        ),
        (lambda f: f["sections"][0]["questions"][1].update(max_words=-1), "whole number"),
        (lambda f: f["sections"][0]["questions"][1].update(required="yes"), "true or false"),
        (lambda f: f["sections"][0]["questions"][1].update(key="headline"), "used twice"),
        (lambda f: f["sections"][0]["questions"][1].update(kind="choice"), "two options"),
        (lambda f: f["sections"][0]["questions"][1].update(label="Plan"), "write the label"),
        (lambda f: f["sections"][0]["questions"][1].update(min=3, max=2), "least is more"),
        (lambda f: f.update(sections="many"), "must be a list"),
    ],
)
def test_a_form_that_cannot_be_is_refused_in_a_sentence(change, said) -> None:
    broken = copy.deepcopy(FORM)
    change(broken)
    with pytest.raises(FormProblem) as refused:
        parse_form(broken)
    assert said in str(refused.value)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["sections", "key", "kind", "title", "questions", "label", "options"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json)
def test_whatever_is_given_as_a_form_is_a_form_or_a_problem(definition) -> None:
    try:
        parse_form(definition)
    except FormProblem:
        pass


def test_a_text_is_given_in_the_readers_language_or_the_nearest() -> None:
    assert text_in({"en": "Plan", "km": "ផែនការ"}, "km") == ("ផែនការ", "km")
    assert text_in({"en": "Plan", "km": ""}, "km") == ("Plan", "en")
    assert text_in({"ja": "計画"}, "km") == ("計画", "ja")
    assert text_in({}, "km") == ("", "km")


@pytest.mark.parametrize(
    ("text", "words", "characters"),
    [
        ("A well-kept plan, don't.", 5, 24),
        ("គម្រោងនេះសិក្សាអំពី", 4, 8),
        ("これは研究計画です。", 5, 10),
        ("", 0, 0),
        ("👨‍👩‍👧 — …", 0, 5),
    ],
)
def test_words_and_characters_are_counted_as_readers_do(text, words, characters) -> None:
    assert count_words(text) == words
    assert count_characters(text) == characters


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("short text", "  Khmer\u200b  parsing ", "Khmer\u200b parsing"),
        ("short text", "", None),
        ("long text", "one\r\ntwo", "one\ntwo"),
        ("long text", ["first", "second"], "first"),
        ("number", "１２", 12),
        ("number", " 1,200 ", 1200),
        ("day", {"day": "29", "month": "2", "year": "2028"}, "2028-02-29"),
        ("day", "2028-02-29", "2028-02-29"),
        ("month", {"month": "៩", "year": "2026"}, "2026-09"),
        ("month", {"month": "", "year": ""}, None),
        ("choice", "nlp", "nlp"),
        ("several", ["cv", "ai"], ["ai", "cv"]),
        ("several", [], None),
        ("country", "KH", "KH"),
        ("organisation", "សាកលវិទ្យាល័យ", "សាកលវិទ្យាល័យ"),
        ("language level", "B2", "B2"),
        ("yes or no", "no", False),
        ("yes or no", True, True),
        ("declaration", "yes", True),
        ("declaration", "", None),
    ],
)
def test_an_answer_is_read(kind, typed, kept) -> None:
    assert read_answer(question(kind), typed) == (kept, None)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("short text", "a\x00b"),
        ("short text", "safe\u202egnp.exe"),
        ("short text", "\ud800"),
        ("short text", "x" * 1001),
        ("long text", "x" * 40_001),
        ("number", "9" * 400),
        ("number", "-2147483648"),
        ("number", "1e9"),
        ("number", "NaN"),
        ("number", "3.5"),
        ("day", {"day": "31", "month": "2", "year": "2027"}),
        ("day", {"day": "9" * 30, "month": "2", "year": "2027"}),
        ("day", {"day": "1"}),
        ("day", "tomorrow"),
        ("month", {"month": "13", "year": "2027"}),
        ("month", {"month": "1", "year": "99999999999"}),
        ("choice", "poetry"),
        ("several", ["ai", "poetry"]),
        ("country", "ZZ"),
        ("country", "kh\x00"),
        ("language level", "D9"),
        ("yes or no", "maybe"),
        ("document", "passport.pdf"),
    ],
)
def test_what_is_impossible_is_not_kept_and_said(kind, typed) -> None:
    value, problem = read_answer(question(kind), typed)
    assert value is None
    assert problem


def test_a_number_keeps_to_its_range_and_decimals() -> None:
    grade = question("number", min=0, max=4, decimals=2)
    assert read_answer(grade, "3.45") == (3.45, None)
    assert read_answer(grade, "3.456").problem
    assert "from 0 to 4" in read_answer(grade, "4.5").problem


def test_a_text_over_its_limit_is_kept_to_be_shortened_but_cannot_be_sent() -> None:
    plan = question("long text", max_words=3)
    value, problem = read_answer(plan, "one two three four")
    assert value == "one two three four"
    assert problem == missing(plan, value) == "Please shorten this to 3 words; it has 4."


@pytest.mark.parametrize("kind", sorted(QUESTION_KINDS))
def test_a_required_question_says_what_it_needs_and_another_does_not(kind) -> None:
    assert missing(question(kind, required=True), None)
    assert missing(question(kind), None) is None


def test_no_is_an_answer() -> None:
    assert missing(question("yes or no", required=True), False) is None


@given(
    st.sampled_from(sorted(QUESTION_KINDS)),
    st.text()
    | st.lists(st.text(), max_size=3)
    | st.dictionaries(st.sampled_from(["day", "month", "year"]), st.text()),
)
def test_reading_never_breaks_and_keeps_only_what_reads_the_same_again(kind, typed) -> None:
    asked = question(kind)
    value, problem = read_answer(asked, typed)
    if value is not None and problem is None:
        assert read_answer(asked, value) == (value, None)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("short text", "Plan", "Plan"),
        ("number", 1200, "1,200"),
        ("day", "2027-03-27", "27 March 2027"),
        ("month", "2026-09", "September 2026"),
        ("choice", "nlp", "nlp"),
        ("several", ["ai", "nlp"], "ai and nlp"),
        ("country", "KH", "Cambodia"),
        ("language level", "B2", "B2: follows and discusses one's own field"),
        ("yes or no", False, "No"),
        ("declaration", True, "Agreed"),
        ("declaration", None, ""),
        ("day", "no day", "no day"),
        ("choice", "gone", "gone"),
    ],
)
def test_an_answer_is_shown_in_words(kind, value, said) -> None:
    with speaking("en"):
        shown = in_words(question(kind), value, "en")
    assert shown in {said, said.replace("27 March", "March 27,")}
