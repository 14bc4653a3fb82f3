"""The ground: the app starts on both databases, says who it is, and refuses politely."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.foundation.languages import countries, country_names, speaking
from tests import make


def test_the_process_and_its_database_are_ready(client) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


@pytest.mark.parametrize("path", ["/nowhere", "/about/%00", "/ថ្នាក់"])
def test_a_page_that_is_not_there_says_so(client, path) -> None:
    answer = client.get(path)
    assert answer.status_code in {302, 404}


def test_a_refusal_speaks_the_readers_language_and_names_it(client) -> None:
    assert '<html lang="km">' in client.get("/about?lang=km").text


def test_every_page_carries_the_headers(client) -> None:
    headers = client.get("/about").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_signed_in_person_is_greeted_by_name(client, session) -> None:
    make.sign_in(client, make.person("CHANTHOU SOPHEAP"))
    assert "CHANTHOU SOPHEAP" in client.get("/about").text


def test_countries_stand_in_the_order_of_the_readers_language() -> None:
    with speaking("en"):
        english = [name for _code, name in countries()]
    assert english.index("Åland Islands") < english.index("Albania")
    assert english.index("Côte d’Ivoire") < english.index("Croatia")
    with speaking("km"):
        assert [code for code, _name in country_names(["VN", "TH", "KH", "JP", "LA"])] == [
            "KH", "JP", "TH", "VN", "LA",
        ]  # fmt: skip


def test_what_is_not_ready_says_why_and_a_page_asks_to_come_back(client, session) -> None:
    """The database's migrations wait; then it is away altogether; then it is there again."""
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    waits = client.get("/readyz")
    assert (waits.status_code, waits.json["status"][:15]) == (503, "migrations wait")
    session.execute(text("DROP TABLE alembic_version"))
    assert client.get("/readyz").status_code == 503


def test_a_database_that_is_away_is_said_with_503_on_every_page(
    app, client, session, monkeypatch
) -> None:
    person = make.person()
    make.sign_in(client, person)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def away(*_arguments, **_named):
        raise OperationalError("SELECT 1", {}, ConnectionError("gone"))

    with monkeypatch.context() as patch:
        patch.setattr(Session, "execute", away)
        patch.setattr(Connection, "execute", away)
        assert app.test_client().get("/healthz").status_code == 200
        assert app.test_client().get("/readyz").status_code == 503
        for path in ("/", "/dashboard", "/organisations"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["Retry-After"] == "10"
            assert "We are busy just now" in answer.text
    assert client.get("/dashboard").status_code == 200  # still signed in
