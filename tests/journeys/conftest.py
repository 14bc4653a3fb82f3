"""A real server and real browsers: the house on a port of its own, Debian's Chromium before it."""

import re
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app.accounts.security import hash_password
from app.factory import create_app
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import speak
from config import Settings
from tests.conftest import DATABASES

CHROMIUM = "/usr/bin/chromium"
PASSWORD = "seven palm leaves in a row"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


BEYOND = """[...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth)
    .map((one) => `${one.tagName}.${one.className}`).slice(0, 6)"""


# What axe judges by, without the words: pages that are built alike are examined once.
BUILT = """[...document.querySelectorAll('html, html *')].map((one) => one.tagName
    + [...one.attributes].map((a) => a.name + (/^(class|role|type|lang|hidden|open|dir|aria-[^l].*)$/
        .test(a.name) ? a.value : a.value ? '=' : '')).join()
    + (one.childElementCount || one.textContent.trim() ? '' : '!')).join('>')"""
EXAMINED: set[int] = set()


@dataclass
class House:
    """A running house: where it is, and the application behind it for what has no page."""

    url: str
    app: object
    # What the house's clock shows while it is asked; None: the machine's.
    moment: datetime | None = None

    def answers(self, environ, start_response):
        at = clock.set_clock(self.moment) if self.moment else nullcontext()
        with at:
            return self.app(environ, start_response)


@pytest.fixture(params=DATABASES[:1])
def database_url(request, tmp_path, sqlite_template) -> str:
    """Journeys run on one database; what differs between the two is tested without a browser."""
    import shutil

    shutil.copy(sqlite_template, tmp_path / "journey.sqlite")
    return f"sqlite:///{tmp_path / 'journey.sqlite'}"


@pytest.fixture
def house(database_url: str, tmp_path) -> Iterator[House]:
    server = make_server("127.0.0.1", 0, lambda *_a: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    settings = Settings.from_environment(
        {
            "ENVIRONMENT": "development",
            "INSTANCE_PATH": str(tmp_path / "instance"),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a secret for journeys only",
            "DEMO": "1",
            "PUBLIC_URL": url,
        }
    )
    app = create_app(settings)
    running = House(url, app)
    server.app = running.answers
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with app.app_context():
        speak("en", None)
        yield running
        db.session.remove()
        db.engine.dispose()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


class Visitor:
    """One person's browser, on a screen of a width, with scripts or without."""

    def __init__(self, browser: Browser, house: House, *, width: int, scripts: bool, locale: str):
        self.house, self.scripts, self.locale = house, scripts, locale
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            base_url=house.url,
            locale=locale,
            timezone_id="Asia/Phnom_Penh",
        )
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._note)

    def _note(self, message) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def goes_to(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None and answer.status == 200, (path, answer and answer.status)
        self.looks()

    def looks(self) -> None:
        """What holds on every page: its language, no sideways scrolling, nothing axe objects to."""
        page = self.page
        assert page.locator("html").get_attribute("lang") == self.locale
        assert page.locator("h1").count() == 1, page.url
        if not self.scripts:
            return
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            beyond = page.evaluate(BEYOND)
            pytest.fail(f"{page.url} is {wide} px too wide: {beyond}")
        built = hash((page.viewport_size["width"], re.sub("[0-9]+", "n", page.evaluate(BUILT))))
        if built in EXAMINED:
            return
        EXAMINED.add(built)
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(page)
        assert found.violations_count == 0, (page.url, found.generate_report())

    def presses(self, selector: str) -> None:
        """Press a button or a link, and arrive somewhere that is no fault."""
        with self.page.expect_navigation() as going:
            self.page.locator(selector).first.click()
        answer = going.value
        assert answer is None or answer.status < 400, (self.page.url, answer.status)
        self.looks()

    def signs_in(self, address: str) -> None:
        self.goes_to("/sign-in")
        self.page.fill("input[name=email]", address)
        self.page.fill("input[name=password]", PASSWORD)
        self.presses("form:has(input[name=password]) button.button")
        assert self.page.url.endswith("/dashboard"), self.page.url

    def leaves(self) -> None:
        assert self.faults == []
        self.context.close()


@pytest.fixture
def visitor(chromium, house, request):
    """Makes visitors of this variant: visitor() is a fresh browser."""
    width, scripts, locale = request.param
    made: list[Visitor] = []

    def make_one() -> Visitor:
        one = Visitor(chromium, house, width=width, scripts=scripts, locale=locale)
        made.append(one)
        one.page.context.add_cookies([{"name": "lang", "value": locale, "url": house.url}])
        return one

    make_one.locale = locale
    yield make_one
    for one in made:
        one.leaves()
