"""What an answer is read as, what is refused, and how it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.opportunities.form_definitions import (
    QUESTION_KINDS,
    count_characters,
    count_words,
    hidden_questions,
    in_words,
    missing,
    parse_form,
    read_answer,
    text_in,
)
from app.foundation.languages import speaking
from tests.opportunities.form_definitions.asking import form_of, question


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
        ("number", "3,5"),  # three and a half to many, and never 35
        ("number", "1.000"),
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
        ("money", "12.000"),  # twelve thousand to many, and never 12
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
    assert read_answer(grade, "3,45").problem
    assert "from 0 to 4" in read_answer(grade, "4.5").problem


def test_a_text_over_its_limit_is_kept_to_be_shortened_but_cannot_be_sent() -> None:
    plan = question("long text", max_words=3)
    value, problem = read_answer(plan, "one two three four")
    assert value == "one two three four"
    assert problem == missing(plan, value) == "Please shorten this to 3 words; it has 4."


def test_a_text_is_as_long_as_its_readers_see_it() -> None:
    """Three code points to each of these characters: the limit is of characters."""
    khmer = "ក្ដី" * 500
    assert read_answer(question("short text"), khmer[: 4 * 400]) == (khmer[: 4 * 400], None)
    said = read_answer(question("short text"), khmer + khmer + khmer).problem
    assert said is not None
    assert "it has 1,5" in said


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
