"""The ground: the app starts on both databases, says who it is, and refuses politely."""

import pytest

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
