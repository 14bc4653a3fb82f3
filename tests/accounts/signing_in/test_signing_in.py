"""Signing in: the way in and on, and nothing told to strangers."""

import re
import time

import pytest

from app.accounts.security.hashing import CrowdedContext
from tests.accounts import door
from tests.accounts.signing_in.tricks import sign_up

TRICKS = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/%0a/evil.example\n",
    "http:///evil.example",
    "evil.example",
    "//localhost@evil.example",
    "/\x00//evil.example",
    "https://localhost.evil.example/",
]


def test_a_person_signs_in_and_goes_to_the_dashboard(client, session):
    user = door.person(email="kim@example.org")
    answer = door.sign_in(client, "kim@example.org")
    assert (answer.status_code, answer.location) == (302, "/dashboard")
    assert user.passport_name in client.get("/about").text
    assert door.verbs() == ["user.signed_in"]


def test_an_address_is_the_same_in_capitals(client, session):
    door.person(email="kim@example.org")
    assert door.sign_in(client, " KIM@Example.org ").status_code == 302


def test_a_closed_page_leads_to_the_sign_in_page_and_back(client, session):
    door.person(email="kim@example.org")
    answer = client.get("/account?x=1")
    assert answer.location == "/sign-in?next=/account?x%3D1"
    answer = door.sign_in(client, "kim@example.org", path=answer.location)
    assert answer.location == "/account?x=1"
    client.delete_cookie("session")
    values = {"csrf_token": door.token(client), "email": "kim@example.org", "next": "/account?x=1"}
    answer = client.post("/sign-in", data={**values, "password": door.PASSWORD})
    assert answer.location == "/account?x=1"


def test_a_closed_page_that_is_posted_to_leads_back_to_where_it_was_sent_from(client, session):
    answer = client.post(
        "/account/sessions/end-others", headers={"Referer": "http://localhost/account"}
    )
    assert answer.location == "/sign-in?next=/account"
    answer = client.post(
        "/account/sessions/end-others", headers={"Referer": "http://evil.example/"}
    )
    assert answer.location == "/sign-in"


def test_a_script_that_asks_for_data_is_told_and_not_redirected(client):
    answer = client.get("/account", headers={"Accept": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("where", ["form", "address"])
def test_no_spelling_of_next_leads_to_another_site(client, session, trick, where):
    door.person(email="kim@example.org")
    data = {"csrf_token": door.token(client), "email": "kim@example.org", "password": door.PASSWORD}
    if where == "form":
        answer = client.post("/sign-in", data={**data, "next": trick})
    else:
        answer = client.post("/sign-in", query_string={"next": trick}, data=data)
    assert answer.location == "/dashboard"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, session):
    door.person(email="kim@example.org")
    known = door.sign_in(client, "kim@example.org", "something else")
    unknown = door.sign_in(client, "nobody@example.org", "something else")
    assert known.status_code == unknown.status_code == 422
    same = [re.sub(r'value="[^"]*"|(kim|nobody)@example.org', "", a.text) for a in (known, unknown)]
    assert same[0] == same[1]
    assert "do not belong together" in known.text
    assert 'value="kim@example.org"' in known.text
    assert "something else" not in known.text
    assert door.verbs() == ["user.sign_in_failed"] * 2


@pytest.mark.parametrize("path", ["/sign-in", "/recover", "/sign-up"])
def test_known_and_unknown_addresses_cost_the_same_work(client, session, path, monkeypatch):
    """Timing is measured outside; here: the same hashes, and no answer before a set time."""
    door.person(email="kim@example.org")
    hashed = []
    for name in ("hash", "verify"):
        plain = getattr(CrowdedContext, name)
        monkeypatch.setattr(
            CrowdedContext, name, lambda *a, plain=plain, **k: hashed.append(1) or plain(*a, **k)
        )
    csrf = door.token(client)
    costs = []
    for email in ("kim@example.org", "nobody@example.org"):
        began = time.monotonic()
        data = {"csrf_token": csrf, "email": email, "password": "not this at all"}
        client.post(path, data={**data, "passport_name": "KIM", "privacy": "y"})
        assert time.monotonic() - began >= 0.15
        costs.append(len(hashed))
        hashed.clear()
    assert costs == [1, 1]


def test_recovery_says_the_same_for_every_address(client, session):
    door.person(email="kim@example.org")
    answers = [
        door.post(client, "/recover", {"email": email}, follow_redirects=True).text
        for email in ("kim@example.org", "nobody@example.org")
    ]
    same = [re.sub(r'value="[^"]*"|(kim|nobody)@example.org', "", a) for a in answers]
    assert same[0] == same[1]
    assert [letter.address for letter in door.letters()] == ["kim@example.org"]


def test_signing_up_says_the_same_for_every_address(client, session):
    door.person(email="kim@example.org")
    answers = [sign_up(client, email) for email in ("kim@example.org", "new@example.org")]
    assert [a.location for a in answers] == ["/sign-in"] * 2
    pages = []
    for email in ("kim@example.org", "new2@example.org"):
        pages.append(
            re.sub(
                r'value="[^"]*"|(kim|new2)@example.org',
                "",
                sign_up(client, email, follow_redirects=True).text,
            )
        )
    assert pages[0] == pages[1]
    kinds = [(letter.address, letter.kind) for letter in door.letters()]
    assert kinds[:2] == [
        ("kim@example.org", "accounts/account_exists"),
        ("new@example.org", "accounts/address_to_confirm"),
    ]
