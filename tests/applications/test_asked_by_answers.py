"""Questions that other answers bring up, tables with rows and translations, in the draft's pages."""

import copy
import re

import pytest
from sqlalchemy import select

from app.applications.dossier import dossier
from app.applications.models import (
    Application,
    ListedAnswer,
    Preference,
    SectionAnswers,
    Submission,
)
from app.fellowships.models import Call
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


# --- Whole sections


THESIS = {
    "key": "thesis_part",
    "title": {"en": "Your thesis"},
    "show_if": {"question": "degree", "is": ["phd"]},
    "questions": [
        {"key": "topic", "kind": "short text", "label": {"en": "Its topic"}, "required": True},
        {
            "key": "year",
            "kind": "choice",
            "label": {"en": "Its year"},
            "options": [{"key": y, "label": {"en": y}} for y in ("y1", "y2")],
        },
    ],
}


@pytest.fixture
def parted(draft):
    """The same draft where the thesis, and what hosts are wished for, are asked of doctors."""
    call, person, application_id = draft
    version = db.session.get_one(FormVersion, draft_version(application_id))
    form = copy.deepcopy(version.definition)
    form["sections"].insert(1, copy.deepcopy(THESIS))
    form["sections"][2]["show_if"] = {"question": "degree", "is": ["phd"]}
    version.definition = form
    places = [make.place(call).id, make.place(call).id]
    db.session.commit()
    return person, application_id, places


def draft_version(application_id: int) -> int:
    return db.session.get_one(Application, application_id).form_version_id


def answer(browser, page, degree: str, version: int):
    return browser.post(page, data={**TYPED, "version": version, "answer_degree": degree})


def test_a_section_is_not_in_the_way_until_an_answer_brings_it_up(browser, page, parted) -> None:
    _person, application_id, _places = parted
    home, part = f"/applications/{application_id}", f"/applications/{application_id}/thesis_part"
    assert "Your thesis" not in browser.get(home).text
    assert 'data-show-if="[{&#34;of&#34;: &#34;answer_degree&#34;' in browser.get(page).text

    first = browser.get(part, follow_redirects=True)
    assert first.request.path == home
    assert "this section is not for you to fill in" in first.text

    assert answer(browser, page, "ma", 0).headers["Location"].endswith("/documents")
    check = browser.get(f"{home}/check").text
    assert "Your thesis" not in check
    assert "Choose at least one host institution." not in check

    browser.post(page, data={**TYPED, "version": 1, "answer_degree": "phd", "answer_thesis": "T"})
    assert "Your thesis" in browser.get(home).text
    check = browser.get(f"{home}/check").text
    assert "Its topic — Please answer this." in check.replace("&#8212;", "—")
    assert "Choose at least one host institution." in check


def test_what_is_written_in_a_section_comes_back_with_it_and_is_not_sent_without(
    browser, page, parted
) -> None:
    person, application_id, places = parted
    home = f"/applications/{application_id}"
    typed = {**TYPED, "answer_thesis": "T", "live": "1"}
    browser.post(page, data={**typed, "version": 0, "answer_degree": "phd"})
    told = {"version": 0, "answer_topic": "CANARY", "answer_year": "y1"}
    browser.post(f"{home}/thesis_part", data=told)
    browser.post(f"{home}/places", data={"version": 0, "choice-1": places[0]})
    helping.upload(person, application_id)
    assert "CANARY" in browser.get(f"{home}/check").text

    browser.post(page, data={**typed, "version": 1, "answer_degree": "ma"})
    assert "CANARY" not in browser.get(f"{home}/check").text
    assert kept(application_id)["topic"] == "CANARY", "a draft forgets nothing"
    browser.post(page, data={**typed, "version": 2, "answer_degree": "phd"})
    assert "CANARY" in browser.get(f"{home}/check").text
    browser.post(page, data={**typed, "version": 3, "answer_degree": "ma"})

    submission_id = helping.submit(person, application_id, key="k")
    sent = db.session.get_one(Submission, submission_id).content
    assert sent["answers"]["thesis_part"] == {"topic": None, "year": None}
    assert sent["preferences"] == []
    listed = db.session.scalars(
        select(ListedAnswer.question).where(ListedAnswer.application_id == application_id)
    ).all()
    assert "year" not in listed
    assert not db.session.scalars(select(Preference)).all()
    form = db.session.get_one(FormVersion, draft_version(application_id)).definition
    assert [s.key for s in dossier(form, sent).sections] == ["study", "documents"]


def test_a_section_that_another_page_left_out_keeps_what_is_typed_in_it(
    browser, page, parted
) -> None:
    _person, application_id, _places = parted
    part = f"/applications/{application_id}/thesis_part"
    answer(browser, page, "phd", 0)
    opened = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(part).text)[1]
    answer(browser, page, "ma", 1)
    told = {"version": 0, "answer_topic": "Typed in the other tab", "csrf_token": opened}
    after = browser.client.post(part, data=told, follow_redirects=True)
    assert after.request.path == f"/applications/{application_id}"
    assert "by what you answered, this section is not sent" in after.text
    assert kept(application_id)["topic"] == "Typed in the other tab"


def test_an_answer_that_is_not_asked_decides_no_condition(browser, page, parted) -> None:
    """What a section that is left out says of years or degrees counts for nothing."""
    _person, application_id, _places = parted
    application = db.session.get_one(Application, application_id)
    version = db.session.get_one(FormVersion, application.form_version_id)
    form = copy.deepcopy(version.definition)
    form["sections"][1]["questions"].append(
        {"key": "service_years", "kind": "number", "label": {"en": "Years of service"}}
    )
    version.definition = form
    call = db.session.get_one(Call, application.opportunity_id)
    call.eligibility = {"service": {"years": 5}}
    db.session.commit()
    home = f"/applications/{application_id}"
    answer(browser, page, "phd", 0)
    browser.post(
        f"{home}/thesis_part", data={"version": 0, "answer_topic": "T", "answer_service_years": "2"}
    )
    assert "By your profile you may not apply for this." in browser.get(home).text
    answer(browser, page, "ma", 1)
    assert "By your profile you may not apply for this." not in browser.get(home).text
