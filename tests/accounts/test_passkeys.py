"""A passkey is added, opens the account and is removed, in a real browser."""

import threading

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app.accounts.throttle import forget
from tests.accounts import door


@pytest.fixture
def site(app):
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    forget(app)


@pytest.fixture
def page(site):
    """A browser whose device has a passkey store with a willing finger."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(base_url=site)
        cdp = page.context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        said = []
        page.on("console", lambda message: said.append(message.text))
        yield page
        browser.close()
        assert not [text for text in said if "Content Security Policy" in text]


@pytest.mark.browser
def test_a_passkey_is_added_opens_the_account_and_is_removed(page, site, session, app):
    door.person(email="kim@example.org")
    session.remove()
    page.goto("/sign-in?next=/account/passkeys")
    page.get_by_label("Email address").fill("kim@example.org")
    page.get_by_label("Password").fill(door.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Name of this passkey").fill("ទូរស័ព្ទរបស់ខ្ញុំ")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account")
    assert "ទូរស័ព្ទរបស់ខ្ញុំ" in page.content()

    page.get_by_text("PERSON", exact=False).first.click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/account")
    assert "You sign in as kim@example.org" in page.content()

    page.goto("/account/passkeys")
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/account/passkeys")
    assert "is removed" in page.content()
    assert door.verbs() == [
        "user.signed_in",
        "user.passkey_added",
        "user.signed_out",
        "user.signed_in",
        "user.passkey_removed",
    ]
    assert [m.values["what"] for m in door.letters("sign_in_changed")] == [
        "passkey added",
        "passkey removed",
    ]


def test_a_made_up_passkey_opens_nothing(app, client, session):
    forget(app)
    csrf = door.token(client)
    page = client.post("/sign-in/passkey", data={"csrf_token": csrf}).text
    path = page.split('action="/sign-in/passkey/')[1].split('"')[0]
    for credential in (
        "",
        "{}",
        "[]",
        "null",
        '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
        "x" * 5000,
    ):
        answer = client.post(
            f"/sign-in/passkey/{path}", data={"csrf_token": csrf, "credential": credential}
        )
        assert answer.location == "/sign-in/passkey"
    forget(app)
