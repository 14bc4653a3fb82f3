"""Numbers on a printed sheet, and entering who signed by them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.courses import queries
from app.courses.marking import NotANumber, numbers_in, plan
from app.courses.models import Attendance
from app.courses.states import EnteredFrom, Presence
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.courses.dates import published_run
from tests.courses.test_attendance import enter
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import page, send

AFTER = datetime(2027, 3, 2, tzinfo=UTC)
P, A, X = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1-3, 8", {1, 2, 3, 8}),
        ("8 2;5\n1", {1, 2, 5, 8}),
        ("1 - 3", {1, 2, 3}),
        ("1–3、7", {1, 2, 3, 7}),
        ("１〜３，７", {1, 2, 3, 7}),
        ("១-៣", {1, 2, 3}),
        ("2, 2, 2", {2}),
        ("", set()),
        (" , ", set()),
    ],
)
def test_numbers_are_read_as_people_of_our_languages_type_them(typed, meant) -> None:
    assert numbers_in(typed) == meant


@pytest.mark.parametrize(
    "typed", ["a", "1-", "-3", "3-1", "0", "1-2-3", "1.5", "100000", "1-99999", "½", "1-6000"]
)
def test_what_is_no_number_is_named(typed) -> None:
    with pytest.raises(NotANumber):
        numbers_in(typed)


def test_a_list_adds_who_is_on_it_and_undoes_nothing_silently() -> None:
    known = {2: P, 3: A, 4: X, 5: P}
    made = plan({1, 2, 3}, [1, 2, 3, 4, 5, 6], known, others_absent=True)
    assert made.present == [1]
    assert made.same == [2]
    assert made.corrected == [(3, A)]
    assert made.absent == [6]
    assert made.others == [(4, X), (5, P)]
    assert made.marks() == {1: P, 3: P, 6: A}
    assert plan({1}, [1, 6], {}, others_absent=False).absent == []


@pytest.fixture
def run_id(centre):
    """In the order in which they enrolled, so 1 to 4: SOK, KIM, CHAN, OUK."""
    with clock.set_clock(OPEN):
        made = published_run(centre)
        for name in ("SOK DARA", "KIM LY", "CHAN NITA", "OUK VANN"):
            take(made, make.person(name, sort_key=name.casefold()))
    return made


@pytest.fixture(autouse=True)
def after():
    with clock.set_clock(AFTER):
        yield


def address(run_id: int, rest: str = "/enter") -> str:
    meeting = queries.meetings_of(db.session(), run_id)[0].id
    return f"/courses/office/dates/{run_id}/sign-in-sheet/{meeting}{rest}"


def known(run_id: int) -> dict[str, tuple[Presence, EnteredFrom]]:
    db.session.rollback()
    rows = {row.enrolment_id: row for row in db.session.scalars(select(Attendance))}
    people = queries.with_seats(db.session(), run_id)
    return {
        one.person.full_name: (rows[one.id].presence, rows[one.id].entered_from)
        for one in people
        if one.id in rows
    }


def test_numbers_stay_when_somebody_leaves_and_another_comes(centre, run_id) -> None:
    def numbers() -> dict[str, int]:
        of = queries.numbers_of(db.session(), run_id)
        return {o.person.full_name: of[o.id] for o in queries.with_seats(db.session(), run_id)}

    before = numbers()
    assert before == {"SOK DARA": 1, "KIM LY": 2, "CHAN NITA": 3, "OUK VANN": 4}
    with clock.set_clock(OPEN):
        take(run_id, make.person("AAA FIRST", sort_key="aaa"))
    assert numbers() == {**before, "AAA FIRST": 5}


def test_who_signed_is_shown_by_name_and_then_kept(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    sheet = page(client, address(run_id, ""))
    assert sheet.index("CHAN NITA") < sheet.index("SOK DARA"), "in the order of names"
    asked = {"numbers": "1-2", "ticks": ["4"], "others_absent": "y"}
    shown = send(client, address(run_id), asked, status=200).text
    assert "Keep it like this" in shown
    assert known(run_id) == {}, "looking changes nothing"
    assert shown.index("Was there <span") < shown.index("SOK DARA") < shown.index("Was not there")
    send(client, address(run_id), {**asked, "keep": "yes"})
    assert known(run_id) == {
        "SOK DARA": (P, EnteredFrom.SHEET),
        "KIM LY": (P, EnteredFrom.SHEET),
        "OUK VANN": (P, EnteredFrom.SHEET),
        "CHAN NITA": (A, EnteredFrom.SHEET),
    }
    again = send(client, address(run_id), asked, status=200).text
    assert "Nothing: all of this is entered already." in again
    assert "Keep it like this" not in again


def test_numbers_that_are_nobody_s_are_named_and_nothing_is_kept(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    asked = {"numbers": "1, 9, 12", "keep": "yes"}
    told = send(client, address(run_id), asked, status=422).text
    assert "Nobody with a seat has the numbers 9 and 12." in told
    assert "1, 9, 12</textarea>" in told, "what was typed stays"
    told = send(client, address(run_id), {"numbers": "one"}, status=422).text
    assert "“one” is no number." in told
    assert "Write the numbers" in send(client, address(run_id), {"numbers": ""}, status=422).text
    assert known(run_id) == {}


def test_what_somebody_else_entered_meanwhile_is_looked_at_again(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    old = page(client, address(run_id))
    assert 'name="version"' in old
    enter(centre, run_id, 0, X)
    told = send(
        client, address(run_id), {"numbers": "3", "keep": "yes", "version": "0"}, status=409
    )
    assert "changed by somebody else" in told.text
    shown = send(client, address(run_id), {"numbers": "3"}, status=200).text
    assert "Now present, was entered otherwise" in shown
    assert "(Excused)" in shown


def test_another_centre_enters_nothing(client, centre, run_id) -> None:
    make.sign_in(client, centre.stranger)
    assert client.get(address(run_id)).status_code == 404
    assert client.post(address(run_id), data={"numbers": "1"}).status_code == 404


def test_nothing_is_entered_before_the_meeting(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    with clock.set_clock(datetime(2027, 3, 1, 8, 29, tzinfo=UTC)):
        assert "has not begun yet" in page(client, address(run_id))


@pytest.mark.parametrize("people", [2, 25])
def test_the_page_asks_the_same_however_many_come(client, centre, people) -> None:
    with clock.set_clock(OPEN):
        run_id = published_run(centre, capacity=40)
        for number in range(people):
            take(run_id, make.person(f"PERSON {number:02}"))
    make.sign_in(client, centre.writer)
    with statements() as said:
        page(client, address(run_id))
    assert len(said) <= 10, said
