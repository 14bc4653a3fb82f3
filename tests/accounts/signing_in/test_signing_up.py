"""Opening an account, and passwords."""

import pytest
from sqlalchemy import select

from app.ledger.models import ConsentEntry
from tests.accounts import door
from tests.accounts.signing_in.tricks import sign_up


def test_opening_an_account_confirming_it_and_signing_in(client, session):
    sign_up(client, "New.Person@Example.org")
    user = door.found("new.person@example.org")
    assert (user.passport_name, user.confirmed_at) == ("MAUNG THIHA", None)
    consent = session.scalar(select(ConsentEntry))
    assert (consent.person_id, consent.purpose, consent.given) == (user.id, "privacy notice", True)

    refused = door.sign_in(client, "new.person@example.org")
    assert refused.status_code == 422
    assert "Please confirm your address first" in refused.text

    (letter,) = door.letters("address_to_confirm")
    link = letter.values["path"]
    assert link.startswith("/confirm/")
    for _scanner in range(2):  # a mail scanner opens links; it must not confirm
        assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert door.found("new.person@example.org").confirmed_at is None
    answer = door.post(client, link)
    assert answer.location == "/sign-in"
    assert door.found("new.person@example.org").confirmed_at is not None
    assert door.sign_in(client, "new.person@example.org").location == "/dashboard"
    assert door.verbs() == ["user.registered", "user.confirmed", "user.signed_in"]


def test_who_signs_up_from_a_call_comes_back_to_it_after_confirming(client):
    sign_up(client, "new.person@example.org", onward="/fellowships/LNT-26-01")
    (letter,) = door.letters("address_to_confirm")
    answer = door.post(client, letter.values["path"])
    assert answer.location == "/sign-in?next=/fellowships/LNT-26-01"
    came = door.post(
        client,
        answer.location,
        {"email": "new.person@example.org", "password": door.PASSWORD},
    )
    assert came.location == "/fellowships/LNT-26-01"


def test_no_letter_leads_to_another_site_after_confirming(client):
    sign_up(client, "new.person@example.org", onward="//evil.example.org/")
    (letter,) = door.letters("address_to_confirm")
    assert "next" not in letter.values["path"]
    answer = door.post(client, letter.values["path"] + "?next=https://evil.example.org/")
    assert answer.location == "/sign-in"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 8"),
        ("password1", "Many people use"),
        ("Football", "Many people use"),
        ("aaaaaaaaaaaa", "Many people use"),
        ("maung thiha", "tried first"),
        ("new@example.org", "tried first"),
        ("x" * 200, "at most 128"),
    ],
)
def test_a_password_that_would_be_guessed_is_refused_with_a_reason(client, session, password, why):
    answer = sign_up(client, "new@example.org", password)
    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="new@example.org"' in answer.text
    assert door.found("new@example.org") is None


@pytest.mark.parametrize(
    "password", ["lower case only words", "пароль мой", "សុខសប្បាយជាទេ", "4815162342 23"]
)
def test_any_long_enough_password_will_do(client, session, password):
    assert sign_up(client, "new@example.org", password).status_code == 302
