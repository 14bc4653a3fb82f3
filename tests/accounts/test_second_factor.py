"""Codes from an app, recovery codes, and how changes of these are guarded and told."""

import re
import time
from datetime import UTC, datetime

import pytest
from passlib.totp import TOTP

from app.accounts.throttle import forget
from tests import make
from tests.accounts import door


@pytest.fixture(autouse=True)
def fresh_counts(app):
    yield
    forget(app)


@pytest.fixture
def kim(client, session):
    door.person(email="kim@example.org")
    door.sign_in(client, "kim@example.org")
    return client


def turn_on(client):
    """Set up an app; answers with its clock: codes(0) is the code of now, codes(1) the next."""
    page = door.post(client, "/account/second-factor", {"setup": "authenticator"}).text
    key = re.search(r'class="key"[^>]*>([^<]+)<', page).group(1).replace("-", "").strip()
    assert "<svg" in page
    assert "data:image" not in page
    totp = TOTP(key=key)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)

    def code(step=0):
        return totp.generate(time.time() + 30 * step).token

    wrong = client.post("/sign-in/code", data={"csrf_token": csrf, "code": "000000"})
    assert "does not fit" in wrong.text
    answer = client.post("/sign-in/code", data={"csrf_token": csrf, "code": code(-1)})
    assert answer.location == "/account"
    return code


def test_a_code_is_asked_for_once_it_is_turned_on(kim, app):
    code = turn_on(kim)
    assert door.letters("sign_in_changed")[0].values["what"] == "second factor set"
    browser = app.test_client()
    answer = door.sign_in(browser, "kim@example.org", path="/sign-in?next=/profile")
    assert answer.location.startswith("/sign-in/code")
    assert browser.get("/account").status_code == 302  # the password alone opens nothing
    page = browser.get(answer.location).text
    assert 'name="next" value="/profile"' in page
    wrong = door.post(browser, "/sign-in/code", {"code": "123456"}, page=answer.location)
    assert wrong.status_code == 422
    rightly = door.post(browser, "/sign-in/code", {"code": code(), "next": "/profile"})
    assert rightly.location == "/profile"
    assert browser.get("/account").status_code == 200
    assert door.verbs()[-3:] == ["user.second_factor_set", "user.sign_in_failed", "user.signed_in"]


def test_a_code_opens_once(kim, app):
    code = turn_on(kim)
    used = code()
    first, second = app.test_client(), app.test_client()
    for browser in (first, second):
        door.sign_in(browser, "kim@example.org")
    assert door.post(first, "/sign-in/code", {"code": used}).status_code == 302
    assert door.post(second, "/sign-in/code", {"code": used}).status_code == 422


def test_the_secret_is_not_kept_in_plain_text(kim, session):
    turn_on(kim)
    kept = door.found("kim@example.org").tf_totp_secret
    assert '"enckey"' in kept
    assert '"key"' not in kept


def test_a_recovery_code_opens_once_and_is_kept_encrypted(kim, app):
    turn_on(kim)
    page = door.post(kim, "/account/recovery-codes").text
    codes = re.findall(r"<li>([0-9a-f-]{14})</li>", page)
    assert len(codes) == 8
    assert not set(codes) & set(door.found("kim@example.org").mf_recovery_codes)
    assert kim.get("/account/recovery-codes?show_codes=1").text.count(codes[0]) == 1
    for expected in (302, 422):
        browser = app.test_client()
        door.sign_in(browser, "kim@example.org")
        answer = door.post(browser, "/sign-in/recovery-code", {"code": codes[0].upper() + " "})
        assert answer.status_code == expected
    assert "7 left" in kim.get("/account").text


def test_guessing_codes_is_throttled_for_the_account(kim, app):
    turn_on(kim)
    for n in range(11):
        browser = app.test_client()
        where = {"REMOTE_ADDR": f"198.51.100.{n}"}
        door.sign_in(browser, "kim@example.org", environ_overrides=where)
        csrf = door.token(browser, "/sign-in/code")
        answer = browser.post(
            "/sign-in/code", data={"csrf_token": csrf, "code": "111111"}, environ_overrides=where
        )
    assert answer.status_code == 429


def test_turning_it_off_needs_a_fresh_proof(kim, app, monkeypatch):
    turn_on(kim)
    later = time.time() + 3600
    monkeypatch.setattr(
        "flask_security.utils.naive_utcnow",
        lambda: datetime.fromtimestamp(later, UTC).replace(tzinfo=None),
    )
    answer = kim.get("/account/second-factor")
    assert answer.location.startswith("/account/verify?next=")
    wrong = door.post(kim, "/account/verify", {"password": "no"}, page=answer.location)
    assert wrong.status_code == 422
    monkeypatch.undo()
    door.post(kim, "/account/second-factor", {"setup": "disable"})
    assert door.found("kim@example.org").tf_totp_secret is None
    browser = app.test_client()
    assert door.sign_in(browser, "kim@example.org").location == "/dashboard"


def test_a_planted_session_needs_a_fresh_proof(client, session):
    make.sign_in(client, door.person(email="lee@example.org"))
    for path in ("/account/second-factor", "/account/recovery-codes", "/account/passkeys"):
        assert client.get(path).location.startswith("/account/verify")
    answer = door.post(
        client, "/account/verify", {"password": door.PASSWORD, "next": "/account/passkeys"}
    )
    assert answer.location == "/account/passkeys"
    assert client.get("/account/passkeys").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/sign-in/code", "/sign-in/recovery-code", "/sign-in/second-factor", "/sign-in/help"],
)
def test_no_later_step_is_reached_without_the_first(client, path):
    answer = client.get(path)
    assert answer.status_code in {302, 404}
    assert answer.status_code == 404 or answer.location == "/sign-in"


def test_demo_people_can_have_a_known_second_factor(app, client, session):
    from app.accounts.security import kept_second_factor

    user = door.person(email="demo@example.org")
    secret = "JBSWY3DPEHPK3PXP"
    user.tf_primary_method, user.tf_totp_secret = "authenticator", kept_second_factor(app, secret)
    session.commit()
    assert door.sign_in(client, "demo@example.org").location.startswith("/sign-in/code")
    code = TOTP(key=secret).generate().token
    assert door.post(client, "/sign-in/code", {"code": code}).location == "/dashboard"
