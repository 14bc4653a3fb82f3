"""PostgreSQL's index of words holds what a list is narrowed down by, whoever wrote it."""

import pytest
from sqlalchemy import delete, event, insert, text, update

from app.applications.facets import Asked
from app.applications.models import Application, ListedAnswer
from app.applications.queries import narrowing, tracking
from app.applications.queries.narrowing import NOBODY, Filters
from app.foundation.actors import Role
from app.foundation.database import db
from tests import make
from tests.applications.filters.answered import ANSWERS, S, listed

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def kept(application_id: int) -> set[str]:
    query = "SELECT facets FROM search_document WHERE kind = 'application' AND subject_id = :id"
    facets = db.session.scalar(text(query), {"id": application_id})
    db.session.rollback()
    return set(facets)


def spelled(call, answers=ANSWERS, **columns) -> set[str]:
    """What a question about these columns and answers in words would ask the index for."""
    asked = []
    for question, value in answers.items():
        words = value if isinstance(value, list) else [value]
        if question == "employed":
            words = ["no"]
        if question == "school":
            words = ["royal school of skills"]
        if question not in {"papers", "grade", "salary", "born", "graduation"}:
            asked.append(Asked(question, tuple(words)))
    groups = narrowing.facets_of(call.id, Filters(answers=tuple(asked), **columns))
    return {facet for group in groups for facet in group}


@on_postgresql
def test_facets_follow_the_application_and_its_answers(session, call) -> None:
    first, other = listed(call, "CHANTHOU"), listed(call, "SOPHEA")
    country = session.get(Application, first).country_code
    here = {"state": S.IN_REVIEW, "country": country}
    assert kept(first) == kept(other) == spelled(call, **here)

    move = update(Application).where(Application.id == first)
    session.execute(move.values(state=S.SHORTLISTED, track="researcher", country_code="KH"))
    session.commit()
    there = {"state": S.SHORTLISTED, "track": "researcher", "country": "KH"}
    assert kept(first) == spelled(call, **there)

    session.execute(
        delete(ListedAnswer).where(
            ListedAnswer.application_id == first, ListedAnswer.question == "fields"
        )
    )
    session.commit()
    fewer = {question: value for question, value in ANSWERS.items() if question != "fields"}
    assert kept(first) == spelled(call, fewer, **there)

    row = {"application_id": first, "opportunity_id": call.id, "question": "fields"}
    session.execute(insert(ListedAnswer), [{**row, "value": "vision"}])
    session.execute(
        update(ListedAnswer)
        .where(ListedAnswer.application_id == first, ListedAnswer.question == "degree")
        .values(value="phd")
    )
    session.commit()
    changed = {**ANSWERS, "fields": ["vision"], "degree": "phd"}
    assert kept(first) == spelled(call, changed, **there)
    assert kept(other) == spelled(call, **here)


DOCUMENTS = """INSERT INTO search_document (kind, subject_id, locale, audience, folded, tokens)
    SELECT :kind, n, '', :audience, 'x', 'x' FROM generate_series(1, :number) AS n"""


@on_postgresql
def test_a_document_is_found_by_what_it_is_of_before_anything_is_known_of_its_kind(session) -> None:
    """As on a new site: universities were counted, the first call's applications were not."""
    universities = {"kind": "organisation", "audience": "everyone", "number": 1000}
    session.execute(text(DOCUMENTS), universities)
    session.execute(text("ANALYZE search_document"))
    session.execute(text(DOCUMENTS), {"kind": "some", "audience": "call:1", "number": 5000})
    about = "WHERE kind = 'some' AND subject_id = 5"
    plan = "\n".join(session.scalars(text(f"EXPLAIN DELETE FROM search_document {about}")))
    assert "uq__search_document" in plan, plan


VISION, B1 = Asked("field", ("vision",)), Asked("english", ("B1",))
NARROW = [
    Filters(answers=(VISION,), state=S.INELIGIBLE),
    Filters(answers=(VISION, B1, Asked("papers", low="15")), state=S.IN_REVIEW, sort="score"),
    Filters(answers=(Asked("field", ("vision", "policy")),), sort="since"),
    Filters(answers=(VISION,), officer=NOBODY),
    Filters(answers=(Asked("field", ("nothing",)),)),
    Filters(answers=(VISION,), track="nobody"),
    Filters(answers=(B1,), officer=1, tag=1),
]


@on_postgresql
def test_the_index_of_words_gives_what_the_answers_give(session, loaded) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    found = []
    for filters in NARROW:
        asked = tracking.Asking(secretariat, loaded, filters, None, backwards=False)
        one, other = (
            list(session.execute(tracking._going_through(asked, by_facets=by_facets)))
            for by_facets in (True, False)
        )
        assert one == other, filters
        found.append(len(one))
    assert min(found[:4]) > 0, found


def test_a_search_is_narrowed_by_everything_that_is_asked(session, loaded) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    asked: list[tuple[str, object]] = []

    def note(_c, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, str(parameters)))

    def names(filters: Filters) -> set[int]:
        ids: set[int] = set()
        after = None
        while True:
            page = tracking.tracked_page(session, secretariat, loaded, filters, after=after)
            ids |= {row.id for row in page.rows}
            if (after := page.after) is None:
                return ids

    whole = names(Filters(q="nguyen"))
    rows = session.query(Application.id, Application.state, Application.country_code)
    known = {i: (state, country) for i, state, country in rows.filter(Application.id.in_(whole))}
    state, country = max(known.values(), key=list(known.values()).count)
    event.listen(db.engine, "before_cursor_execute", note)
    narrow = names(Filters(q="nguyen", state=state, country=country))
    event.remove(db.engine, "before_cursor_execute", note)
    assert narrow == {i for i, about in known.items() if about == (state, country)}
    assert 0 < len(narrow) < len(whole)
    if db.engine.dialect.name == "postgresql":
        groups = narrowing.facets_of(loaded, Filters(state=state, country=country))
        assert all(facet in asked[0][1] for group in groups for facet in group), asked
