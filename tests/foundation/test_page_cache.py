"""Kept pages: the same for everybody who may share them, and never older than what they say."""

import gzip
import logging
import re
from datetime import timedelta

import brotli
import pytest
from sqlalchemy import create_engine, text

from app.fellowships.models import Call
from app.foundation import clock, page_cache
from app.foundation.actors import SYSTEM
from app.foundation.work import unit_of_work
from app.foundation.stamps import stamp_catalogue
from tests import make
from tests.counting import statements


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def call(app) -> Call:
    return make.facets(make.call(title="Khmer models"))


def cache_of(app) -> page_cache.PageCache:
    return app.extensions[page_cache.CACHE]


def asked_nothing(client, path: str, **how) -> bool:
    """Whether the page came from what is kept: no statement but the stamp's own."""
    with statements() as said:
        assert client.get(path, **how).status_code == 200
    return said == []


def test_a_page_is_made_once_and_then_kept(client, call) -> None:
    assert not asked_nothing(client, "/")
    assert asked_nothing(client, "/")
    assert not asked_nothing(client, "/?track=engineer")
    assert client.get("/").text == client.get("/").text


def test_a_change_shows_at_once(client, call) -> None:
    assert "Khmer models" in client.get("/").text
    with unit_of_work(SYSTEM) as work:
        work.session.execute(text("UPDATE opportunity_text SET title = 'Lao models'"))
        stamp_catalogue(work)
    assert "Lao models" in client.get("/").text


def test_a_change_by_another_process_shows_at_once(client, call, database_url) -> None:
    assert "Khmer models" in client.get("/").text
    other = create_engine(database_url)
    with other.begin() as connection:
        connection.execute(text("UPDATE opportunity_text SET title = 'Lao models'"))
        connection.execute(text("UPDATE catalogue_stamp SET number = number + 1"))
    other.dispose()
    assert "Lao models" in client.get("/").text


def test_a_page_lasts_a_minute_because_it_counts_down(client, call) -> None:
    client.get("/")
    with clock.set_clock(make.NOW + timedelta(seconds=59)):
        assert asked_nothing(client, "/")
    with clock.set_clock(make.NOW + timedelta(seconds=61)):
        assert not asked_nothing(client, "/")


def test_no_page_is_kept_beyond_the_next_deadline(client, call) -> None:
    with clock.set_clock(call.closes_at - timedelta(seconds=5)):
        assert "Khmer models" in client.get("/").text
        assert "Khmer models" in client.get("/?track=researcher").text
    with clock.set_clock(call.closes_at + timedelta(seconds=1)):
        assert "Khmer models" not in client.get("/").text
        assert "Khmer models" not in client.get("/?track=researcher").text


def test_languages_and_zones_never_mix(app, call) -> None:
    readers = [
        ({"Accept-Language": "ja"}, {}),
        ({"Accept-Language": "km,en;q=0.5"}, {}),
        ({}, {"lang": "ja"}),
        ({"Accept-Language": "en"}, {"lang": "th"}),
        ({"Accept-Language": "ja"}, {"lang": "km"}),
        ({}, {"zone": "Asia/Phnom_Penh"}),
        ({}, {"zone": "Nowhere/At_All"}),
        ({}, {}),
    ]
    seen = []
    for _round in range(2):
        for headers, cookies in readers:
            client = app.test_client()
            for name, value in cookies.items():
                client.set_cookie(name, value)
            answer = client.get("/", headers=headers)
            seen.append((answer.headers["Content-Language"], "10:" in answer.text))
            assert f'<html lang="{seen[-1][0]}">' in answer.text
            assert ("Phnom Penh" in answer.text) == (cookies.get("zone") == "Asia/Phnom_Penh")
    assert [s[0] for s in seen] == ["ja", "km", "ja", "th", "km", "en", "en", "en"] * 2


def test_a_person_is_never_answered_from_what_is_kept(app, client, call) -> None:
    client.get("/")
    who = make.person("CHANTHOU SOPHEAP")
    person = make.sign_in(app.test_client(), who)
    assert "CHANTHOU SOPHEAP" in person.get("/").text
    assert "CHANTHOU SOPHEAP" not in client.get("/").text
    assert person.get("/").headers["Cache-Control"] == "no-store"
    remembered = app.test_client()
    remembered.set_cookie("remember_token", "anything")
    assert not asked_nothing(remembered, "/")
    assert not asked_nothing(app.test_client(), "/", headers={"Authorization": "Bearer x"})


def test_choosing_a_language_sets_its_cookie_each_time(app, call) -> None:
    for _round in range(2):
        client = app.test_client()
        answer = client.get("/?lang=km")
        assert "lang=km" in answer.headers["Set-Cookie"]
        again = client.get("/?lang=km")
        assert "Set-Cookie" not in again.headers
        assert '<html lang="km">' in again.text
        assert '<html lang="km">' in client.get("/").text


def test_an_answer_that_sets_a_cookie_is_never_kept(app, client, call, monkeypatch) -> None:
    def _set(response):
        response.set_cookie("other", "1")
        return response

    hooks = [*app.after_request_funcs[None], _set]
    monkeypatch.setitem(app.after_request_funcs, None, hooks)
    assert not asked_nothing(client, "/")
    assert not asked_nothing(client, "/")


