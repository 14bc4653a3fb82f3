"""The applicant's pages: without a script, with one, with nasty input, and for somebody else."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.applications.models import Application, Document, SectionAnswers, Submission
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.ledger.models import ViewEntry
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.counting import statements
from tests.files import samples

EVERY_KIND = [
    ("short", "short text", {}),
    ("long", "long text", {"max_words": 20}),
    ("number", "number", {"min": 0, "max": 100}),
    ("born", "day", {}),
    ("graduation", "month", {}),
    ("field", "choice", {"options": [{"key": k, "label": {"en": k}} for k in ("nlp", "cv")]}),
    ("skills", "several", {"options": [{"key": k, "label": {"en": k}} for k in ("py", "c")]}),
    ("home", "country", {}),
    ("school", "organisation", {}),
    ("english", "language level", {}),
    ("visited", "yes or no", {}),
    ("truth", "declaration", {}),
]


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def call(session):
    return make.call()


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP")


@pytest.fixture
def browser(client, person):
    return make.sign_in(client, person)


def token(browser, path: str) -> str:
    page = browser.get(path).text
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def value(browser, path: str, name: str) -> str:
    page = browser.get(path).text
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def post(browser, path: str, data: dict, page: str | None = None, **more):
    return browser.post(path, data={"csrf_token": token(browser, page or path), **data}, **more)


def test_the_whole_way_without_a_script(browser, session, call, person) -> None:
    place = make.place(call)
    assert "You have not applied for anything yet" in browser.get("/applications").text
    start = f"/applications/start/{call.id}"
    assert "Start my application" in browser.get(start).text
    answer = post(browser, start, {"key": value(browser, start, "key")})
    mine = answer.location
    assert re.fullmatch(r"/applications/\d+", mine)
    assert browser.get(start).location == mine
    assert "Not started" in browser.get(mine).text

    answer = post(
        browser,
        f"{mine}/study",
        {"version": "0", "answer_headline": "Khmer", "answer_plan": "Words"},
    )
    assert answer.location == f"{mine}/places"
    answer = post(browser, f"{mine}/places", {"version": "0", "choice-1": str(place.id)})
    assert answer.location == f"{mine}/documents"
    answer = post(
        browser,
        f"{mine}/files/transcript",
        {"file": (io.BytesIO(samples.PDF), "transcript.pdf", "application/pdf")},
        f"{mine}/documents",
    )
    assert answer.location == f"{mine}/documents#slot-transcript"
    page = browser.get(mine).text
    assert "1 of 1" in page
    assert "Saved at" in page
    assert "Every section is complete" in page

    check = f"{mine}/check"
    assert "Khmer" in browser.get(check).text
    key, csrf = value(browser, check, "key"), token(browser, check)
    refused = post(browser, check, {"key": key})
    assert refused.status_code == 422
    before, _, after = refused.text.partition('id="errors"')
    assert after.count('href="#agree"') == 1
    assert 'class="card answers"' not in before
    answer = post(browser, check, {"key": key, "agree": "y"})
    assert answer.location == f"{mine}/receipt"
    again = browser.post(check, data={"csrf_token": csrf, "key": key, "agree": "y"})
    assert again.location == f"{mine}/receipt"
    assert session.scalar(select(func.count(Submission.id))) == 1
    receipt = browser.get(f"{mine}/receipt").text
    assert "SHA-256" in receipt
    assert "LNT-27-" in receipt
    assert "Where it stands" in browser.get(mine).text
    assert "Khmer" in browser.get(f"{mine}/sent").text
    assert "transcript.pdf" in browser.get("/documents").text
    assert "Submitted" in browser.get("/applications").text


def test_the_pages_name_every_gap_and_lead_to_it(browser, call, person) -> None:
    make.place(call)
    mine = helping.start(call, person)
    helping.save(person, mine, {"headline": "Only a title"})
    page = browser.get(f"/applications/{mine}/study").text
    assert "1 thing still needs your attention" in page
    assert 'href="#answer_plan"' in page
    check = browser.get(f"/applications/{mine}/check").text
    assert "3 things are still missing" in check
    assert f"/applications/{mine}/places?missing=1#places_" in check
    answer = post(browser, f"/applications/{mine}/check", {"agree": "y"})
    assert answer.status_code == 422


def test_the_script_saves_small_and_is_answered_small(browser, session, call, person) -> None:
    mine = helping.start(call, person)
    path = f"/applications/{mine}/study"
    sent = {"csrf_token": token(browser, path), "version": "0", "answer_headline": "Khmer"}
    json = {"Accept": "application/json"}
    answer = browser.post(path, data=sent, headers=json)
    assert answer.json["version"] == 1
    assert answer.json["saved"] == "Saved at 12:00, Tokyo time."
    assert len(answer.data) < 400
    again = browser.post(path, data=sent | {"version": "0"}, headers=json)
    assert again.json["version"] == 1  # the same, sent twice
    other = browser.post(path, data=sent | {"answer_headline": "Lao"}, headers=json)
    assert other.status_code == 409
    assert other.json["changed"] is True
    bad = sent | {"version": "1", "answer_headline": "a\x00b", "answer_plan": "A plan"}
    kept = browser.post(path, data=bad, headers=json)
    assert list(kept.json["problems"]) == ["answer_headline"]
    assert kept.json["but"] == "What is marked in red is not saved yet."
    assert answer.json["but"] == ""
    session.expire_all()
    row = session.scalars(select(SectionAnswers)).one()
    assert row.answers == {"headline": "Khmer", "plan": "A plan"}
    assert browser.post(path, data={"version": "1"}, headers=json).status_code == 422


def test_two_pages_see_both_versions(browser, session, call, person) -> None:
    mine = helping.start(call, person)
    path = f"/applications/{mine}/study"
    helping.save(person, mine, {"headline": "From the first page", "plan": "Same"})
    sent = {"version": "0", "answer_headline": "From the second page", "answer_plan": "Same"}
    answer = post(browser, path, sent)
    assert answer.status_code == 409
    assert "From the first page" in answer.text
    assert "From the second page" in answer.text
    assert answer.text.count("Saved on the other page") == 1
    assert re.search(r'name="version"[^>]*value="1"', answer.text)
    assert post(browser, path, sent | {"version": "1"}).status_code == 302
    session.expire_all()
    assert (
        session.scalars(select(SectionAnswers)).one().answers["headline"] == sent["answer_headline"]
    )


NASTY = [
    "x" * 60_000,
    "a\x00b",
    "safe\u202egnp.exe",
    "\u2066\u2069\ufeff",
    "👩🏽‍🚀" * 200,
    "<script>alert(1)</script>",
    "9" * 400,
    "-2147483649",
    "1e400",
    "2027-02-30",
    "'; DROP TABLE application; --",
    "{{ 7*7 }}",
    "%s%n",
]


@pytest.fixture
def everything(session, call):
    """A form with a question of every kind."""
    session.scalars(select(FormVersion)).one().definition = {
        "sections": [
            {
                "key": "all",
                "title": {"en": "All"},
                "questions": [
                    {"key": key, "kind": kind, "label": {"en": key}, **more}
                    for key, kind, more in EVERY_KIND
                ],
            }
        ]
    }
    session.commit()
    return call


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_question_breaks_on_any_input(browser, session, everything, person, nasty) -> None:
    mine = helping.start(everything, person)
    path = f"/applications/{mine}/all"
    csrf = token(browser, path)
    for key, _kind, _more in EVERY_KIND:
        name = f"answer_{key}"
        sent = {
            "csrf_token": csrf,
            name: [nasty, nasty],
            f"{name}-day": nasty,
            f"{name}-year": nasty,
        }
        answer = browser.post(path, data=sent | {"version": "0"})
        assert answer.status_code in {302, 409, 413, 422}, (key, answer.status_code)
        if answer.status_code == 422:
            assert 'class="error"' in answer.text
        browser.post(path, data=sent, headers={"Accept": "application/json"})
    assert browser.get(path).status_code == 200
    assert browser.get(f"/applications/{mine}/check").status_code == 200


def test_what_was_typed_is_kept_beside_its_refusal(browser, session, everything, person) -> None:
    mine = helping.start(everything, person)
    sent = {
        "version": "0",
        "answer_short": "Kept",
        "answer_born-day": "31",
        "answer_born-month": "2",
        "answer_born-year": "2001",
        "answer_number": "a hundred",
        "answer_long": "word " * 21,
    }
    answer = post(browser, f"/applications/{mine}/all", sent)
    assert answer.status_code == 422
    for text in ("Kept", 'value="31"', "a hundred", "it has 21", "Write a day that exists"):
        assert text in answer.text
    assert session.scalar(select(func.count(SectionAnswers.id))) == 0


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"\xff\xfe\x00garbage", "content_type": "multipart/form-data; boundary=x"},
        {
            "data": b"--x\r\nContent-Disposition: form-data",
            "content_type": "multipart/form-data; boundary=x",
        },
        {"data": b"{}", "content_type": "application/json"},
        {"data": b"a=%ff%00%zz&version=", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"", "content_type": "text/plain"},
        {"data": b"x", "content_type": "multipart/form-data"},
    ],
    ids=range(6),
)
def test_no_page_breaks_on_a_malformed_request(browser, call, person, body) -> None:
    mine = helping.start(call, person)
    for path in ("study", "places", "check", "files/transcript", "files/transcript/1/remove"):
        answer = browser.post(f"/applications/{mine}/{path}", **body)
        assert 302 <= answer.status_code < 500, (path, answer.status_code)
    assert browser.post(f"/applications/start/{call.id}", **body).status_code < 500


@pytest.mark.parametrize(
    ("content", "name", "declared", "said"),
    [
        (b"<html>", "cv.pdf", "application/pdf", "HTML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cv.svg", "image/svg+xml", "SVG"),
        (samples.png_flood(), "scan.png", "image/png", "too many pixels"),
        (b"", "empty.pdf", "application/pdf", "empty"),
        (b"", "", "", "Choose a file first"),
    ],
    ids=["html", "svg", "flood", "empty", "none"],
)
def test_an_upload_is_refused_beside_its_slot(
    browser, session, call, person, content, name, declared, said
) -> None:
    mine = helping.start(call, person)
    path, page = f"/applications/{mine}/files/transcript", f"/applications/{mine}/documents"
    file = (io.BytesIO(content), name, declared)
    answer = post(browser, path, {"file": file}, page)
    assert answer.status_code == 422
    assert said in answer.text
    assert "slot-transcript" in answer.text
    csrf = token(browser, page)
    file = (io.BytesIO(content), name, declared)
    answer = browser.post(
        path, data={"csrf_token": csrf, "file": file}, headers={"Accept": "application/json"}
    )
    assert said in answer.json["problem"]
    assert session.scalar(select(func.count(Document.id))) == 0


def test_a_document_is_sent_so_that_nothing_runs_or_keeps_it(browser, call, person) -> None:
    mine = helping.start(call, person)
    document = helping.upload(person, mine, name="ប្រវត្តិរូប សុភាព.pdf")
    answer = browser.get(f"/documents/{document}", buffered=True)
    assert answer.data == samples.PDF
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_view_by_the_office_is_written_down_and_shown(app, session, call, person) -> None:
    mine = helping.ready(call, person)
    helping.submit(person, mine)
    document = session.scalar(select(Document.id))
    manager = make.person("MANAGER")
    make.grant(manager, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    office = make.sign_in(app.test_client(), manager)
    assert office.get(f"/documents/{document}", buffered=True).data == samples.PDF
    own = make.sign_in(app.test_client(), person)
    assert own.get(f"/documents/{document}", buffered=True).status_code == 200
    session.expire_all()
    view = session.scalars(select(ViewEntry)).one()
    assert (view.person_id, view.viewer_id, view.subject_id) == (person.id, manager.id, document)
    assert "MANAGER" in own.get("/documents").text


def test_nobody_else_finds_a_draft_or_its_documents(app, session, call, person) -> None:
    mine = helping.ready(call, person)
    document = session.scalar(select(Document.id))
    manager = make.person()
    make.grant(manager, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    for somebody in (make.person(), manager, make.grant(make.person(), Role.SECRETARIAT)):
        browser = make.sign_in(app.test_client(), somebody)
        for path in ("", "/study", "/check", "/receipt", "/sent", "/deadline.ics"):
            assert browser.get(f"/applications/{mine}{path}").status_code == 404
        for path in (
            "/study",
            "/check",
            "/files/transcript",
            f"/files/transcript/{document}/remove",
        ):
            assert browser.post(f"/applications/{mine}{path}").status_code == 404
        assert browser.get(f"/documents/{document}").status_code == 404
    assert app.test_client().get(f"/documents/{document}").status_code == 302


def test_what_is_not_there_is_not_found(browser, call, person) -> None:
    mine = helping.start(call, person)
    for path in (
        f"/applications/{mine}/nothing",
        f"/applications/{mine}/receipt",
        f"/applications/{mine}/sent",
        "/applications/2147483647",
        "/applications/99999999999999999999",
        "/applications/start/2147483647",
        "/documents/2147483647",
    ):
        assert browser.get(path).status_code == 404, path


def test_the_deadline_goes_into_a_calendar(browser, call, person) -> None:
    mine = helping.start(call, person)
    answer = browser.get(f"/applications/{mine}/deadline.ics")
    assert answer.mimetype == "text/calendar"
    assert "DTEND:20270114T145900Z" in answer.text
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))


def test_the_pages_ask_the_same_however_much_there_is(app, session, person) -> None:
    def asked(path: str) -> int:
        browser = make.sign_in(app.test_client(), person)
        with statements() as seen:
            assert browser.get(path).status_code == 200
        return len(seen)

    first = make.call()
    one = helping.ready(first, person, make.place(first))
    before = [asked(p) for p in ("/applications", f"/applications/{one}", "/documents")]
    for _ in range(24):
        call = make.call()
        helping.ready(call, person, make.place(call))
    for _ in range(10):
        make.place(first)
    after = [asked(p) for p in ("/applications", f"/applications/{one}", "/documents")]
    assert before == after
    assert after[0] <= 4
    assert session.scalar(select(func.count(Application.id))) == 25
