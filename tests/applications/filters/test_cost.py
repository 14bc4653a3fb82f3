"""What a narrowed list costs, by statements and by plans."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.applications.facets import Asked
from app.applications.models import ListedAnswer
from app.applications.operations import list_again
from app.applications.queries import tracking
from app.applications.queries.narrowing import NOBODY
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role
from app.foundation.database import db
from app.foundation.work import unit_of_work
from tests import make
from tests.applications.filters.answered import S, listed, named
from tests.counting import statements

CHOSEN = "a.degree=master&a.fields=policy&a.papers.from=1&a.born.to=2001-01-01&days=1&sort=name"


@pytest.mark.parametrize("rows", [1, 25])
def test_a_filtered_list_asks_four_questions_however_long_it_is(
    session, call, office, rows
) -> None:
    for n in range(rows):
        listed(call, f"APPLICANT {n:02}", state_since=clock.now() - timedelta(days=3))
    with statements() as asked:
        assert len(named(office.get(f"/tracking/{call.id}?{CHOSEN}").text)) == rows
    assert len(asked) <= 4, asked


def test_filtered_pages_follow_each_other(session, call, office) -> None:
    for n in range(30):
        listed(call, f"APPLICANT {n:02}", {"papers": n % 3})
    page = office.get(f"/tracking/{call.id}?a.papers.from=1&sort=name").text
    assert len(named(page)) == 20
    page = office.get(f"/tracking/{call.id}?a.papers.to=2&sort=name").text
    following = re.search(r'rel="next" href="([^"]*)"', page).group(1).replace("&amp;", "&")
    assert "a.papers.to=2" in following
    assert len(named(page) | named(office.get(following).text)) == 30


F = tracking.Filters


PLANS = [
    F(answers=(Asked("field", ("vision",)),)),
    F(answers=(Asked("field", ("language", "policy")), Asked("papers", low="3")), sort="score"),
    F(answers=(Asked("starts", low="2027-05", high="2027-06"),), sort="submitted"),
    F(answers=(Asked("field", ("nothing",)),), state=S.IN_REVIEW),
    F(days=3),
    F(track="researcher", answers=(Asked("english", ("C1",)),)),
    F(officer=NOBODY), F(officer=1), F(tag=1), F(tag=1, officer=2, answers=(Asked("english", ("C1",)),)),
]  # fmt: skip


def test_every_filter_goes_through_an_index(session, loaded) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    asked: list[tuple[str, object]] = []

    def note(_c, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    def page(narrowed: F, *, long: bool) -> tuple[list, int]:
        """The rows, and how many statements asked for them."""
        so_far = len(asked)
        rows = tracking.tracked_page(session, secretariat, loaded, narrowed, long=long).rows
        return rows, sum("FROM application" in s for s, _p in asked[so_far:])

    event.listen(db.engine, "before_cursor_execute", note)
    looked_for = [page(narrowed, long=True) for narrowed in PLANS]
    gone_through = [page(narrowed, long=False) for narrowed in PLANS]
    event.remove(db.engine, "before_cursor_execute", note)

    assert [number for _rows, number in gone_through] == [1] * len(PLANS)
    # Looking in the list's own order is tried first, where a filter leaves many.
    for narrowed, (rows, number) in zip(PLANS, looked_for, strict=True):
        most = 2 if narrowed.more else 1
        assert number == most or (number < most and len(rows) == 25), narrowed
    found = [rows for rows, _number in looked_for]
    assert [len(rows) for rows in found[:4]] == [25, 25, 25, 0]
    # Looked for in the list's own order or not, it is the same page.
    assert found == [rows for rows, _number in gone_through]
    sqlite = db.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    pages = [(s, p) for s, p in asked if "FROM application" in s]
    with db.engine.connect() as connection:
        for statement, parameters in pages:
            plan = "\n".join(
                row[-1] for row in connection.exec_driver_sql(explain + statement, parameters)
            )
            assert "SCAN application" not in plan, (statement, plan)
            assert "SCAN listed_answer" not in plan, (statement, plan)
            assert not re.search(r"Seq Scan on (application|listed_answer)( |$)", plan), plan
            if "listed_answer" in statement:
                assert re.search(
                    r"ix__listed_answer__found|pk__listed_answer|PRIMARY KEY|sqlite_autoindex_listed_answer",
                    plan,
                ), plan


def test_a_row_for_measuring_keeps_what_submitting_would(session, loaded) -> None:
    before = set(
        session.execute(
            select(
                ListedAnswer.application_id,
                ListedAnswer.question,
                ListedAnswer.value,
                ListedAnswer.number,
            ).where(ListedAnswer.application_id <= 400)
        )
    )
    session.rollback()
    with unit_of_work(SYSTEM) as work:
        list_again(work, loaded)
    after = set(
        session.execute(
            select(
                ListedAnswer.application_id,
                ListedAnswer.question,
                ListedAnswer.value,
                ListedAnswer.number,
            ).where(ListedAnswer.application_id <= 400)
        )
    )
    assert before == after
    assert len(before) > 100
