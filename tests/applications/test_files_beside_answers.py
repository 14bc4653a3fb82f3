"""A document and questions on one page: without a script, a file takes what was typed along."""

import copy
import io
import re
import threading

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app.accounts.models import User
from app.applications.models import Document, SectionAnswers
from app.factory import create_app
from app.foundation import clock
from app.foundation.database import db
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.fellowships.pages.pressing import hidden
from tests.files import samples
from tests.reviews.test_changing import Scene
from tests.serving import served, signed_in

TYPED = {"answer_headline": "Khmer word borders", "answer_plan": "ខ្ញុំសិក្សា"}


def one_page(call) -> None:
    """The call's form, with its document among the questions of its first section."""
    form = copy.deepcopy(make.FORM)
    form["sections"][0]["questions"] += form["sections"].pop()["questions"]
    query = select(FormVersion).where(FormVersion.opportunity_id == call.id)
    db.session.scalars(query).one().definition = form
    db.session.commit()


@pytest.fixture
def started(session):
    call = make.call(closes_at=clock.now() + make.timedelta(days=9))
    one_page(call)
    person = make.person("SOK DARA")
    return person, helping.start(call, person, now=clock.now())


@pytest.fixture
def browser(client, started):
    return make.sign_in(client, started[0])


@pytest.fixture
def page(started) -> str:
    return f"/applications/{started[1]}/study"


