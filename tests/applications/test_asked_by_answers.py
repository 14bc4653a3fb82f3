"""Questions that other answers bring up, tables with rows and translations, in the draft's pages."""

import copy
import re

import pytest
from sqlalchemy import select

from app.applications.models import SectionAnswers, Submission
from app.foundation import clock
from app.foundation.database import db
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping

STUDY = [
    {"key": "headline", "kind": "short text", "label": {"en": "Title"}, "required": True},
    {
        "key": "plan",
        "kind": "long text",
        "label": {"en": "Research plan"},
        "required": True,
        "translation": True,
    },
    {
        "key": "degree",
        "kind": "choice",
        "label": {"en": "Highest degree"},
        "options": [{"key": k, "label": {"en": k.upper()}} for k in ("ma", "phd")],
    },
    {
        "key": "thesis",
        "kind": "short text",
        "label": {"en": "Title of the thesis"},
        "required": True,
        "show_if": {"question": "degree", "is": ["phd"]},
    },
    {
        "key": "schools",
        "kind": "rows",
        "label": {"en": "Where you studied"},
        "columns": [
            {"key": "school", "kind": "short text", "label": {"en": "School"}, "required": True},
            {"key": "until", "kind": "month", "label": {"en": "Until"}},
        ],
    },
    {"key": "salary", "kind": "money", "currency": "USD", "label": {"en": "Salary a month"}},
]


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def draft(session):
    call = make.call()
    form = copy.deepcopy(make.FORM)
    form["sections"][0]["questions"] = STUDY
    form["sections"][2]["questions"][0]["show_if"] = {"question": "degree", "is": ["phd"]}
    version = db.session.scalars(
        select(FormVersion).where(FormVersion.opportunity_id == call.id)
    ).one()
    version.definition = form
    db.session.commit()
    person = make.person("SOK DARA")
    application_id = helping.start(call, person)
    return call, person, application_id


@pytest.fixture
def page(browser, draft):
    return f"/applications/{draft[2]}/study"


class Browser:
    """A browser that sends the token of the page that it is on."""

    def __init__(self, client) -> None:
        self.client = client
        self.get = client.get

    def post(self, path: str, data: dict, **more):
        shown = self.client.get(path).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[1]
        return self.client.post(path, data={**data, "csrf_token": token}, **more)


@pytest.fixture
def browser(client, draft):
    return Browser(make.sign_in(client, draft[1]))


TYPED = {
    "answer_headline": "Borders",
    "answer_plan": "គម្រោងស្រាវជ្រាវ",
    "answer_salary": "450.50",
}


def kept(application_id: int) -> dict:
    db.session.expire_all()
    rows = db.session.scalars(
        select(SectionAnswers).where(SectionAnswers.application_id == application_id)
    )
    return {k: v for row in rows for k, v in row.answers.items()}


def test_a_question_comes_up_with_its_answer_and_is_not_missing_before(
    browser, page, draft
) -> None:
    shown = browser.get(page).text
    assert 'data-question="answer_thesis" data-show-if=' in shown
    block = shown.split('data-question="answer_thesis"')[1].split(">")[0]
    assert block.endswith("hidden")

    answer = browser.post(page, data={**TYPED, "version": 0, "answer_degree": "phd"})
    assert answer.headers["Location"].endswith("/study"), "it asks more, so it stays"
    again = browser.get(page).text
    block = again.split('data-question="answer_thesis"')[1].split(">")[0]
    assert "hidden" not in block
    assert "Title of the thesis — Please answer this." in browser.get(
        f"/applications/{draft[2]}/check"
    ).text.replace("&#8212;", "—")


def test_with_a_script_the_page_goes_on_since_the_question_was_seen(browser, page) -> None:
    typed = {**TYPED, "version": 0, "answer_degree": "phd", "live": "1", "answer_thesis": "T"}
    assert browser.post(page, data=typed).headers["Location"].endswith("/places")


def test_a_table_keeps_its_rows_and_offers_another(browser, page, draft) -> None:
    typed = {
        **TYPED,
        "version": 0,
        "answer_schools-0-school": "ITC",
        "answer_schools-0-until-month": "9",
        "answer_schools-0-until-year": "2020",
        "answer_schools-7-school": "RUPP",
        "answer_schools-9-school": "",
        "more": "schools",
    }
    answer = browser.post(page, data=typed)
    assert answer.headers["Location"].endswith("/study?more=schools#answer_schools")
    assert kept(draft[2])["schools"] == [
        {"school": "ITC", "until": "2020-09"},
        {"school": "RUPP", "until": None},
    ]
    assert kept(draft[2])["salary"] == 45050
    shown = browser.get(f"{page}?more=schools").text
    assert 'name="answer_schools-2-school"' in shown
    assert 'value="RUPP"' in shown
    assert 'value="450.50"' in shown


def test_a_row_that_cannot_be_read_is_said_beside_it_and_kept_while_typing(
    browser, page, draft
) -> None:
    typed = {
        **TYPED,
        "version": 0,
        "answer_schools-0-school": "ITC",
        "answer_schools-0-until-month": "19",
        "answer_schools-0-until-year": "2020",
    }
    refused = browser.post(page, data=typed)
    assert refused.status_code == 422
    assert "Row 1, Until: Write the month" in refused.text
    assert 'value="19"' in refused.text
    told = browser.post(page, data=typed, headers={"Accept": "application/json"})
    assert told.json["problems"]["answer_schools"].startswith("Row 1, Until:")
    assert kept(draft[2])["schools"] == [{"school": "ITC", "until": None}]


def test_a_translation_stands_beside_the_original_with_its_maker(browser, page, draft) -> None:
    typed = {
        **TYPED,
        "version": 0,
        "answer_plan.translation": "A research plan",
        "answer_plan.translator": "commissioned",
        "live": "1",
    }
    browser.post(page, data=typed)
    answers = kept(draft[2])
    assert (answers["plan"], answers["plan.translation"], answers["plan.translator"]) == (
        *("គម្រោងស្រាវជ្រាវ", "A research plan", "commissioned"),
    )
    check = browser.get(f"/applications/{draft[2]}/check").text
    assert "Translation of “Research plan”, if you have one" in check
    assert "Somebody made it for me" in check


def test_what_is_not_asked_is_neither_missing_nor_sent(browser, page, draft) -> None:
    _call, person, application_id = draft
    typed = {**TYPED, "version": 0, "answer_degree": "phd", "answer_thesis": "SECRET", "live": "1"}
    browser.post(page, data=typed)
    helping.upload(person, application_id)
    browser.post(page, data={**typed, "version": 1, "answer_degree": "ma"})
    assert kept(application_id)["thesis"] == "SECRET", "a draft forgets nothing"
    assert "SECRET" not in browser.get(f"/applications/{application_id}/check").text
    submission_id = helping.submit(person, application_id, key="k")
    sent = db.session.get_one(Submission, submission_id)
    assert sent.content["answers"]["study"]["thesis"] is None
    assert sent.content["documents"] == []
    assert kept(application_id)["thesis"] is None
