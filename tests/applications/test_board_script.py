"""The office's list by keyboard, in a real browser."""

import threading

import pytest
from werkzeug.serving import make_server

from app.applications.states import ApplicationState
from app.factory import create_app
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from tests import make
from tests.serving import served, signed_in

sync = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.fixture
def office(app, settings, session):
    """The list of three applications, and a manager's browser that is signed in."""
    call = make.call()
    for name in ("Anan", "Bora", "Chea"):
        make.application(call, make.person(name), state=ApplicationState.ELIGIBLE)
    manager = make.person("Manager")
    make.grant(manager, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    path = f"/tracking/{call.id}"
    keeper = make.sign_in(app.test_client(), manager)
    session.remove()
    with served(settings) as address:
        yield address, path, keeper


@pytest.fixture
def chromium():
    with sync.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


def test_keys_go_through_the_rows_and_leave_typing_alone(office, chromium):
    base, path, keeper = office
    page = signed_in(chromium.new_context(base_url=base), base, keeper)
    page.goto(path)
    on = "document.activeElement.textContent.trim()"
    page.keyboard.press("j")
    assert page.evaluate(on) == "Anan"
    page.keyboard.press("j")
    assert page.evaluate(on) == "Bora"
    page.keyboard.press("x")
    assert [box.is_checked() for box in page.locator("tbody input[type=checkbox]").all()] == [
        False,
        True,
        False,
    ]
    page.keyboard.press("k")
    assert page.evaluate(on) == "Anan"
    page.keyboard.press("/")
    page.keyboard.type("jxk?")
    assert page.locator("input[type=search]").input_value() == "jxk?"
    page.locator("tbody a").first.focus()
    page.keyboard.press("?")
    assert page.locator("details[data-keys]").get_attribute("open") is not None
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}/*")
    page.context.close()


def test_without_scripts_nothing_speaks_of_keys(office, chromium):
    base, path, keeper = office
    context = chromium.new_context(base_url=base, java_script_enabled=False)
    cookie = keeper.get_cookie("session", domain="localhost")
    context.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
    page = context.new_page()
    page.goto(path)
    assert page.get_by_text("By keyboard").is_hidden()
    context.close()
