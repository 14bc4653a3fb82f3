"""Forms as data: what is read, and what is refused."""

import copy
from json import dumps, loads

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.opportunities.form_definitions import (
    FormProblem,
    kept_form,
    parse_form,
    questions_of_kind,
)
from app.foundation.languages import speaking
from tests.make import FORM


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
        (lambda f: f["sections"][0].update(key="Study!"), "Section “Study and research”: the key"),
        (lambda f: f["sections"][0].update(key="check"), "taken"),
        (lambda f: f["sections"][0].update(kind="poem"), "no kind “poem”"),
        (lambda f: f["sections"][0].update(questions=[]), "asks nothing"),
        (lambda f: f["sections"][0].update(title={}), "Section 1: write the title in"),
        (lambda f: f["sections"][1].update(key="study"), "“study” is used twice"),
        (
            lambda f: f["sections"][0]["questions"][1].update(kind="haiku"),
            "Section “Study and research”, question “Research plan”: there is no kind “haiku”.",
        ),
        (lambda f: f["sections"][0]["questions"][1].update(max_words=-1), "“Words, at most” must"),
        (lambda f: f["sections"][0]["questions"][1].update(required="yes"), "true or false"),
        (lambda f: f["sections"][0]["questions"][1].update(key="headline"), "used twice"),
        (lambda f: f["sections"][0]["questions"][1].update(kind="choice"), "two options"),
        (
            lambda f: f["sections"][0]["questions"][1].update(label="Plan"),
            "question 2: write the label",
        ),
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


def test_a_refusal_names_sections_and_questions_as_its_reader_knows_them() -> None:
    broken = copy.deepcopy(FORM)
    section = broken["sections"][0]
    section["title"] = {"en": "Study", "ja": "研究"}
    column = {"key": "years", "kind": "number", "label": {"ja": "年数", "en": "Years"}, "min": 0.5}
    table = {"key": "work", "kind": "rows", "label": {"en": "W" * 100}, "columns": [column]}
    section["questions"].append(table)
    with speaking("ja"), pytest.raises(FormProblem) as refused:
        parse_form(broken)
    assert str(refused.value).startswith("セクション「研究」、質問「WWW")
    assert "…」、列「年数」：「最小の数値」" in str(refused.value)


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


def test_a_form_that_is_kept_speaks_each_readers_language() -> None:
    row = {"key": "plan", "kind": "long text", "label": {"en": "Plan"}, "translation": True}
    section = {"key": "one", "title": {"en": "One"}, "questions": [row]}
    stored = dumps({"sections": [section]})
    for locale in ("en", "ja", "en"):
        with speaking(locale):
            kept = kept_form(stored)
            assert kept == parse_form(loads(stored))
            assert [list(q.label) for q in kept.questions()] == [["en"], [locale], [locale]]