def test_the_same_page_is_not_sent_twice(client, call) -> None:
    first = client.get("/")
    tag = first.headers["ETag"]
    again = client.get("/", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_question_for_the_headers_gets_them_alone(client, call) -> None:
    before = client.head("/")
    page = client.get("/")
    after = client.head("/")
    assert before.status_code == after.status_code == 200
    assert after.data == b""
    assert after.headers["ETag"] == page.headers["ETag"]
    assert after.headers["Content-Length"] == str(len(page.data))


def test_pages_are_compressed_for_those_who_can_read_it(client, call) -> None:
    plain = client.get("/")
    assert "Content-Encoding" not in plain.headers
    for accepted, coding, read in (
        ("gzip, deflate", "gzip", gzip.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
    ):
        answer = client.get("/", headers={"Accept-Encoding": accepted})
        assert answer.headers["Content-Encoding"] == coding
        assert answer.headers["ETag"] != plain.headers["ETag"]
        assert read(answer.data) == plain.data
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "br;q=0"}).headers


def test_headers_that_protect_stay_on_kept_pages(client, call) -> None:
    made, kept = client.get("/"), client.get("/")
    for answer in (made, kept):
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"


def test_what_is_kept_stays_within_its_room(app, call) -> None:
    cache = cache_of(app)
    cache.room = 200_000
    client = app.test_client()
    for n in range(40):
        client.get(f"/?q=word{n}")
        client.get(f"/?q=word{n}")
    assert 0 < cache.taken <= 200_000
    assert asked_nothing(client, "/?q=word39")
    assert not asked_nothing(client, "/?q=word0")
    long = "/?q=" + "x" * 2000
    assert not asked_nothing(client, long)
    assert not asked_nothing(client, long)


def test_a_search_is_kept_when_it_is_asked_for_again(app, client, call) -> None:
    cache = cache_of(app)
    first = client.get("/?q=rice", headers={"Accept-Encoding": "gzip"})
    assert "ETag" not in first.headers
    assert first.headers["Content-Encoding"] == "gzip"
    assert cache.taken == 0
    assert not asked_nothing(client, "/?q=rice")
    assert asked_nothing(client, "/?q=rice")
    for n in range(3000):
        cache._is_asked_again(page_cache.Key("http", "/", f"q={n}", "en", ""))  # noqa: SLF001
    assert len(cache._asked_once) <= page_cache.MOST_ASKED_ONCE  # noqa: SLF001


def test_without_its_database_nothing_kept_is_passed_off_as_current(
    app, client, call, monkeypatch
) -> None:
    client.get("/")
    monkeypatch.setattr(cache_of(app), "stamp", lambda: None)
    assert not asked_nothing(client, "/")


def test_a_first_visit_weighs_little(client, call) -> None:
    for n in range(24):
        make.facets(make.call(title=f"Fellowship number {n}", summary="Twelve months. " * 12))
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    weight = len(page.data)
    text_of_it = gzip.decompress(page.data).decode()
    for address in _assets_in(text_of_it):
        with client.get(address, headers={"Accept-Encoding": "gzip"}) as asset:
            assert asset.headers["Content-Encoding"] == "gzip"
            assert "immutable" in asset.headers["Cache-Control"]
            weight += len(asset.data)
    assert weight < 40_000


def _assets_in(page: str) -> list[str]:
    found = re.findall(r'(?:href|src)="(/static/[^"]*)"', page)
    assert len(found) >= 3
    return found


def test_a_page_that_was_kept_is_in_the_log_as_any_other(client, call, caplog) -> None:
    caplog.set_level(logging.INFO, "lontar")
    client.get("/?q=secret")
    again = client.get("/?q=secret")
    client.get("/?q=secret")
    client.get("/?q=secret", headers={"If-None-Match": again.headers["ETag"]})
    told = [r.facts for r in caplog.records if r.message == "request"]
    assert [(t["method"], t["path"], t["status"], t["user"]) for t in told] == [
        ("GET", "/", 200, None),
        ("GET", "/", 200, None),
        ("GET", "/", 200, None),
        ("GET", "/", 304, None),
    ]
    assert [t.get("kept", False) for t in told] == [False, False, True, True]
    assert "secret" not in str(told)


def counted(client, path: str, **how) -> int:
    """How many statements a page that was not kept asked for."""
    with statements() as said:
        assert client.get(path, **how).status_code == 200
    return len(said)


def test_the_catalogues_numbers_are_counted_once_for_all_its_pages(client, call) -> None:
    assert counted(client, "/") == 2
    assert counted(client, "/?page=x") == 1
    assert counted(client, "/", headers={"Accept-Language": "km"}) == 1
    assert counted(client, "/?track=engineer") == 2, "another choice has other numbers"
    assert counted(client, "/?track=engineer&seen=1") == 1
    assert counted(client, "/?q=Khmer") == counted(client, "/?q=Khmer&seen=1") == 2


ONE = re.compile(r"\b1 opportunity\s*<")


def test_numbers_are_counted_anew_after_a_change_and_after_a_deadline(client, call) -> None:
    later = make.facets(make.call(title="Lao", closes_at=call.closes_at + timedelta(days=9)))
    assert "2 opportunities, closing" in client.get("/").text
    with unit_of_work(SYSTEM) as work:
        work.session.execute(
            text("UPDATE opportunity SET state = 'draft' WHERE id = :id"), {"id": later.id}
        )
        stamp_catalogue(work)
    assert ONE.search(client.get("/?seen=1").text)
    with clock.set_clock(call.closes_at + timedelta(seconds=1)):
        assert not ONE.search(client.get("/?seen=2").text)


def test_a_persons_numbers_are_their_own(app, client, call) -> None:
    assert counted(client, "/") == 2
    person = make.sign_in(app.test_client(), make.person("CHANTHOU SOPHEAP"))
    assert counted(person, "/") == counted(person, "/") == 2


def test_what_pages_share_stays_within_its_bounds(app, client, call, monkeypatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_PARTS", 2)
    for track in ("engineer", "researcher", "policymaker"):
        assert counted(client, f"/?track={track}") == 2
    assert counted(client, "/?track=policymaker&seen=1") == 1, "the last is there"
    assert counted(client, "/?track=engineer&seen=1") == 2, "the first had to go"
