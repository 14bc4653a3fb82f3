"""The draft's script in a real browser: saves by itself, survives a lost connection, counts."""

import copy
import threading

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app.applications.models import SectionAnswers
from app.factory import create_app
from app.foundation import clock
from app.foundation.database import db
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.serving import served, signed_in

sync = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser


@pytest.fixture
def draft(app, settings, session):
    """An application that is open now, and the address of its first section."""
    now = clock.now()
    call = make.call(closes_at=now + make.timedelta(days=9))
    person = make.person("CHANTHOU SOPHEAP", zone="Asia/Phnom_Penh")
    mine = helping.start(call, person, now=now)
    keeper = app.test_client()
    make.sign_in(keeper, person)
    session.remove()
    with served(settings) as address:
        yield address, f"/applications/{mine}/study", keeper


@pytest.fixture
def page(draft):
    address, path, keeper = draft
    with sync.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = signed_in(chromium.new_context(), address, keeper)
        page.goto(address + path)
        yield page
        chromium.close()


def headline(session) -> str:
    session.rollback()
    return session.scalars(select(SectionAnswers)).one().answers["headline"]


def test_what_is_typed_is_saved_and_survives_a_lost_connection(page, session) -> None:
    line = page.locator("#saved-line")
    page.fill("#answer_headline", "Typed and left")
    page.focus("#answer_plan")
    sync.expect(line).to_contain_text("Phnom Penh time")
    assert headline(session) == "Typed and left"

    page.fill("#answer_plan", "គម្រោងនេះសិក្សាអំពី")
    sync.expect(page.locator("#answer_plan-count")).to_have_text("4 of 500 words")

    page.context.set_offline(True)
    page.fill("#answer_headline", "Written in the train")
    page.focus("#answer_plan")
    sync.expect(line).to_contain_text("No connection")
    page.context.set_offline(False)
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(page.url)
    assert again.input_value("#answer_headline") == "Written in the train"
    sync.expect(again.locator("#saved-line")).to_contain_text("Phnom Penh time", timeout=10_000)
    assert headline(session) == "Written in the train"


def test_a_second_page_is_told_and_shown_both(page, session) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#answer_headline", "From the other page")
    other.focus("#answer_plan")
    sync.expect(other.locator("#saved-line")).to_contain_text("Saved at")
    page.fill("#answer_headline", "From this page")
    page.focus("#answer_plan")
    sync.expect(page.locator("#saved-line")).to_contain_text("changed on another page")
    page.click("text=Save and continue")
    sync.expect(page.locator(".meanwhile").first).to_contain_text("From the other page")
    assert page.input_value("#answer_headline") == "From this page"


def test_a_section_comes_into_the_task_list_with_the_answer_that_brings_it_up(
    page, session
) -> None:
    session.rollback()
    version = session.scalars(select(FormVersion)).one()
    form = copy.deepcopy(version.definition)
    form["sections"][0]["questions"].append(
        {"key": "been", "kind": "yes or no", "label": {"en": "Have you been there?"}}
    )
    form["sections"].insert(
        1,
        {
            "key": "stay",
            "title": {"en": "Your stay"},
            "show_if": {"question": "been", "is": ["yes"]},
            "questions": [{"key": "where", "kind": "short text", "label": {"en": "Where"}}],
        },
    )
    version.definition = form
    session.commit()
    page.reload()
    stay = page.get_by_role("link", name="Your stay")
    sync.expect(stay).to_have_count(0)
    page.get_by_label("Yes").check()
    sync.expect(stay).to_be_visible()
    page.get_by_label("No", exact=True).check()
    sync.expect(stay).to_have_count(0)