def send(browser, page: str, content: bytes = samples.PDF, **typed: str):
    """Press “Upload” as a browser without scripts does: all that is on the page goes along."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page).text)[1]
    file = (io.BytesIO(content), "transcript.pdf")
    data = {"csrf_token": token, "file-transcript": file, **typed}
    return browser.post(page.replace("/study", "/files/transcript"), data=data)


def kept(session) -> dict:
    session.rollback()
    return session.scalars(select(SectionAnswers.answers)).one()


def uploaded(session) -> int:
    session.rollback()
    return len(session.scalars(select(Document.id)).all())


def test_what_was_typed_is_kept_with_the_file(browser, session, page) -> None:
    answer = send(browser, page, version="0", **TYPED)
    assert answer.location == f"{page}#slot-transcript"
    assert kept(session) == {"headline": "Khmer word borders", "plan": "ខ្ញុំសិក្សា"}
    assert uploaded(session) == 1


def test_a_file_that_is_refused_takes_no_answer_with_it(browser, session, page) -> None:
    answer = send(browser, page, b"<html>", version="0", **TYPED)
    assert answer.status_code == 422
    assert "HTML" in answer.text
    assert "ខ្ញុំសិក្សា" in answer.text
    assert kept(session)["plan"] == "ខ្ញុំសិក្សា"
    assert uploaded(session) == 0
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)[1]
    again = send(browser, page, version=version, answer_headline="Changed", answer_plan="Plan")
    assert again.status_code == 302


def test_an_answer_that_cannot_be_is_shown_as_it_was_typed(browser, session, page) -> None:
    long = "word " * 501
    answer = send(browser, page, version="0", answer_headline="Title", answer_plan=long)
    assert answer.status_code == 422
    assert "is uploaded" in answer.text
    assert long.strip() in answer.text
    assert 'id="answer_plan-error"' in answer.text
    assert kept(session)["headline"] == "Title"
    assert uploaded(session) == 1


def test_of_two_pages_both_versions_are_shown_and_the_file_is_there(
    browser, session, page, started
) -> None:
    helping.save(started[0], started[1], {"headline": "Elsewhere"}, now=clock.now())
    answer = send(browser, page, version="0", **TYPED)
    assert answer.status_code == 409
    assert "Elsewhere" in answer.text
    assert "Khmer word borders" in answer.text
    assert kept(session)["headline"] == "Elsewhere"
    assert uploaded(session) == 1


def test_what_is_said_about_a_document_takes_the_answers_along(browser, session, page) -> None:
    def press(button: str, **sent: str):
        shown = browser.get(page).text
        names = {
            name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', shown)[1]
            for name in ("csrf_token", "version")
        }
        return browser.post(
            page.replace("/study", f"/files/transcript/{button}"), data=names | sent
        )

    refused = press("cannot", answer_headline="First", answer_plan="Plan")
    assert refused.status_code == 422
    assert "First" in refused.text
    assert kept(session)["headline"] == "First"
    asked = press("cannot", answer_headline="Second", **{"because-transcript": "It burnt."})
    assert asked.location == f"{page}#slot-transcript"
    assert kept(session)["headline"] == "Second"
    assert "You said on" in browser.get(page).text
    send(browser, page)
    document = session.scalars(select(Document.id)).one()
    out = press(f"{document}/remove", answer_headline="Third", answer_plan="word " * 501)
    assert out.status_code == 422
    assert "is taken out" in out.text
    assert kept(session)["headline"] == "Third"
    expired = press("cannot", csrf_token="old", answer_headline="Fourth")  # noqa: S106 - no secret
    assert expired.status_code == 422
    assert "Fourth" in expired.text
    assert kept(session)["headline"] == "Third"


def test_who_is_given_time_keeps_what_was_typed(browser, session, page) -> None:
    shown = browser.get(page).text
    names = {n: re.search(rf'name="{n}"[^>]*value="([^"]+)"', shown)[1] for n in ("csrf_token",)}
    sent = names | {"version": "0", "note-transcript": "It stops.", **TYPED}
    answer = browser.post(page.replace("/study", "/files/transcript/fails"), data=sent)
    assert answer.location.endswith("/files/transcript/receipt")
    assert kept(session)["headline"] == TYPED["answer_headline"]


def test_changes_that_were_typed_are_kept_with_the_file(app, session) -> None:
    with clock.set_clock(make.NOW):
        scene = Scene()
        scene.ask("plan", "transcript")
        own = make.sign_in(app.test_client(), db.session.get(User, scene.person_id))
        address = f"/applications/{scene.application_id}/changes/{scene.request().id}"
        files = f"{address}/files/transcript"
        shown = hidden(own.get(address).text)

        def up(content: bytes, **typed: str):
            file = (io.BytesIO(content), "again.pdf")
            return own.post(files, data={**shown, "file-transcript": file, **typed})

        assert up(b"<html>", answer_plan="Typed").status_code == 422
        assert scene.request().answers["plan"] == "Typed"
        clash = up(samples.PDF + b"%again", answer_plan="Other")
        assert clash.status_code == 409
        assert "Typed" in clash.text
        assert "Other" in clash.text
        assert scene.request().answers["plan"] == "Typed"
        [document] = scene.request().documents["transcript"]
        out = own.post(f"{files}/{document}/leave-out", data={**shown, "answer_plan": "Third"})
        assert out.status_code == 409
        assert "Third" in out.text
        assert not scene.request().documents.get("transcript")


@pytest.fixture(params=[False, True], ids=["without a script", "with it"])
def opened(request, app, settings, browser, page, session):
    """The page in a real browser."""
    sync = pytest.importorskip("playwright.sync_api")
    session.remove()
    with served(settings) as address, sync.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(java_script_enabled=request.param)
        shown = signed_in(context, address, browser)
        shown.goto(address + page)
        yield shown
        chromium.close()


@pytest.mark.browser
def test_in_a_browser_nothing_is_lost_and_enter_saves(opened, session) -> None:
    opened.fill("#answer_headline", "Typed before the file")
    file = {"name": "transcript.pdf", "mimeType": "application/pdf", "buffer": samples.PDF}
    opened.set_input_files("#file-transcript", files=[file])
    opened.click("#slot-transcript button:has-text('Upload')")
    opened.locator("#slot-transcript .file").wait_for()
    assert opened.input_value("#answer_headline") == "Typed before the file"
    assert kept(session)["headline"] == "Typed before the file"
    assert uploaded(session) == 1
    opened.fill("#answer_headline", "Typed and sent with Enter")
    opened.press("#answer_headline", "Enter")
    opened.wait_for_url("**/places")
    assert kept(session)["headline"] == "Typed and sent with Enter"
