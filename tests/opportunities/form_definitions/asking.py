"""Questions and forms as short as a test needs them."""

from app.opportunities.form_definitions import (
    Question,
    parse_form,
)


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


def form_of(*questions: dict) -> object:
    rows = [{"label": {"en": q["key"]}, "kind": "short text", **q} for q in questions]
    return parse_form({"sections": [{"key": "s", "title": {"en": "S"}, "questions": rows}]})


DEGREE = {
    "key": "degree",
    "kind": "choice",
    "options": [{"key": k, "label": {"en": k}} for k in ("ba", "ma", "phd")],
}
