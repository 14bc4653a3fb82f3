"""Signing in, up and out; recovery; what is told, recorded and refused."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import SessionRow
from app.accounts.security.hashing import CrowdedContext
from app.foundation.actors import Role
from app.foundation.clock import now, set_clock
from app.ledger.models import ConsentEntry
from tests import make
from tests.accounts import door

SECOND = timedelta(seconds=1)
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


@pytest.fixture(autouse=True)
def fresh_counts(app):
    from app.accounts.throttle import forget

    yield
    forget(app)


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


def sign_up(client, email, password=door.PASSWORD, name="MAUNG THIHA", onward="", **more):
    values = {"email": email, "password": password, "passport_name": name, "privacy": "y"}
    values |= {"next": onward} if onward else {}
    return door.post(client, "/sign-up", values, **more)


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
    event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    client.get("/about")
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
