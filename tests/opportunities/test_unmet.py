"""What people look for in vain: counted by words, told from three times on, no person kept."""

from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.foundation.work import unit_of_work
from app.opportunities import unmet
from app.opportunities.models import UnmetSearch
from app.opportunities.operations import forget_searches, note_unmet_searches
from app.opportunities.queries import read_unmet, unmet_searches
from tests import make
from tests.counting import statements
from tests.courses.centres import centre_of
from tests.courses.dates import published_run
from tests.courses.test_enrolling import OPEN, take
from tests.racing import CLIENTS, all_at_once, rounds


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(OPEN):
        yield


@pytest.fixture
def centre(app):
    return centre_of()


def written_down(app) -> dict[str, int]:
    app.extensions[unmet.TALLY].write_down()
    db.session.rollback()
    db.session.expire_all()
    return {one.words: one.number for one in db.session.scalars(select(UnmetSearch))}


def told() -> list[tuple[str, int]]:
    return read_unmet(db.session.scalar(select(unmet_searches(clock.now()))))


def test_words_in_any_spelling_that_find_nothing_are_counted_together(app, client) -> None:
    for words in ("quantum", " QUANTUM ", "Quántum"):
        assert client.get("/courses", query_string={"q": words}).status_code == 200
    assert written_down(app) == {"quantum": 3}
    client.get("/?q=quantum")
    assert written_down(app) == {"quantum": 4}
    assert told() == [("quantum", 4)]


def test_what_is_found_with_a_free_seat_is_not_in_vain_and_what_is_full_is(
    app, client, centre
) -> None:
    run_id = published_run(centre, capacity=1)
    client.get("/courses?q=language+models")
    assert written_down(app) == {}
    take(run_id, make.person())
    client.get("/courses?q=language++models")
    assert written_down(app) == {"language models": 1}


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=...", "q=x&track=researcher", "q=x&closed=1", "q=x&mine=1", "q=x&after=1-1"],
)
def test_only_a_search_for_courses_by_words_alone_counts(app, client, query) -> None:
    client.get(f"/courses?{query}")
    client.get("/fellowships?q=quantum")
    assert written_down(app) == {}


def test_the_page_asks_no_more_than_before_and_writes_nothing(app, client) -> None:
    client.get("/courses?q=other")
    with statements() as said:
        client.get("/courses?q=quantum")
    assert len(said) <= 2
    assert db.session.scalars(select(UnmetSearch)).all() == []


def test_no_person_is_kept_and_few_searches_are_not_told(app, client) -> None:
    make.sign_in(client, make.person())
    for _twice in range(2):
        client.get("/courses?q=quantum")
    assert written_down(app) == {"quantum": 2}
    assert told() == []
    columns = {column.key for column in inspect(UnmetSearch).columns}
    assert columns == {"id", "week_on", "words", "number"}


def test_weeks_are_counted_apart_and_forgotten(app) -> None:
    def note(words: str, number: int, weeks_ago: int) -> None:
        with unit_of_work(SYSTEM, now=OPEN - timedelta(weeks=weeks_ago)) as work:
            note_unmet_searches(work, {words: number})

    note("robots", 2, 0)
    note("robots", 1, 1)
    note("speech", 9, 3)
    note("fax", 90, 4)
    assert told() == [("speech", 9), ("robots", 3)]
    with unit_of_work(SYSTEM, now=OPEN) as work:
        assert forget_searches(work) == 1
    with unit_of_work(make.actor(make.person()), now=OPEN) as work, pytest.raises(NotPermitted):
        note_unmet_searches(work, {"fax": 1})


def test_a_tally_keeps_so_many_words_and_no_more(app, client) -> None:
    tally = app.extensions[unmet.TALLY]
    for number in range(unmet.MOST_AT_A_TIME + 5):
        tally.add(f"words {number}", frozenset())
    tally.add("words 0", frozenset())
    kept = written_down(app)
    assert len(kept) == unmet.MOST_AT_A_TIME
    assert kept["words 0"] == 2


def test_several_processes_write_down_at_once(app) -> None:
    for number in rounds(3):

        def write(words=f"round {number}") -> str:
            with unit_of_work(SYSTEM, now=OPEN) as work:
                note_unmet_searches(work, {words: 1, "all": 1})
            return "written"

        assert all_at_once(app, [write] * CLIENTS) == {"written": CLIENTS}
    kept = written_down(app)
    assert kept["round 0"] == CLIENTS
    assert kept["all"] % CLIENTS == 0


def test_the_centre_reads_what_is_missing_and_where_to_go_on(app, client, centre) -> None:
    run_id = published_run(centre, capacity=1)
    take(run_id, make.person())
    take(run_id, make.person())
    for words in ("quantum", "Quantum", "QUANTUM"):  # the same address is kept for a minute
        client.get(f"/courses?q={words}")
    written_down(app)
    make.sign_in(client, centre.writer)
    with statements() as said:
        seen = client.get("/dashboard/centre").text
    assert len(said) <= 4
    assert "Where people find no seat" in seen
    assert "1 person in line without a seat" in seen
    assert "/dates/new" in seen
    assert "?like=" in seen
    assert "quantum" in seen
    assert "3 searches" in seen
    assert client.get("/courses?q=quantum&closed=1").status_code == 200


def test_without_unmet_demand_nothing_is_said(client, centre) -> None:
    published_run(centre)
    make.sign_in(client, centre.writer)
    assert "Where people find no seat" not in client.get("/dashboard/centre").text
