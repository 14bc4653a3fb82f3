"""How the database reads organisations: in order from an index."""

import pytest
from sqlalchemy import insert, text

from app.foundation.database import db
from app.foundation.search.documents import SearchDocument
from app.organisations import queries
from seeds.reference import load_reference


def plan_of(session, query) -> str:
    """The database's own account of how it would read a query in a full table."""
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    if db.engine.dialect.name == "sqlite":
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in rows)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_sort = off"))
    rows = session.connection().exec_driver_sql(f"EXPLAIN {sql}".replace("%", "%%"))
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("what", "query", "index"),
    [
        ("all", lambda: queries.page_after(queries.organisations_found(), 5), "ix__organisation__names"),
        ("of a country", lambda: queries.page_after(queries.organisations_found(country="JP"), 5), "ix__organisation__list"),
        ("centres", queries.centres, "ix__organisation__centres"),
    ],
)  # fmt: skip
def test_lists_are_read_in_order_from_an_index(session, what, query, index) -> None:
    plan = plan_of(session, query())
    assert index in plan, plan
    assert "USE TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_search_is_answered_from_the_index_of_words(session) -> None:
    load_reference()
    others = range(10**6, 10**6 + 20_000)  # of so few as there are, any index finds one
    some = {"kind": "organisation", "locale": "", "audience": "everyone", "folded": ""}
    session.execute(
        insert(SearchDocument), [{**some, "subject_id": n, "tokens": f"w{n}"} for n in others]
    )
    session.execute(text("ANALYZE"))
    plan = plan_of(session, queries.organisations_found("chulalongkorn"))
    assert "search_word" in plan or "ix__search_document__lexemes" in plan, plan
