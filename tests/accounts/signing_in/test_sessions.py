"""Sessions: their keys, their end, and one's list of them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import SessionRow
from app.foundation.actors import Role
from app.foundation.clock import now, set_clock
from tests import make
from tests.accounts import door

SECOND = timedelta(seconds=1)


def test_the_key_of_a_session_is_another_one_after_signing_in(client, session):
    door.person(email="kim@example.org")
    client.get("/sign-in")
    planted = client.get_cookie("session").value
    door.sign_in(client, "kim@example.org")
    assert client.get_cookie("session").value != planted
    client.set_cookie("session", planted, domain="localhost")
    assert client.get("/account").status_code == 302


def test_the_token_of_forms_is_another_one_after_signing_in(client, session):
    door.person(email="kim@example.org")
    before = door.token(client)
    door.sign_in(client, "kim@example.org")
    answer = client.post("/account/sessions/end-others", data={"csrf_token": before})
    assert answer.status_code == 409


def test_signing_out_ends_the_session_on_the_server(client, session):
    door.person(email="kim@example.org")
    door.sign_in(client, "kim@example.org")
    key = client.get_cookie("session").value
    answer = client.post("/sign-out", data={"csrf_token": door.token(client, "/account")})
    assert answer.location == "/"
    client.set_cookie("session", key, domain="localhost")
    assert client.get("/account").status_code == 302
    assert door.verbs() == ["user.signed_in", "user.signed_out"]


def test_nobody_is_signed_out_by_another_site(client, session):
    door.person(email="kim@example.org")
    door.sign_in(client, "kim@example.org")
    assert client.get("/sign-out").status_code == 405
    assert "Press the button once more" in client.post("/sign-out").text
    assert client.get("/account").status_code == 200


def test_a_closed_account_ends_at_once(client, session):
    door.person(email="kim@example.org")
    door.sign_in(client, "kim@example.org")
    user = door.found("kim@example.org")
    user.active = False
    session.commit()
    assert client.get("/account").status_code == 302
    refused = door.sign_in(client, "kim@example.org")
    assert "This account is closed" in refused.text
    assert "This account is closed" not in door.sign_in(client, "kim@example.org", "wrong one").text


def test_a_session_ends_after_twelve_hours(client, session):
    door.person(email="kim@example.org")
    door.sign_in(client, "kim@example.org")
    with set_clock(now().replace(microsecond=0) + (12 * 3600 + 60) * SECOND):
        assert client.get("/account").status_code == 302


def test_a_desk_with_others_data_is_closed_after_half_an_hour(client, session):
    make.grant(door.person(email="kim@example.org"), Role.SECRETARIAT)
    door.sign_in(client, "kim@example.org")
    begin = now()
    with set_clock(begin + 29 * 60 * SECOND):
        assert client.get("/account").status_code == 200
    with set_clock(begin + 58 * 60 * SECOND):
        assert client.get("/account").status_code == 200
    with set_clock(begin + 90 * 60 * SECOND):
        answer = client.get("/account")
        assert answer.status_code == 302
        assert "30 minutes" in client.get(answer.location).text


def test_an_applicant_may_rest_longer(client, session):
    door.person(email="kim@example.org")
    door.sign_in(client, "kim@example.org")
    with set_clock(now() + 3 * 3600 * SECOND):
        assert client.get("/account").status_code == 200


def test_after_ten_tries_one_waits_and_keeps_what_was_typed(client, session):
    door.person(email="kim@example.org")
    for _ in range(10):
        assert door.sign_in(client, "kim@example.org", "wrong one here").status_code == 422
    answer = door.sign_in(client, "kim@example.org", "wrong one here")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 300
    assert "Please wait" in answer.text
    assert 'value="kim@example.org"' in answer.text
    other = door.sign_in(
        client, "kim@example.org", "wrong", headers={"X-Forwarded-For": "203.0.113.9"}
    )
    assert other.status_code == 429


def test_an_account_is_counted_from_wherever_it_is_tried(client, session):
    door.person(email="kim@example.org")
    for n in range(11):
        answer = door.sign_in(
            client, "kim@example.org", "wrong", environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"}
        )
    assert answer.status_code == 429


def test_signing_in_rightly_is_not_counted(client, app, session):
    door.person(email="kim@example.org")
    for _ in range(12):
        assert door.sign_in(app.test_client(), "kim@example.org").status_code == 302


def test_letters_are_not_sent_without_end(client, session):
    door.person(email="kim@example.org")
    for _ in range(5):
        assert door.post(client, "/recover", {"email": "kim@example.org"}).status_code == 302
    assert door.post(client, "/recover", {"email": "kim@example.org"}).status_code == 429


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-up", "/recover", "/confirm", "/sign-in/code", "/sign-in/passkey"]
)
@pytest.mark.parametrize(
    "nasty",
    ["\x00", "a\x00b@example.org", "x" * 20_000, "'; DROP TABLE user; --", "{{7*7}}", "<script>alert(1)</script>",
     "\u202eevil", "a@b\r\nBcc: all@example.org", "😀" * 300, "-1", "[]"],
)  # fmt: skip
def test_no_input_breaks_the_door(client, session, path, nasty):
    page = "/sign-in"
    fields = ("email", "password", "passport_name", "privacy", "code", "next", "credential", "name")
    data = {"csrf_token": door.token(client, page), **dict.fromkeys(fields, nasty)}
    answer = client.post(path, data=data)
    assert answer.status_code in {200, 302, 422}
    assert "<script>alert" not in answer.text
    assert client.post(path, json=["x"]).status_code == 415
    assert client.get(
        "/recover/" + nasty.replace("/", "")[:300].replace("\x00", "")
    ).status_code in {302, 404, 308, 405}


def test_no_page_of_the_door_is_kept_by_a_cache(client):
    for path in ("/sign-in", "/sign-up", "/recover", "/confirm"):
        headers = client.get(path).headers
        assert "no-store" in headers["Cache-Control"]
        assert "script-src 'self'" in headers["Content-Security-Policy"]


def test_the_demo_people_stand_beside_the_form(client):
    page = client.get("/sign-in").text
    assert "applicant-kh" in page
    assert "lontar-demo-2027" in page


def test_the_door_speaks_the_readers_language(client):
    for path in ("/sign-in", "/sign-up", "/recover"):
        assert '<html lang="km">' in client.get(f"{path}?lang=km").text


def test_flask_security_adds_no_statement_to_other_pages(client, session):
    from sqlalchemy import event

    from app.foundation.database import db

    user = door.person(email="kim@example.org")
    make.sign_in(client, user)
    client.get("/about")
    seen = []

    def note(*told) -> None:
        seen.append(told[2])

    event.listen(db.engine, "before_cursor_execute", note)
    client.get("/about")
    event.remove(db.engine, "before_cursor_execute", note)
    asked = [statement for statement in seen if not statement.startswith("BEGIN")]
    assert len(asked) == 2, asked  # the session; the person with grants and nationalities


def test_a_person_ends_one_session_and_all_others(client, session, app):
    door.person(email="kim@example.org")
    browsers = [app.test_client() for _ in range(3)]
    for browser in browsers:
        door.sign_in(
            browser, "kim@example.org", headers={"User-Agent": "Mozilla/5.0 (Android) Firefox/130"}
        )
    door.sign_in(client, "kim@example.org")
    page = client.get("/account").text
    assert "Firefox, Android" in page
    ids = re.findall(r"/account/sessions/(\d+)/end", page)
    assert len(ids) == 3
    csrf = door.token(client, "/account")
    client.post(f"/account/sessions/{ids[0]}/end", data={"csrf_token": csrf})
    assert sorted(b.get("/account").status_code for b in browsers) == [200, 200, 302]
    client.post("/account/sessions/end-others", data={"csrf_token": csrf})
    assert [b.get("/account").status_code for b in browsers] == [302] * 3
    assert client.get("/account").status_code == 200


def test_nobody_ends_the_session_of_another(client, session, app):
    door.person(email="kim@example.org")
    victim = app.test_client()
    door.sign_in(victim, "kim@example.org")
    row_id = session.scalar(select(SessionRow.id).where(SessionRow.user_id.is_not(None)))
    door.person(email="lee@example.org")
    door.sign_in(client, "lee@example.org")
    data = {"csrf_token": door.token(client, "/account")}
    assert client.post(f"/account/sessions/{row_id}/end", data=data).status_code == 404
    assert victim.get("/account").status_code == 200
