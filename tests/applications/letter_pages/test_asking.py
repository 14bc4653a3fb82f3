"""Asking for a letter, writing it by a link, declining."""

import io

import pytest
from sqlalchemy import func, select

from app.applications.models import Letter, ReferenceKey, ReferenceRequest
from app.applications.states import ReferenceState
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.applications import helping
from tests.applications import recommenders as letters
from tests.applications.letter_pages.pressing import FILE_NAME, csrf, send
from tests.files import samples

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


def test_a_receipt_names_the_letters_that_may_follow_and_until_when(applicant, browser) -> None:
    mine = helping.ready(letters.call(), applicant)
    one = letters.ask(applicant, mine)
    letters.ask(applicant, mine, letters.somebody("Dr. Ito Jun", "jun@uni.example.org"))
    helping.submit(applicant, mine)
    receipt = f"/applications/{mine}/receipt"
    following = browser.get(receipt).text.partition("What may still follow")[2]
    assert following.count("28 Jan 2027, 23:59 (Tokyo)") == 2
    assert "A letter is not taken after its date" in following
    assert "A document that has not come" not in following
    letters.write(letters.token(one))
    left = browser.get(receipt).text.partition("What may still follow")[2]
    assert "Dr. Ito Jun" in left
    assert "Professor Dara Kim" not in left
    with clock.set_clock(letters.UNTIL + letters.DAY):
        browser = make.sign_in(browser, applicant)
        assert "What may still follow" not in browser.get(receipt).text


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


@pytest.mark.parametrize(
    ("locale", "words"), [("ja", "推薦状"), ("km", "លិខិតណែនាំ"), ("th", "จดหมายแนะนำ")]
)
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
    assert 'id="file-error"' in answer.text
    assert 'href="#file"' in answer.text
    assert db.session.scalar(select(func.count(Letter.id))) == 0


def test_of_two_windows_the_older_one_is_told(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    assert send(guest, link, verb="save", body="Window one.", version="0").status_code == 302
    answer = send(guest, link, verb="send", body="Window two.", version="0")
    assert answer.status_code == 409
    assert "Window two." in answer.text
    assert "Window one." in answer.text
    assert letters.reload(one).state is ReferenceState.WRITING


def test_what_stands_in_the_letter_is_not_lost_by_another_button(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    wrong = send(guest, link, at="/known-as", known_as="", body="Not saved yet.")
    assert wrong.status_code == 422
    assert "Not saved yet." in wrong.text
    assert f'href="{link}?lang=km"' in wrong.text  # other languages lead to the letter, too
    right = send(guest, link, at="/known-as", known_as="her dean", body="Not saved yet.")
    assert right.status_code == 200
    assert "Not saved yet." in right.text
    assert letters.reload(one).corrected == "her dean"
    assert db.session.scalar(select(func.count(Letter.id))) == 0
