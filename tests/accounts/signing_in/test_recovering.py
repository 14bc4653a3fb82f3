"""Recovering an account, and changing its password."""

import time

from sqlalchemy import func, select

from app.accounts.models import SessionRow
from tests.accounts import door


def test_a_recovery_link_works_once_and_ends_every_session(client, session, app):
    door.person(email="kim@example.org")
    elsewhere = app.test_client()
    door.sign_in(elsewhere, "kim@example.org")
    assert elsewhere.get("/account").status_code == 200

    door.post(client, "/recover", {"email": "kim@example.org"})
    (letter,) = door.letters("password_link")
    link = letter.values["path"]
    assert client.get(link).status_code == client.get(link).status_code == 200
    answer = door.post(client, link, {"password": "another good one"})
    assert answer.location == "/sign-in"
    assert elsewhere.get("/account").status_code == 302
    assert (
        session.scalar(select(func.count(SessionRow.id)).where(SessionRow.user_id.is_not(None)))
        == 0
    )

    assert client.get(link).location == "/recover"
    csrf = door.token(client)
    again = client.post(link, data={"csrf_token": csrf, "password": "yet another one"})
    assert again.location == "/recover"
    assert door.sign_in(client, "kim@example.org").status_code == 422
    assert door.sign_in(client, "kim@example.org", "another good one").status_code == 302
    assert [m.kind for m in door.letters()] == [
        "accounts/password_link",
        "accounts/password_changed",
    ]
    assert "user.password_reset" in door.verbs()


def test_a_recovery_link_is_good_for_an_hour(client, session, monkeypatch):
    door.person(email="kim@example.org")
    door.post(client, "/recover", {"email": "kim@example.org"})
    link = door.letters("password_link")[0].values["path"]
    later = time.time() + 3700
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert client.get(link).location == "/recover"


def test_a_recovery_link_is_built_from_our_own_name(client, session):
    door.person(email="kim@example.org")
    csrf = door.token(client, "/recover")
    data = {"csrf_token": csrf, "email": "kim@example.org"}
    for headers in ({"Host": "evil.example"}, {"Host": "localhost:80@evil.example"}):
        assert client.post("/recover", data=data, headers=headers).status_code == 400
    client.post("/recover", data=data, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in str([m.values for m in door.letters()])


def test_recovery_confirms_the_address_that_reads_the_letter(client, session):
    door.person(email="kim@example.org")
    user = door.found("kim@example.org")
    user.confirmed_at = None
    session.commit()
    door.post(client, "/recover", {"email": "kim@example.org"})
    link = door.letters("password_link")[0].values["path"]
    door.post(client, link, {"password": "another good one"})
    assert door.sign_in(client, "kim@example.org", "another good one").status_code == 302


def test_changing_the_password_ends_every_other_session(client, session, app):
    door.person(email="kim@example.org")
    elsewhere = app.test_client()
    door.sign_in(elsewhere, "kim@example.org")
    door.sign_in(client, "kim@example.org")
    wrong = door.post(
        client, "/account/password", {"password": "no", "new_password": "another good one"}
    )
    assert wrong.status_code == 422
    answer = door.post(
        client, "/account/password", {"password": door.PASSWORD, "new_password": "another good one"}
    )
    assert answer.location == "/account"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    assert [m.kind for m in door.letters()] == ["accounts/password_changed"]
