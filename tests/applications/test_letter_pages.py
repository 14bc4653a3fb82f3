"""The pages of letters: for the applicant, for a guest with a link, for the office, for readers."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.applications.models import Application, Letter, LetterTerms, ReferenceKey, ReferenceRequest
from app.applications.operations import print_code
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState, ReferenceState
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.ledger.models import ViewEntry
from app.opportunities.states import OpportunityState
from app.reviews.models import Review
from app.reviews.operations import assign_pairs
from tests import make
from tests.applications import helping
from tests.applications import recommenders as letters
from tests.counting import statements
from tests.files import samples

FILE_NAME = "why-i-hesitate-about-her.pdf"


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def applicant(session):
    return make.person("CHANTHOU SOPHEAP")


@pytest.fixture
def browser(client, applicant):
    return make.sign_in(client, applicant)


@pytest.fixture
def guest(app):
    return app.test_client()


def csrf(browser, path: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)[1]


def file_at(browser, path: str) -> bytes:
    with browser.get(path) as answer:
        return answer.data


def send(browser, path: str, *, at: str = "", **values):
    """Press a button of this page, with what its hidden fields hold."""
    hidden = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(path).text)
    shown = {"version": hidden[1]} if hidden else {}
    data = {"csrf_token": csrf(browser, path), **shown, **values}
    return browser.post(path + at, data=data, content_type="multipart/form-data")


WHOM = {
    "name": "Professor Dara Kim",
    "email": "dara@uni.example.org",
    "known_as": "my supervisor",
    "locale": "en",
}


def test_from_asking_to_a_letter_that_is_here(app, applicant, browser, guest) -> None:
    mine = make.application(letters.call(), applicant).id
    page = f"/applications/{mine}/letters"
    assert "0 of 2 answered" in browser.get(f"/applications/{mine}").text
    assert send(browser, page, **WHOM, note="Please write of my thesis.").status_code == 302
    assert "Professor Dara Kim" in browser.get(page).text
    [request] = db.session.scalars(select(ReferenceRequest)).all()
    link = f"/letters/{letters.token(request.id)}"
    opened = guest.get(link)
    assert opened.status_code == 200
    for told in ("CHANTHOU SOPHEAP", "my supervisor", "Please write of my thesis."):
        assert told in opened.text
    assert send(guest, link, verb="save", body="First thoughts.").status_code == 302
    assert "First thoughts." in guest.get(link).text
    corrected = send(guest, link, at="/known-as", known_as="examined her thesis")
    assert corrected.status_code == 302
    file = (io.BytesIO(samples.PDF), FILE_NAME)
    assert send(guest, link, verb="save", file=file, body=letters.CANARY).status_code == 302
    assert FILE_NAME in guest.get(link).text
    assert send(guest, link, verb="send", body=letters.CANARY).status_code == 302
    thanks = guest.get(link).text
    assert "Your letter is here" in thanks
    assert letters.CANARY not in thanks
    assert FILE_NAME not in thanks
    assert "1 of 2 answered" in browser.get(f"/applications/{mine}").text


def test_looking_at_a_link_changes_nothing(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    before = db.session.scalar(select(func.count(AuditEntry.id)))
    for _visit in range(3):
        assert guest.get(link).status_code == guest.head(link).status_code == 200
    assert letters.reload(one).state is ReferenceState.ASKED
    assert db.session.scalar(select(func.count(AuditEntry.id))) == before
    assert db.session.scalars(select(ReferenceKey.ended_at)).all() == [None]
    assert db.session.scalar(select(func.count(Letter.id))) == 0
    answer = guest.get(link)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize(("locale", "words"), [("ja", "推薦状"), ("km", "លិខិតណែនាំ")])
def test_a_guest_reads_in_the_language_that_the_link_says(
    app, applicant, guest, locale, words
) -> None:
    _mine, one = letters.asked(letters.call(), applicant, locale=locale)
    [mail] = letters.told("letter_asked")
    page = guest.get(mail.values["path"])
    assert f'<html lang="{locale}"' in page.text
    assert words in page.text


def test_a_wrong_link_and_a_dead_one_have_kind_pages(app, applicant, browser, guest) -> None:
    mine, one = letters.asked(letters.call(), applicant)
    old = f"/letters/{letters.token(one)}"
    token = csrf(guest, old)
    with clock.set_clock(make.NOW + letters.DAY / 24):
        again = send(browser, f"/applications/{mine}/letters", at=f"/{one}/again")
    assert again.status_code == 302
    assert guest.get("/letters/" + "A" * 43).status_code == 404
    assert guest.post("/letters/" + "A" * 43, data={}).status_code == 404
    assert guest.get(old).status_code == 410
    typed = guest.post(old, data={"csrf_token": token, "verb": "send", "body": "My long words."})
    assert typed.status_code == 410
    assert "My long words." in typed.text  # to be copied into the new one
    assert letters.reload(one).state is ReferenceState.ASKED
    new = f"/letters/{letters.token(one)}"
    assert guest.get(new).status_code == 200
    assert guest.post(new, data={"body": "no token", "verb": "send"}).status_code == 422


def test_the_applicant_opens_no_link_whoever_forwarded_it(app, applicant, browser) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    assert browser.get(f"/letters/{letters.token(one)}").status_code == 404
    assert browser.post(f"/letters/{letters.token(one)}", data={}).status_code == 404


def test_declining_and_what_the_page_says_afterwards(app, applicant, browser, guest) -> None:
    mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    assert send(guest, link, at="/decline", reason=letters.CANARY).status_code == 302
    assert "you cannot write this letter" in guest.get(link).text
    page = browser.get(f"/applications/{mine}/letters").text
    assert "Cannot write" in page
    assert letters.CANARY not in page
    instead = f"/applications/{mine}/letters/{one}/instead"
    whom = {**WHOM, "name": "Dr Mey", "email": "mey@uni.example.org"}
    assert send(browser, instead, **whom).status_code == 302
    assert letters.reload(one).state is ReferenceState.REPLACED


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Write the person"),
        ({"email": ""}, "there is none"),
        ({"email": "dara at uni"}, "whole address"),
        ({"email": "dara@uni.example.org\nBcc: all@example.org"}, "whole address"),
        ({"known_as": " "}, "how you know each other"),
        ({"locale": "xx"}, "Choose one"),
        ({"name": "x" * 301}, "shorten"),
    ],
)
def test_a_request_that_cannot_be_is_refused_with_what_to_write(
    app, applicant, browser, wrong, said
) -> None:
    mine = make.application(letters.call(), applicant).id
    answer = send(browser, f"/applications/{mine}/letters", **{**WHOM, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(select(func.count(ReferenceRequest.id))) == 0


def test_asked_twice_with_one_key_is_asked_once(app, applicant, browser) -> None:
    mine = make.application(letters.call(), applicant).id
    page = f"/applications/{mine}/letters"
    for _press in range(2):
        assert send(browser, page, **WHOM, key="the-same").status_code == 302
    assert db.session.scalar(select(func.count(ReferenceRequest.id))) == 1


def test_a_file_that_is_none_is_refused_and_the_text_stays(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(b"MZ not a letter"), "letter.pdf")
    answer = send(guest, link, verb="send", body="My words.", file=file, version="0")
    assert answer.status_code == 422
    assert "My words." in answer.text
    assert db.session.scalar(select(func.count(Letter.id))) == 0


def test_of_two_windows_the_older_one_is_told(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    assert send(guest, link, verb="save", body="Window one.", version="0").status_code == 302
    answer = send(guest, link, verb="send", body="Window two.", version="0")
    assert answer.status_code == 409
    assert "Window two." in answer.text
    assert letters.reload(one).state is ReferenceState.WRITING


# --- The code of the printed form ----------------------------------------------------------------


def test_the_code_is_used_by_pressing_and_not_by_looking(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant, email="")
    code = letters.as_applicant(applicant, one, print_code)
    for _look in range(2):
        page = guest.get(f"/letters/code?code={code}")
        assert page.status_code == 200
        assert code in page.text
    answer = send(guest, "/letters/code", code=code)
    assert answer.status_code == 302
    assert guest.get(answer.location).status_code == 200
    assert send(guest, "/letters/code", code=code).status_code == 404


def test_every_wrong_code_is_answered_alike_and_trying_ends(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant, email="")
    used = letters.as_applicant(applicant, one, print_code)
    letters.as_applicant(applicant, one, print_code)
    said = set()
    for code in (used, "AAAA-BBBB-CCCC-DDDD", "nonsense"):
        answer = send(guest, "/letters/code", code=code)
        assert answer.status_code == 404
        said.add(re.search(r'<div class="summary".*?</div>', answer.text, re.DOTALL)[0])
    assert len(said) == 1
    tried = [send(guest, "/letters/code", code=f"WRONG-{n}").status_code for n in range(12)]
    assert tried[-1] == 429


# --- Who sees it ---------------------------------------------------------------------------------


def everywhere_for(browser, mine: int, one: int) -> dict[str, str]:
    """Every page of an applicant that answers, by its address."""
    paths = [
        "/applications",
        f"/applications/{mine}",
        f"/applications/{mine}/letters",
        f"/applications/{mine}/letters/{one}/instead",
        f"/applications/{mine}/letters/{one}/letter",
        f"/applications/{mine}/letters/{one}/letter/file",
        f"/applications/{mine}/check",
        f"/applications/{mine}/sent",
        f"/applications/{mine}/receipt",
        "/documents",
        "/dashboard",
        "/messages",
        "/inbox",
        "/account",
        "/profile",
        f"/tracking/1/{mine}",
        f"/tracking/1/{mine}/letters",
        f"/tracking/1/{mine}/letters/{one}/file",
    ]
    found = {}
    for path in paths:
        answer = browser.get(path, follow_redirects=True)
        found[path] = answer.text + str(answer.headers)
    return found


@pytest.mark.parametrize("state", [None, ApplicationState.SUBMITTED])
def test_a_confidential_letter_never_reaches_its_applicant(
    app, applicant, browser, guest, state
) -> None:
    call = letters.call()
    make.grant(applicant, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    mine, one = letters.asked(call, applicant, state=state)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(samples.PDF), FILE_NAME)
    assert send(guest, link, verb="send", body=letters.CANARY, file=file).status_code == 302
    assert letters.reload(one).state is ReferenceState.RECEIVED
    pages = everywhere_for(browser, mine, one)
    leaking = [p for p, text in pages.items() if letters.CANARY in text or FILE_NAME in text]
    assert leaking == []
    assert "It is confidential" in pages[f"/applications/{mine}/letters"]
    told = " ".join(
        str(m.values) for k in ("letter_arrived", "letter_kept") for m in letters.told(k)
    )
    history = " ".join(str(e.details) for e in db.session.scalars(select(AuditEntry)))
    for text in (told, history):
        assert letters.CANARY not in text
        assert FILE_NAME not in text


def test_a_letter_that_the_applicant_may_read_is_read(app, applicant, browser, guest) -> None:
    mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(samples.PDF), "open.pdf")
    send(guest, link, verb="send", body="Open words.", file=file, may_read="y")
    page = f"/applications/{mine}/letters/{one}/letter"
    assert page in browser.get(f"/applications/{mine}/letters").text
    assert "Open words." in browser.get(page).text
    assert file_at(browser, f"{page}/file") == samples.PDF


def test_the_office_reads_letters_and_each_opened_file_is_noted(app, applicant, guest) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(samples.PDF), FILE_NAME)
    send(guest, link, verb="send", body=letters.CANARY, file=file)
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    office = make.sign_in(app.test_client(), manager)
    for page in (f"/tracking/{call_id}/{mine}", f"/tracking/{call_id}/{mine}/letters"):
        text = office.get(page).text
        assert "mine to correct" in text
        assert "Confidential" in text
    assert file_at(office, f"/tracking/{call_id}/{mine}/letters/{one}/file") == samples.PDF
    view = db.session.scalars(select(ViewEntry)).one()
    assert (view.what, view.person_id, view.viewer_id) == ("letter", applicant.id, manager.id)
    other = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id + 50)
    stranger = make.sign_in(app.test_client(), other)
    for path in ("", f"/{one}/file"):
        assert stranger.get(f"/tracking/{call_id}/{mine}/letters{path}").status_code == 404


def test_the_office_records_a_letter_that_came_by_post(app, applicant) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED, email="")
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, programme_id)
    office = make.sign_in(app.test_client(), manager)
    page = f"/tracking/{call_id}/{mine}/letters"
    assert send(office, page, at=f"/{one}/record").status_code == 409
    token = csrf(office, page)
    looking = make.sign_in(app.test_client(), approver)
    assert "came by post" not in looking.get(page).text
    refused = looking.post(f"{page}/{one}/record", data={"csrf_token": token})
    assert refused.status_code == 403
    file = (io.BytesIO(samples.PDF), "scan.pdf")
    assert send(office, page, at=f"/{one}/record", file=file).status_code == 302
    assert letters.reload(one).state is ReferenceState.RECEIVED
    assert "Came by post" in office.get(page).text


def test_a_draft_shows_its_letters_to_no_office(app, applicant) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, _one = letters.asked(call, applicant)
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    office = make.sign_in(app.test_client(), manager)
    assert office.get(f"/tracking/{call_id}/{mine}/letters").status_code == 404


# --- The call ------------------------------------------------------------------------------------


def test_a_call_says_how_many_letters_it_asks_for_and_until_when(app, client) -> None:
    call = make.call(state=OpportunityState.DRAFT)
    call_id, ref = call.id, call.ref
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    office = make.sign_in(client, manager)
    page = f"/fellowships/office/{call_id}/letters"
    day = dict(zip(("day", "month", "year", "hour", "minute"), (28, 1, 2027, 23, 59), strict=True))
    by = {f"letters_by-{part}": str(value) for part, value in day.items()}
    wrong = send(office, page, most="1", least="2", version="0", **by)
    assert 'id="most-error"' in wrong.text
    assert 'id="least-error"' in wrong.text
    assert wrong.status_code == 422
    assert send(office, page, most="3", least="2", version="0", **by).status_code == 302
    terms = db.session.scalars(select(LetterTerms)).one()
    assert (terms.least, terms.most, terms.letters_by) == (2, 3, letters.UNTIL)
    assert send(office, page, most="1", least="1", version="0", **by).status_code == 409
    text = office.get(f"/fellowships/{ref}").text
    assert "Each application needs 2 letters of recommendation." in text
    assert "28 Jan 2027, 23:59" in text


def test_however_many_people_are_asked_the_page_asks_as_few_questions(
    app, applicant, browser
) -> None:
    mine = make.application(letters.call(most=5), applicant).id
    page = f"/applications/{mine}/letters"
    letters.ask(applicant, mine)
    browser.get(page)
    with statements() as few:
        browser.get(page)
    for n in range(4):
        letters.ask(applicant, mine, letters.somebody(f"Person {n}", f"p{n}@uni.example.org"))
    with statements() as many:
        assert browser.get(page).status_code == 200
    assert len(many) == len(few) <= 16
    assert helping.reload(mine).state is ApplicationState.DRAFT


def test_a_reviewer_reads_the_letters_of_what_is_reviewed_and_no_other(
    app, applicant, guest
) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, one = letters.asked(call, applicant, state=ApplicationState.ELIGIBLE)
    secret = letters.token(one)
    file = (io.BytesIO(samples.PDF), FILE_NAME)
    send(guest, f"/letters/{secret}", verb="send", body=letters.CANARY, file=file)
    reader = make.grant(make.person(), Role.REVIEWER, Scope.PROGRAMME, programme_id)
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    outsider = make.grant(make.person(), Role.REVIEWER, Scope.PROGRAMME, programme_id)
    reading = make.sign_in(app.test_client(), reader)
    other = make.sign_in(app.test_client(), outsider)
    reader_id, office = reader.id, make.actor(manager)
    with unit_of_work(office, now=make.NOW) as work:
        found = work.find(applications_visible_to(work.actor).where(Application.id == mine))
        reviewer = work.session.get_one(User, reader_id)
        assign_pairs(work, found.opportunity, [(found, reviewer)], due_at=make.NOW + letters.DAY)
    review = db.session.scalars(select(Review.id)).one()
    letter = db.session.scalars(select(Letter.id)).one()
    assert "mine to correct" in reading.get(f"/reviews/{review}").text
    assert file_at(reading, f"/reviews/{review}/letters/{letter}") == samples.PDF
    assert other.get(f"/reviews/{review}/letters/{letter}").status_code == 404
    assert other.get(f"/tracking/{call_id}/{mine}/letters").status_code == 404


def test_a_mail_that_came_back_is_told_beside_the_person(app, applicant, browser) -> None:
    mine, _one = letters.asked(letters.call(), applicant)
    page = f"/applications/{mine}/letters"
    assert "came back" not in browser.get(page).text
    [mail] = letters.told("letter_asked")
    mail.failed_at = make.NOW
    db.session.commit()
    assert "came back" in browser.get(page).text


# --- Paper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en", "ja", "km"])
def test_the_printed_form_is_a_pdf_whose_code_opens_the_letter(
    app, applicant, browser, guest, locale, monkeypatch
) -> None:
    from app.applications.views import printed

    mine, one = letters.asked(letters.call(), applicant, email="", locale=locale)
    said = []
    kept = printed.pdf
    monkeypatch.setattr(
        printed, "pdf", lambda name, data, **told: said.append(data) or kept(name, data, **told)
    )
    answer = send(browser, f"/applications/{mine}/letters", at=f"/{one}/form")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert said[0]["facts"][0][1] == "CHANTHOU SOPHEAP"
    opened = send(guest, "/letters/code", code=said[0]["code"])
    assert opened.status_code == 302


def test_a_square_is_drawn_with_its_quiet_zone() -> None:
    from app.foundation.qr import qr_svg

    drawn = qr_svg("https://example.org/letters/code?code=BCDF-GHJK-MNPQ-RSTV")
    assert drawn.startswith("<svg")
    assert "M0 0h1" not in drawn
    assert "M2 2h1" in drawn
