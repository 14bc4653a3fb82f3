"""The learner's pages and the centre's pages of who comes."""

import pytest

from app.courses import operations as office
from app.courses.models import CourseRun, Enrolment
from app.courses.states import EnrolmentMode
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.courses.dates import published_run
from tests.courses.test_enrolling import OPEN, answer, take
from tests.courses.test_pages import page, send


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(OPEN):
        yield


def ref_of(run_id: int) -> str:
    return db.session.get_one(CourseRun, run_id).ref


def test_a_visitor_is_asked_to_sign_in_and_a_person_enrols_with_one_click(client, centre) -> None:
    run_id = published_run(centre)
    address = f"/courses/{ref_of(run_id)}"
    assert f"/sign-in?next={address}" in page(client, address)
    who = make.person()
    make.sign_in(client, who)
    told = send(client, address, to=f"/courses/enrol/{run_id}")
    mine = told.headers["Location"]
    seen = page(client, mine)
    assert "Has a seat" in seen
    assert "https://meet.example.org/secret-room" in seen
    assert mine in page(client, address)
    assert "Language models" in page(client, "/courses/mine")
    assert "Has a seat" in page(client, "/dashboard/participant")
    send(client, mine, to=f"{mine}/leave")
    seen = page(client, mine)
    assert "Gave it back" in seen
    assert "secret-room" not in seen


def test_who_is_removed_reads_so_with_the_reason(client, centre) -> None:
    run_id = published_run(centre)
    who = make.person()
    seat = take(run_id, who)
    answer(centre.writer, seat, office.remove, reason="You never came.")
    make.sign_in(client, who)
    for address in ("/courses/mine", f"/courses/mine/{seat}"):
        seen = page(client, address)
        assert "Removed" in seen
        assert "You never came." in seen
        assert "Turned down" not in seen
    make.sign_in(client, centre.reader)
    seen = page(client, f"/courses/office/dates/{run_id}/people")
    assert "Removed" in seen
    assert "Turned down" not in seen


def test_who_waits_sees_the_place_in_line_and_no_link_and_takes_the_seat(client, centre) -> None:
    run_id = published_run(centre, capacity=1)
    first, second = make.person(), make.person()
    seat, waits = take(run_id, first), take(run_id, second)
    make.sign_in(client, second)
    mine = f"/courses/mine/{waits}"
    seen = page(client, mine)
    assert "Your place in the line: 1" in seen
    assert "secret-room" not in seen
    make.sign_in(client, first)
    send(client, f"/courses/mine/{seat}", to=f"/courses/mine/{seat}/leave")
    page(client, mine, 404)
    make.sign_in(client, second)
    assert "Take the seat in a course" in page(client, "/dashboard/participant")
    assert "A seat is free for you" in page(client, mine)
    send(client, mine, to=f"{mine}/accept")
    assert "secret-room" in page(client, mine)


def test_the_centre_says_yes_and_no_on_its_page(client, centre) -> None:
    run_id = published_run(centre, enrolment_mode=EnrolmentMode.APPROVAL)
    people = [make.person(f"PERSON {name}") for name in ("AA", "BB")]
    made = [take(run_id, who, words="I teach it.") for who in people]
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{run_id}/people"
    assert "2 people ask for a seat in a course" in page(client, "/dashboard/centre")
    seen = page(client, desk)
    for said in ("PERSON AA", "PERSON BB", "I teach it."):
        assert said in seen
    send(client, desk, to=f"{desk}/{made[0]}/admit")
    send(client, desk, {"reason": ""}, to=f"{desk}/{made[1]}/turn-down", status=422)
    long = send(client, desk, {"reason": "x" * 2001}, to=f"{desk}/{made[1]}/turn-down", status=422)
    assert "x" * 2001 in long.text, "what was typed stays"
    assert f'id="reason-{made[1]}-error"' in long.text
    send(client, desk, {"reason": "Not this time."}, to=f"{desk}/{made[1]}/turn-down")
    states = [db.session.get_one(Enrolment, one, populate_existing=True).state for one in made]
    assert [state.value for state in states] == ["accepted", "declined"]
    make.sign_in(client, people[1])
    assert "Not this time." in page(client, f"/courses/mine/{made[1]}")


def test_the_centre_takes_a_seat_back_on_its_page_and_the_person_sees_why(client, centre) -> None:
    run_id = published_run(centre, capacity=1)
    first, second = make.person("PERSON AA"), make.person("PERSON BB")
    seat, _waits = take(run_id, first), take(run_id, second)
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{run_id}/people"
    refused = send(client, desk, {"reason": ""}, to=f"{desk}/{seat}/remove", status=422)
    assert f'id="reason-{seat}-error"' in refused.text
    send(client, desk, {"reason": "You never answered us."}, to=f"{desk}/{seat}/remove")
    seen = page(client, desk)
    assert "The seat is taken back and offered to the next in line." in seen
    assert "You never answered us." in seen
    send(client, desk, {"reason": "Once more."}, to=f"{desk}/{seat}/remove")
    assert "This person has no seat any more." in page(client, desk)
    make.sign_in(client, first)
    seen = page(client, f"/courses/mine/{seat}")
    assert "The centre took your seat back." in seen
    assert "You never answered us." in seen
    assert "secret-room" not in seen
    make.sign_in(client, centre.stranger)
    send(client, "/courses/mine", {"reason": "x"}, to=f"{desk}/{seat}/remove", status=404)


def test_other_centres_and_the_secretariat_see_no_roster(client, centre) -> None:
    run_id = published_run(centre)
    take(run_id, make.person("PERSON AA"))
    make.sign_in(client, centre.stranger)
    page(client, f"/courses/office/dates/{run_id}/people", 404)
    make.sign_in(client, centre.secretariat)
    page(client, f"/courses/office/dates/{run_id}/people", 403)


def test_people_are_invited_by_a_list_of_addresses(client, centre) -> None:
    run_id = published_run(centre, enrolment_mode=EnrolmentMode.INVITATION)
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{run_id}/invitations"
    send(client, desk, {"addresses": "someone"}, status=422)
    send(client, desk, {"addresses": "A@example.org, b@example.org\nc@example.org"})
    seen = page(client, desk)
    for address in ("a@example.org", "b@example.org", "c@example.org"):
        assert address in seen


def test_the_roster_costs_the_same_with_few_and_with_many(client, centre) -> None:
    few_id, many_id = published_run(centre, capacity=2), published_run(centre, capacity=9)
    for run_id, number in ((few_id, 3), (many_id, 12)):
        for _n in range(number):
            take(run_id, make.person())
    make.sign_in(client, centre.writer)
    page(client, f"/courses/office/dates/{few_id}/people")
    with statements() as few:
        page(client, f"/courses/office/dates/{few_id}/people")
    with statements() as many:
        page(client, f"/courses/office/dates/{many_id}/people")
    assert len(many) == len(few) <= 10


def test_my_courses_cost_the_same_with_one_and_with_many(client, centre) -> None:
    who = make.person()
    take(published_run(centre), who)
    make.sign_in(client, who)
    page(client, "/courses/mine")
    with statements() as few:
        page(client, "/courses/mine")
    for _n in range(6):
        take(published_run(centre), who)
    with statements() as many:
        page(client, "/courses/mine")
    assert len(many) == len(few) <= 2
