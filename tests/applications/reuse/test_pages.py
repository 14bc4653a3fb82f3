"""Pages on which answers are used again."""

import re

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.foundation.database import db
from tests import make
from tests.applications import helping
from tests.applications.reuse.earlier import call, rows_of, sent


@pytest.fixture
def browser(client, person):
    return make.sign_in(client, person)


def post(browser, path: str, data: dict, page: str = ""):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page or path).text)[1]
    return browser.post(path, data={"csrf_token": token, **data})


def test_a_section_says_where_each_answer_is_from_until_it_is_confirmed(browser, person):
    sent(person)
    second = helping.start(call(), person)
    page = browser.get(f"/applications/{second}/study").text
    assert page.count("taken from your application to") >= 3
    assert 'id="carried"' in browser.get(f"/applications/{second}/documents").text
    answer = post(
        browser,
        f"/applications/{second}/study",
        {
            "version": "1",
            "answer_headline": "H",
            "answer_plan": "P",
            "answer_highest": "doctorate",
            "answer_purpose": "Short",
        },
    )
    assert answer.status_code == 302
    assert "taken from your application" not in browser.get(f"/applications/{second}/study").text
    assert rows_of(second)["study"].looked_at is not None


def test_the_core_is_written_on_a_page_and_then_asks_which_drafts_take_it(browser, person):
    sent(person)
    second = helping.start(call(), person)
    answer = post(
        browser,
        "/applications/answers",
        {"version": "1", "answer_degree": "doctorate", "answer_statement": "Borders of words"},
    )
    assert answer.location == "/applications/answers/drafts"
    page = browser.get(answer.location).text
    (name,) = re.findall(r'name="take" value="([^"]+)"', page)
    assert "Master" in page and "Doctorate" in page
    answer = post(browser, "/applications/answers/drafts", {"take": name})
    assert answer.location == "/applications"
    assert rows_of(second)["study"].answers["highest"] == "doctorate"
    assert browser.get("/applications/answers/drafts").location == "/profile"


def test_a_draft_of_somebody_else_is_not_changed_by_naming_it(browser, person, session):
    stranger = make.person("SOMEBODY ELSE")
    theirs = helping.start(call(), stranger)
    sent(person)
    helping.start(call(), person)
    post(browser, "/applications/answers", {"version": "1", "answer_degree": "doctorate"})
    answer = post(browser, "/applications/answers/drafts", {"take": f"{theirs}:highest:0"})
    assert answer.status_code == 409
    assert rows_of(theirs) == {}


def test_the_profile_asks_too_when_its_languages_change(browser, person):
    sent(person)
    page = browser.get("/profile").text
    found = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', page))
    told = {**found, "do": "save", "passport_name": "KIM", "locale": "en"}
    answer = browser.post("/profile", data={**told, "home_institution_text": "Institute"})
    assert answer.location == "/profile"
    assert "/applications/answers/drafts" in browser.get("/profile").text
    assert "/applications/answers/drafts" not in browser.get("/profile").text


def test_the_page_before_starting_tells_that_earlier_answers_are_put_in(browser, person):
    again, plain = call(), call(make.FORM)
    said = "put in where this form asks for it again"
    assert said in browser.get(f"/applications/start/{again.id}").text
    assert said not in browser.get(f"/applications/start/{plain.id}").text
    assert db.session.scalar(select(Application.id)) is None


def test_two_pages_of_the_core_keep_what_both_say(browser, person):
    sent(person)
    typed = {"version": "1", "answer_statement": "Of this page"}
    first = {"version": "1", "answer_statement": "Of the other page"}
    assert post(browser, "/applications/answers", first).status_code == 302
    both = post(browser, "/applications/answers", typed)
    assert both.status_code == 409
    assert "Of this page" in both.text
    assert "Of the other page" in both.text
    assert "Take the saved version" in both.text
