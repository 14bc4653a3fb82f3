"""People say by the code on the screen that they are at a meeting."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.accounts import throttle
from app.courses import codes, queries
from app.courses import operations as office
from app.courses.models import Attendance, CheckIn, Enrolment
from app.courses.queries.runs import meeting_to_change
from app.courses.states import EnteredFrom, Presence
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.work import unit_of_work
from tests import make
from tests.counting import statements
from tests.courses.centres import centre_of
from tests.courses.dates import published_run
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import page, send
from tests.racing import CLIENTS, all_at_once, rounds

BEGINS = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # 18:00 in Tokyo, for two hours
AT = BEGINS + timedelta(minutes=5)


@pytest.fixture
def centre(app):
    throttle.forget(app)
    return centre_of()


@pytest.fixture
def people(app):
    return [make.person(name, sort_key=name.casefold()) for name in ("CHAN NITA", "KIM LY")]


@pytest.fixture
def run_id(centre, people):
    with clock.set_clock(OPEN):
        made = published_run(centre)
        for who in people:
            take(made, who)
    return made


@pytest.fixture(autouse=True)
def at_the_meeting():
    with clock.set_clock(AT):
        yield


def working(person, at=AT):
    return unit_of_work(make.actor(person), now=at)


def first_meeting(run_id: int) -> int:
    return queries.meetings_of(db.session(), run_id)[0].id


def opened(centre, run_id: int, at=AT, late_after=15) -> str:
    """Opens the check-in of the first meeting; gives its secret."""
    meeting_id = first_meeting(run_id)
    with working(centre.writer, at) as work:
        meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
        return office.open_check_in(work, meeting, late_after=late_after).secret


def closed(centre, run_id: int, *, others_absent=False, at=AT) -> int:
    meeting_id = first_meeting(run_id)
    with working(centre.writer, at) as work:
        meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
        return office.close_check_in(work, meeting, others_absent=others_absent)


def comes(actor, code: str, at=AT, seen_at=None) -> None:
    with unit_of_work(actor, now=at) as work:
        seat, meeting = office.find_seat_by_code(work, code, seen_at or at)
        office.check_in(work, seat, meeting, came_at=seen_at or at)


def rows() -> list[Attendance]:
    db.session.rollback()
    return list(db.session.scalars(select(Attendance).order_by(Attendance.id)))


def test_who_is_there_is_present_with_the_time_and_said_once(centre, run_id, people) -> None:
    code = codes.shown(opened(centre, run_id), AT)
    who = make.actor(people[0])
    comes(who, code)
    comes(who, code, AT + timedelta(seconds=20))
    (row,) = rows()
    assert (row.presence, row.entered_from) == (Presence.PRESENT, EnteredFrom.CHECK_IN)
    assert row.came_at == AT
    assert row.entered_by_id == people[0].id


def test_codes_that_are_old_or_guessed_or_of_another_course_are_refused(
    centre, run_id, people
) -> None:
    secret = opened(centre, run_id)
    who = make.actor(people[0])
    later = AT + timedelta(minutes=3)
    with pytest.raises(RuleBroken, match="changed meanwhile"):
        comes(who, codes.shown(secret, AT), later)
    with pytest.raises(RuleBroken, match="no code of a meeting"):
        comes(who, "AAAAAA")
    stranger = make.actor(make.person())
    with pytest.raises(RuleBroken, match="no seat in the course"):
        comes(stranger, codes.shown(secret, AT))
    assert rows() == []


def test_a_code_that_was_scanned_in_time_holds_while_one_signs_in(centre, run_id, people) -> None:
    secret = opened(centre, run_id)
    later = AT + timedelta(minutes=4)
    comes(make.actor(people[0]), codes.shown(secret, AT), later, seen_at=AT)
    assert rows()[0].came_at == AT


def test_check_in_is_open_only_around_the_meeting(centre, run_id, people) -> None:
    with pytest.raises(RuleBroken, match="not begun"):
        opened(centre, run_id, BEGINS - timedelta(minutes=31))
    with pytest.raises(RuleBroken, match="is over"):
        opened(centre, run_id, BEGINS + timedelta(hours=2, seconds=1))
    secret = opened(centre, run_id, BEGINS - timedelta(minutes=30))
    who = make.actor(people[0])
    after = BEGINS + timedelta(hours=2, seconds=1)
    with pytest.raises(RuleBroken):
        comes(who, codes.shown(secret, after), after)
    at_the_end = BEGINS + timedelta(hours=2)
    comes(who, codes.shown(secret, at_the_end), at_the_end)
    assert len(rows()) == 1


def test_a_closed_check_in_takes_nobody_and_has_other_codes_when_opened_again(
    centre, run_id, people
) -> None:
    secret = opened(centre, run_id)
    assert opened(centre, run_id) == secret, "pressed twice, opened once"
    assert closed(centre, run_id) == 0
    with pytest.raises(RuleBroken):
        comes(make.actor(people[0]), codes.shown(secret, AT))
    assert opened(centre, run_id) != secret
    with pytest.raises(RuleBroken):
        comes(make.actor(people[0]), codes.shown(secret, AT))


def test_closing_may_say_that_the_others_were_not_there(centre, run_id, people) -> None:
    secret = opened(centre, run_id)
    comes(make.actor(people[0]), codes.shown(secret, AT))
    assert closed(centre, run_id, others_absent=True) == 1
    assert [row.presence for row in rows()] == [Presence.PRESENT, Presence.ABSENT]
    assert rows()[1].entered_from is EnteredFrom.GRID
    again = opened(centre, run_id)
    with pytest.raises(RuleBroken, match="Speak to who teaches"):
        comes(make.actor(people[1]), codes.shown(again, AT))


def test_a_sheet_that_was_open_meanwhile_does_not_undo_a_check_in(centre, run_id, people) -> None:
    secret = opened(centre, run_id)
    comes(make.actor(people[0]), codes.shown(secret, AT))
    meeting_id = first_meeting(run_id)

    def saves(*presences: Presence | None) -> int:
        with working(centre.writer) as work:
            seats = [one.id for one in queries.with_seats(work.session, run_id)]
            marks = {s: office.Mark(p) for s, p in zip(seats, presences, strict=True)}
            meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
            return office.record_attendance(work, meeting, marks)

    assert saves(None, Presence.PRESENT) == 1
    assert rows()[0].came_at == AT
    assert saves(Presence.ABSENT, Presence.PRESENT) == 1
    assert rows()[0].came_at is None, "who was not there did not come at a time"


def test_a_seat_that_was_given_back_checks_in_nowhere(centre, run_id, people) -> None:
    secret = opened(centre, run_id)
    with working(people[0]) as work:
        seat = work.session.scalar(
            select(Enrolment.id).where(Enrolment.person_id == work.actor.user_id)
        )
        office.leave(work, office.find_enrolment(work, seat))
    with pytest.raises(RuleBroken, match="no seat"):
        comes(make.actor(people[0]), codes.shown(secret, AT))


def test_another_centre_opens_nothing(client, centre, run_id) -> None:
    meeting = first_meeting(run_id)
    with working(centre.stranger) as work, pytest.raises(NotFound):
        work.find(meeting_to_change(work.actor, run_id, meeting))
    make.sign_in(client, centre.stranger)
    for address in ("", "/screen"):
        where = f"/courses/office/dates/{run_id}/check-in/{meeting}{address}"
        assert client.get(where).status_code == 404


def test_the_database_itself_refuses_what_must_not_be(session, centre, run_id, people) -> None:
    comes(make.actor(people[0]), codes.shown(opened(centre, run_id), AT))
    for statement in (
        "UPDATE attendance SET presence = 'absent'",
        "UPDATE check_in SET late_after = 241",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()


def test_from_the_screen_to_the_phone_and_back(client, centre, run_id, people) -> None:
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{run_id}/check-in/{first_meeting(run_id)}"
    assert client.get(f"{desk}/screen").status_code == 302, "nothing to show yet"
    wrong = send(client, desk, {"late_after": "500"}, status=422).text
    assert "Write a number from 0 to 240." in wrong
    send(client, desk, {"late_after": "2"})
    shown = page(client, f"{desk}/screen")
    code = codes.shown(db.session.scalar(select(CheckIn.secret)), AT)
    assert f"{code[:3]}<span>{code[3:]}</span>" in shown
    assert "<svg" in shown
    assert "0 of 2 are there" in shown
    make.sign_in(client, people[0])
    seat = db.session.scalar(select(Enrolment.id).where(Enrolment.person_id == people[0].id))
    assert 'href="/courses/here"' in page(client, f"/courses/mine/{seat}")
    scanned = f"/courses/here?code={code}"
    assert "Language models" in page(client, scanned)
    told = send(client, scanned, {"code": code}, to="/courses/here")
    assert told.headers["Location"] == f"/courses/mine/{seat}"
    assert "Was there" in page(client, f"/courses/mine/{seat}")
    make.sign_in(client, centre.writer)
    seen = page(client, desk)
    assert "1 of 2 are there" in seen
    assert "CHAN NITA" in seen
    assert "Late" in seen
    assert "Checked in at 18:05" in page(
        client, f"/courses/office/dates/{run_id}/attendance/{first_meeting(run_id)}"
    )
    send(client, desk, {"others": "absent"}, to=f"{desk}/close")
    assert "Entered" in page(client, f"/courses/office/dates/{run_id}/attendance")


def test_who_is_not_signed_in_signs_in_and_comes_back_with_the_code(
    client, centre, run_id, people
) -> None:
    code = codes.shown(opened(centre, run_id), AT)
    seen = page(client, f"/courses/here?code={code}")
    assert f"/sign-in?next=/courses/here?code%3D{code}" in seen
    assert client.post("/courses/here", data={"code": code}).status_code in {302, 400, 401, 422}
    assert rows() == []


def test_who_guesses_is_asked_to_wait(client, centre, run_id, people) -> None:
    code = codes.shown(opened(centre, run_id), AT)
    make.sign_in(client, people[0])
    for _guess in range(10):
        send(client, "/courses/here", {"code": "AAAAAA"}, status=409)
    told = send(client, "/courses/here", {"code": code}, status=429)
    assert "Too many codes" in told.text
    assert int(told.headers["Retry-After"]) > 0
    assert rows() == []
    assert "Write the code" in send_empty(client, people[1])


def send_empty(client, who) -> str:
    make.sign_in(client, who)
    return send(client, "/courses/here", {"code": " "}, status=422).text


@pytest.mark.parametrize("number", [2, 25])
def test_the_pages_ask_the_same_however_many_come(client, centre, number) -> None:
    with clock.set_clock(OPEN):
        run_id = published_run(centre, capacity=40)
        everybody = [make.actor(make.person(f"PERSON {n:02}")) for n in range(number)]
        for who in everybody:
            with unit_of_work(who, now=OPEN) as work:
                office.enrol(work, work.find(queries.run_to_enrol_in(who, run_id)))
    secret = opened(centre, run_id)
    for who in everybody:
        comes(who, codes.shown(secret, AT))
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{run_id}/check-in/{first_meeting(run_id)}"
    for address, most in ((desk, 10), (f"{desk}/screen", 9)):
        with statements() as said:
            page(client, address)
        assert len(said) <= most, said


@pytest.mark.race
def test_two_phones_of_one_person_check_in_once(app, session, centre, run_id, people) -> None:
    code = codes.shown(opened(centre, run_id), AT)
    who = make.actor(people[0])
    meeting_id = first_meeting(run_id)

    def absent() -> None:
        with working(centre.writer) as work:
            meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
            office.close_check_in(work, meeting, others_absent=True)

    for number in rounds(3):
        db.session.execute(text("DELETE FROM attendance"))
        db.session.commit()
        opened(centre, run_id)
        code = codes.shown(db.session.scalar(select(CheckIn.secret)), AT)
        presses = [lambda: comes(who, code)] * (CLIENTS - 1)
        if number % 2:
            presses.append(absent)
        all_at_once(app, presses)
        of_person = select(func.count(Attendance.id)).join(Attendance.enrolment)
        assert session.scalar(of_person.where(Enrolment.person_id == people[0].id)) == 1
