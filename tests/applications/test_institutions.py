"""An institution is asked for by any of its names: chosen of the list, or kept as it is written."""

import re

import pytest
from sqlalchemy import select

from app.applications.models import SectionAnswers
from app.foundation import clock
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from app.opportunities.form_definitions import in_words, parse_form, read_answer
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.applications.test_pages import post

ASKED = {
    "sections": [
        {
            "key": "study",
            "kind": "questions",
            "title": {"en": "Study"},
            "questions": [
                {"key": "school", "kind": "organisation", "label": {"en": "School"}},
                {
                    "key": "earlier",
                    "kind": "rows",
                    "label": {"en": "Earlier"},
                    "columns": [{"key": "at", "kind": "organisation", "label": {"en": "At"}}],
                },
            ],
        }
    ]
}


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def school(session) -> int:
    made = make.organisation("Universitas Gadjah Mada", "ID", acronym="UGM")
    found = made.id
    with unit_of_work(make.actor(make.person())) as work:
        index_document(work, "organisation", found, text="Universitas Gadjah Mada\nUGM")
    return found


@pytest.fixture
def browser(client, session):
    person = make.person("CHANTHOU SOPHEAP")
    call = make.call()
    version = session.scalar(select(FormVersion).where(FormVersion.opportunity_id == call.id))
    version.definition = ASKED
    session.commit()
    mine = helping.start(call, person)
    client = make.sign_in(client, person)
    client.study = f"/applications/{mine}/study"
    return client


def kept(session) -> dict:
    session.rollback()
    return session.scalar(select(SectionAnswers.answers))


def version(page: str) -> str:
    return re.search(r'name="version"[^>]*value="(\d+)"', page)[1]


def send(browser, **fields):
    page = browser.get(browser.study).text
    return post(browser, browser.study, {"version": version(page), **fields})


def test_it_is_written_found_and_chosen_without_a_script(browser, session, school) -> None:
    found = send(browser, answer_school="ugm", find="answer_school")
    assert found.status_code == 200
    assert f'name="answer_school-is" value="{school}"' in found.text
    assert "keep it as I wrote it" in found.text
    assert kept(session)["school"] == "ugm"
    chosen = {
        "answer_school": "ugm", "answer_school-for": "ugm", "answer_school-is": str(school),
        "version": version(found.text),
    }  # fmt: skip
    assert post(browser, browser.study, chosen).status_code == 302
    answer = {"organisation": school, "name": "Universitas Gadjah Mada"}
    assert kept(session)["school"] == answer
    page = browser.get(browser.study).text
    assert 'value="Universitas Gadjah Mada"' in page
    assert f'name="answer_school-is" value="{school}" checked' in page
    assert "Universitas Gadjah Mada" in browser.get(browser.study.replace("study", "check")).text


def test_what_is_not_on_the_list_is_kept_as_it_is_written(browser, session, school) -> None:
    page = send(browser, answer_school="Qqqq Institute", find="answer_school")
    assert "Nothing was found for “Qqqq Institute”" in page.text
    assert kept(session)["school"] == "Qqqq Institute"


@pytest.mark.parametrize("chosen", ["999999", "-1", "x", "٣", "9" * 40])
def test_a_choice_that_is_none_of_the_list_is_what_was_written(browser, session, chosen) -> None:
    fields = {"answer_school": "My school", "answer_school-for": "My school"}
    send(browser, **fields, **{"answer_school-is": chosen})
    assert kept(session)["school"] == "My school"


def test_whoever_writes_another_name_has_not_chosen_it(browser, session, school) -> None:
    fields = {"answer_school-for": "ugm", "answer_school-is": str(school)}
    send(browser, answer_school="Chulalongkorn", **fields)
    assert kept(session)["school"] == "Chulalongkorn"


def test_rows_ask_for_institutions_alike(browser, session, school) -> None:
    name = "answer_earlier-3-at"
    page = send(browser, **{name: "gadjah"}, find=name).text
    assert f'name="{name}-is" value="{school}"' in page
    chosen = {name: "gadjah", f"{name}-for": "gadjah", f"{name}-is": str(school)}
    post(browser, browser.study, {**chosen, "version": version(page)})
    answer = {"organisation": school, "name": "Universitas Gadjah Mada"}
    assert kept(session)["earlier"] == [{"at": answer}]


def test_the_script_is_given_the_same_choices(browser, school) -> None:
    found = browser.get("/organisations/choices?name=answer_school&q=ugm").text
    assert f'name="answer_school-is" value="{school}"' in found
    assert "Nothing was found" in browser.get("/organisations/choices?name=a&q=qqqq").text
    assert browser.get('/organisations/choices?name="><b>&q=ugm').text == ""
    assert browser.get("/organisations/choices?name=answer_school").text == ""


def test_an_answer_is_read_as_its_name_whatever_is_kept() -> None:
    question = parse_form(ASKED).question("school")
    assert in_words(question, {"organisation": 3, "name": "UGM"}, "en") == "UGM"
    assert in_words(question, "UGM", "en") == "UGM"
    assert read_answer(question, {"organisation": True, "name": "UGM"}).value == "UGM"
    assert read_answer(question, {"organisation": 3}).value is None
