"""Forms as data: what is refused, and what an answer is read as."""

import copy
from json import dumps, loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.opportunities.form_definitions import (
    QUESTION_KINDS,
    FormProblem,
    Question,
    count_characters,
    count_words,
    hidden_questions,
    hidden_sections,
    in_words,
    kept_form,
    missing,
    parse_form,
    questions_of_kind,
    read_answer,
    text_in,
)
from app.foundation.languages import speaking
from tests.make import FORM


COLUMNS = [
    {"key": "school", "kind": "short text", "label": {"en": "School"}, "required": True},
    {"key": "from", "kind": "month", "label": {"en": "From"}},
    {"key": "degree", "kind": "yes or no", "label": {"en": "Degree"}},
]


def question(kind: str, **values) -> Question:
    row = {"key": "q", "kind": kind, "label": {"en": "Question"}, **values}
    if kind in {"choice", "several"}:
        row.setdefault("options", [{"key": k, "label": {"en": k}} for k in ("ai", "nlp", "cv")])
    if kind == "money":
        row.setdefault("currency", "JPY")
    if kind == "rows":
        row.setdefault("columns", COLUMNS)
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
        ("money", "144,000", 144000),
        ("money", "１４４", 144),
        ("money", 144000, 144000),
        ("language", "km", "km"),
        (
            "rows",
            [{"school": "ITC", "from": {"year": "2020", "month": "9"}, "degree": "yes"}, {}],
            [{"school": "ITC", "from": "2020-09", "degree": True}],
        ),
        ("rows", [{"school": " "}, {}], None),
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
        ("money", "14.5"),
        ("money", "-3"),
        ("money", "9" * 14),
        ("language", "klingon"),
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
        ("money", 144000, "144,000 Japanese yen"),
        ("language", "km", "Khmer"),
        (
            "rows",
            [{"school": "ITC", "from": "2020-09", "degree": True}, {"school": "RUPP"}],
            "ITC · September 2020 · Yes\nRUPP",
        ),
        ("declaration", None, ""),
        ("day", "no day", "no day"),
        ("choice", "gone", "gone"),
    ],
)
def test_an_answer_is_shown_in_words(kind, value, said) -> None:
    with speaking("en"):
        shown = in_words(question(kind), value, "en")
    assert shown in {said, said.replace("27 March", "March 27,")}


def form_of(*questions: dict) -> object:
    rows = [{"label": {"en": q["key"]}, "kind": "short text", **q} for q in questions]
    return parse_form({"sections": [{"key": "s", "title": {"en": "S"}, "questions": rows}]})


DEGREE = {
    "key": "degree",
    "kind": "choice",
    "options": [{"key": k, "label": {"en": k}} for k in ("ba", "ma", "phd")],
}


def test_a_row_with_an_answer_that_cannot_be_keeps_the_others_and_names_it() -> None:
    with speaking("en"):
        value, problem = read_answer(
            question("rows"), [{"school": "ITC", "from": {"year": "20", "month": "13"}}]
        )
    assert value == [{"school": "ITC", "from": None, "degree": None}]
    assert problem is not None
    assert problem.startswith("Row 1, From:")


def test_rows_need_their_columns_and_their_least_number() -> None:
    asked = question("rows", least=2)
    with speaking("en"):
        assert missing(asked, [{"school": "ITC"}]) == "Fill in at least 2 rows."
        assert missing(asked, [{"school": "ITC"}, {"from": "2020-09"}]) == (
            "Row 2, School: Please answer this."
        )
    assert missing(asked, [{"school": "ITC"}, {"school": "RUPP"}]) is None


def test_rows_beyond_the_most_are_said() -> None:
    value, problem = read_answer(question("rows", most=1), [{"school": "A"}, {"school": "B"}])
    assert value == [{"school": "A", "from": None, "degree": None}]
    assert problem == "Fill in at most 1 rows."


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
        ({"show_if": {"question": "topic"}}, {}, "Section “thesis”: it can only depend on"),
        ({"show_if": {"question": "journal"}}, {}, "Section “thesis”: it can only depend on"),
        ({"show_if": {"question": "nothing"}}, {}, "Section “thesis”: it can only depend on"),
        ({}, {"show_if": {"question": "topic"}}, "Section “study”: it can only depend on"),
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


def test_a_long_answer_may_carry_a_translation_marked_by_its_maker() -> None:
    with speaking("en"):
        asked = form_of({"key": "plan", "kind": "long text", "translation": True, "required": True})
    plan, translation, maker = asked.questions()
    assert (translation.key, translation.original) == ("plan.translation", "plan")
    assert not translation.required
    assert translation.label["en"] == "Translation of “plan”, if you have one"
    assert [o.key for o in maker.options] == ["applicant", "commissioned"]
    assert hidden_questions(asked, {"plan": "គម្រោង"}) == {"plan.translator"}
    assert hidden_questions(asked, {"plan": "គម្រោង", "plan.translation": "Plan"}) == set()
    assert plan.original is None


def test_a_form_that_is_kept_speaks_each_readers_language() -> None:
    row = {"key": "plan", "kind": "long text", "label": {"en": "Plan"}, "translation": True}
    section = {"key": "one", "title": {"en": "One"}, "questions": [row]}
    stored = dumps({"sections": [section]})
    for locale in ("en", "ja", "en"):
        with speaking(locale):
            kept = kept_form(stored)
            assert kept == parse_form(loads(stored))
            assert [list(q.label) for q in kept.questions()] == [["en"], [locale], [locale]]


def test_a_number_goes_by_its_step_from_the_least() -> None:
    definition = {
        "sections": [
            {
                "key": "a",
                "title": {"en": "A"},
                "questions": [
                    {
                        "key": "hours",
                        "kind": "number",
                        "label": {"en": "Hours"},
                        "min": 5,
                        "max": 50,
                        "step": 15,
                    }
                ],
            }
        ]
    }
    question = parse_form(definition).question("hours")
    assert [read_answer(question, str(n)).value for n in (5, 20, 50)] == [5, 20, 50]
    refused = read_answer(question, "15")
    assert refused.value is None and "5, 20, 35" in refused.problem
