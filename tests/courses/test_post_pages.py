"""The pages on which posts are asked about, promised and told."""

import re

import pytest
from sqlalchemy import select

from app.applications.states import ApplicationState as A
from app.courses.models import Enrolment
from app.courses.states import EnrolmentMode
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.courses.centres import working
from tests.courses.dates import planned, the_run
from tests.courses.returning import (
    AFTER,
    PROMISE,
    asks,
    confirms,
    link,
    listed,
    returning,
    seated,
    sent,
    tend,
    the_question,
)
from tests.courses.selecting import OPEN, admit, stands
from tests.courses.test_ways import a_ministry, official, pressed


@pytest.fixture
def january():
    with clock.set_clock(OPEN):
        yield


def test_the_centre_says_on_a_page_what_its_dates_ask(centre, client) -> None:
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
    make.sign_in(client, centre.writer)
    page = f"/courses/office/dates/{run_id}/return"
    sent_ = {"returns": "y", "release_needed": "y", "months": "12", "version": "0"}
    wrong = pressed(client, page, page, **sent_, ask_after="soon", commitment_en=PROMISE)
    assert wrong.status_code == 422
    assert "with commas between" in wrong.text
    fine = pressed(client, page, page, **sent_, ask_after="3, 12", commitment_en=PROMISE)
    assert fine.status_code == 302
    assert PROMISE in client.get(page).text
    clash = pressed(client, page, page, **sent_, ask_after="3, 12", commitment_en="Mine.")
    assert clash.status_code == 409
    make.sign_in(client, centre.stranger)
    assert client.get(page).status_code == 404


def test_an_applicant_asks_and_the_employer_signs_on_a_page(centre, client, january) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    make.sign_in(client, person)
    page = f"/courses/applications/{number}/employer"
    assert page in client.get(f"/applications/{number}").text
    wrong = pressed(client, page, page, employer="Ministry")
    assert wrong.status_code == 422
    days = {"from_on-day": "28", "from_on-month": "2", "from_on-year": "2027"}
    days |= {"until_on-day": "16", "until_on-month": "3", "until_on-year": "2027"}
    named = {"employer": "Ministry", "post": "Head", "contact": "Kham", "locale": "en"}
    told = pressed(client, page, page, **named, **days, email="director@ministry.example")
    assert told.status_code == 302, told.text
    secret = link()
    own = client.get(f"/employers/{secret}")
    assert own.status_code == 404
    make.sign_out(client) if hasattr(make, "sign_out") else client.delete_cookie("session")
    client._cookies.clear()
    opened = client.get(f"/employers/{secret}")
    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    read = re.search(r'name="read"[^>]*value="([^"]+)"', opened.text)[1]
    address = f"/employers/{secret}"
    assert pressed(client, address, address, read=read).status_code == 422
    assert pressed(client, address, f"{address}/refuse").status_code == 422
    signed_ = pressed(client, address, address, read=read, name="Kham", function="Director")
    assert signed_.status_code == 302
    assert "You have confirmed this." in client.get(address).text
    assert client.get("/employers/nothing").status_code == 404


def test_the_seat_is_taken_with_the_promise_on_the_page(centre, client, january) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    confirms(number)
    listed(centre, run_id, number)
    enrolment_id = admit(centre, number)
    make.sign_in(client, person)
    page = f"/courses/mine/{enrolment_id}"
    shown = client.get(page).text
    assert PROMISE in shown
    promised = re.search(r'name="promised"[^>]*value="([^"]+)"', shown)[1]
    pressed(client, page, f"{page}/accept", promised=promised)
    assert stands(number)[0] is A.OFFERED
    pressed(client, page, f"{page}/accept", promised=promised, agree="y")
    assert stands(number)[0] is A.ACCEPTED


@pytest.mark.parametrize("people", [1, 6])
def test_the_centre_reads_the_table_in_a_handful_of_statements(centre, client, people) -> None:
    body, officer = a_ministry()
    run_id = returning(centre, body=body) if people < 3 else returning(centre)
    for n in range(people):
        who = official(f"OFFICIAL {n}")
        seated(centre, run_id, who, *((body, officer) if people < 3 else ()))
    tend(AFTER)
    with clock.set_clock(AFTER):
        make.sign_in(client, centre.writer)
        page = f"/courses/office/dates/{run_id}/posts"
        with statements() as said:
            shown = client.get(page)
        assert len(said) <= 18, said
        assert "OFFICIAL 0" in shown.text
        assert "No answer" in shown.text
        table = client.get(f"{page}.csv")
        assert table.mimetype == "text/csv"
        assert "Head of procurement" in table.text
        make.sign_in(client, centre.stranger)
        assert client.get(page).status_code == 404
        make.sign_in(client, centre.secretariat)
        assert client.get(page).status_code == 403
        assert client.get(f"{page}.csv").status_code == 403


def test_a_person_answers_on_a_page_that_the_ministry_reads(centre, client) -> None:
    body, officer = a_ministry()
    run_id, person = returning(centre, body=body), official()
    seated(centre, run_id, person, body, officer)
    tend(AFTER)
    question_id = the_question().id
    page = f"/courses/posts/{question_id}"
    with clock.set_clock(AFTER):
        make.sign_in(client, person)
        assert pressed(client, page, page).status_code == 422
        days = {"since_on-day": "17", "since_on-month": "3", "since_on-year": "2027"}
        told = pressed(client, page, page, answer="in post", version="1", **days)
        assert told.status_code == 302, told.text
        assert "Back in the post" in client.get(page).text
        make.sign_in(client, officer)
        assert "SOMCHAI" in client.get("/courses/posts").text.upper()
        assert "Back in the post" in client.get(page).text
        make.sign_in(client, centre.stranger)
        assert client.get(page).status_code == 404
        ref = db.session.scalars(select(Enrolment.run_id)).one()
        with working(centre.writer) as work:
            ref = the_run(work, run_id).ref
        assert "who answered are back" not in client.get(f"/courses/{ref}").text
