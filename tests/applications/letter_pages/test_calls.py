"""What a call asks for, what letters cost a page, and the printed form."""

import io

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application, Letter, LetterTerms
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.opportunities.states import OpportunityState
from app.reviews.models import Review
from app.reviews.operations import assign_pairs
from tests import make
from tests.applications import helping
from tests.applications import recommenders as letters
from tests.applications.letter_pages.pressing import FILE_NAME, file_at, send
from tests.counting import statements
from tests.files import samples


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


@pytest.mark.parametrize("locale", ["en", "ja", "km", "th"])
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
