"""A call with every kind of closed question, and people who answered."""

import copy
import re

from sqlalchemy import insert, select

from app.applications.models import ListedAnswer
from app.applications.operations.listing import rows_of
from app.applications.states import ApplicationState
from app.foundation.database import db
from app.opportunities.form_definitions import parse_form
from tests import make

S = ApplicationState


def one(key: str, kind: str, **values):
    return {"key": key, "kind": kind, "label": {"en": key.title()}, **values}


def options(*keys: str):
    return [{"key": key, "label": {"en": key.title()}} for key in keys]


QUESTIONS = [
    one("degree", "choice", options=options("bachelor", "master", "phd")),
    one("fields", "several", options=options("language", "vision", "policy")),
    one("studied_in", "country"),
    one("writes", "language"),
    one("english", "language level"),
    one("employed", "yes or no"),
    one("papers", "number"),
    one("grade", "number", decimals=2),
    one("salary", "money", currency="USD"),
    one("born", "day"),
    one("graduation", "month"),
    one("school", "organisation"),
]


FORM = copy.deepcopy(make.FORM)


FORM["sections"][0]["questions"] += QUESTIONS


ANSWERS = {
    "degree": "master", "fields": ["language", "policy"], "studied_in": "JP", "writes": "km",
    "english": "B2", "employed": False, "papers": 3, "grade": 3.25, "salary": 120050,
    "born": "1998-03-27", "graduation": "2026-09",
    "school": "Royal  School of Skills",
}  # fmt: skip


def listed(call, name: str, answers=None, **values) -> int:
    """An application in the list, with its answers kept as submitting keeps them."""
    made = make.application(call, make.person(name), state=S.IN_REVIEW)
    for column, value in values.items():
        setattr(made, column, value)
    content = {"answers": {"study": {**ANSWERS, **(answers or {})}}}
    rows = rows_of(parse_form(FORM), made.id, call.id, content)
    if rows:
        db.session.execute(insert(ListedAnswer), rows)
    db.session.commit()
    return made.id


def named(page: str) -> set[str]:
    return set(re.findall(r"<td><a[^>]*><bdi>([^<]*)</bdi>", page))


def kept(application_id: int) -> set[tuple[str, str, float | None]]:
    db.session.rollback()
    rows = db.session.execute(
        select(ListedAnswer.question, ListedAnswer.value, ListedAnswer.number).where(
            ListedAnswer.application_id == application_id
        )
    )
    return {tuple(row) for row in rows}
