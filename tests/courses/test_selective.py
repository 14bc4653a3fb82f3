"""Selective dates: one applies, the centre chooses, and the application follows the seat."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.applications.models import ApplicationCount
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import applications_visible_to
from app.applications.queries.tracking import tracked_opportunities, tracked_opportunity
from app.applications.states import ApplicationState as A
from app.courses import operations as office
from app.courses.queries import run_to_enrol_in, runs_beyond_their_seats
from app.courses.states import EnrolmentMode, EnrolmentState
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage, Task
from app.opportunities.models import Opportunity, RuleSet
from app.opportunities.queries import office_of
from app.placements import operations as placements
from tests import make
from tests.applications import helping
from tests.courses.centres import centre_of, working
from tests.courses.dates import TERMS, planned, published_run, the_run
from tests.courses.selecting import (
    FORM,
    OPEN,
    admit,
    admitting,
    answer,
    applicant_of,
    listed,
    selective,
    stands,
    the_published,
    withdrawing,
)
from tests.courses.test_pages import send
from tests.racing import CLIENTS, all_at_once, rounds


@pytest.fixture
def january():
    with clock.set_clock(OPEN):
        yield


def test_dates_are_published_with_a_form_and_numbered_rules(centre) -> None:
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="no application form"):
        office.publish_run(work, the_run(work, run_id))
    bare = {"sections": [FORM["sections"][0] | {"questions": FORM["sections"][0]["questions"][:1]}]}
    with working(centre.writer) as work:
        office.save_run_form(work, the_run(work, run_id), bare, version=None)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="no declaration"):
        office.publish_run(work, the_run(work, run_id))
    with working(centre.writer) as work:
        office.save_run_form(work, the_run(work, run_id), FORM, version=None)
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    assert db.session.scalars(select(RuleSet.number)).all() == [1]


def test_only_selective_dates_have_a_form(centre) -> None:
    run_id = planned(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="another way"):
        office.save_run_form(work, the_run(work, run_id), FORM, version=None)
    assert not the_published(centre).takes_applications


def test_nobody_enrols_in_what_one_applies_for(centre) -> None:
    run_id, person = selective(centre), make.person()
    with working(person, now=OPEN) as work, pytest.raises(RuleBroken, match="One applies"):
        office.enrol(work, work.find(run_to_enrol_in(work.actor, run_id)))


def test_one_applies_is_chosen_and_comes(centre) -> None:
    run_id, person = selective(centre, capacity=1), make.person("CHANTHOU SOPHEAP")
    with working(person) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
    application_id = helping.start(run, person, now=OPEN)
    answers = {"headline": "Khmer word borders", "true": "yes"}
    helping.save(person, application_id, answers, now=OPEN)
    helping.submit(person, application_id, now=OPEN)
    with working(centre.writer, now=OPEN) as work:
        [application] = find_together(work, run_id, [application_id])
        pass_screening(work, application)
        shortlist(work, application)
    enrolment_id = admit(centre, application_id)
    assert stands(application_id) == (A.OFFERED, (EnrolmentState.OFFERED,))
    counted = db.session.get_one(ApplicationCount, (run_id, "", A.OFFERED.value))
    assert counted.number == 1
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert "courses/seat_offered" in kinds
    receipt = select(OutboxMessage).where(OutboxMessage.kind == "applications/received")
    assert db.session.scalars(receipt).one().values["by_centre"]
    task = db.session.scalars(select(Task).where(Task.subject_id == enrolment_id)).one()
    assert task.holder_id == person.id
    answer(application_id, office.accept_seat)
    assert stands(application_id) == (A.ACCEPTED, (EnrolmentState.ACCEPTED,))


@pytest.mark.parametrize(
    ("before", "verb", "state", "seat"),
    [
        ((), office.leave, A.DECLINED, EnrolmentState.WITHDRAWN),
        ((office.accept_seat,), office.leave, A.WITHDRAWN, EnrolmentState.WITHDRAWN),
    ],
)
def test_who_gives_the_seat_back_is_out(centre, before, verb, state, seat) -> None:
    run_id = selective(centre, capacity=1)
    application_id = listed(run_id)
    admit(centre, application_id)
    for one in (*before, verb):
        answer(application_id, one)
    assert stands(application_id) == (state, (seat,))
    admit(centre, listed(run_id))


def test_a_seat_that_lapses_and_one_that_is_taken_back(centre) -> None:
    run_id = selective(centre, capacity=2)
    late, removed = listed(run_id), listed(run_id)
    admit(centre, late)
    admit(centre, removed)
    answer(removed, office.accept_seat)
    answer(removed, office.remove, by=centre.writer, reason="No word for weeks.")
    assert stands(removed) == (A.NOT_SELECTED, (EnrolmentState.DECLINED,))
    with working(SYSTEM, now=OPEN + timedelta(hours=49)) as work:
        assert office.lapse_seats(work) == 1
    assert stands(late) == (A.LAPSED, (EnrolmentState.LAPSED,))


def test_without_a_free_seat_the_shortlist_stays_as_it_is(centre) -> None:
    run_id = selective(centre, capacity=1)
    first, second = listed(run_id), listed(run_id)
    admit(centre, first)
    with pytest.raises(RuleBroken, match="No seat is free"):
        admit(centre, second)
    assert stands(second) == (A.SHORTLISTED, ())
    with pytest.raises(RuleBroken, match="on the shortlist"):
        admit(centre, first)


def test_the_centre_is_asked_to_offer_seats_while_somebody_is_on_the_shortlist(centre) -> None:
    run_id = selective(centre, capacity=2)
    one, two, _three = listed(run_id), listed(run_id), listed(run_id)

    def asked() -> list[int]:
        db.session.expire_all()
        open_ones = select(Task).where(Task.kind == "seats to offer", Task.done_at.is_(None))
        return [task.values["number"] for task in db.session.scalars(open_ones)]

    admit(centre, one)
    assert asked() == [1]
    admit(centre, two)
    assert asked() == []
    answer(one, office.leave)
    assert asked() == [1]


def test_seats_kept_for_a_country_are_for_its_people(centre) -> None:
    run_id = planned(centre, capacity=2, enrolment_mode=EnrolmentMode.APPLICATION)
    make.country("LA")
    with working(centre.writer) as work:
        office.save_run_form(work, the_run(work, run_id), FORM, version=None)
    with working(centre.writer) as work:
        run = the_run(work, run_id)
        office.reserve_seats(work, run, [office.Reserve(1, country_code="LA")])
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    admit(centre, listed(run_id))
    with pytest.raises(RuleBroken, match="No seat is free"):
        admit(centre, listed(run_id))
    admit(centre, listed(run_id, make.person(nationality="LA")))


def test_withdrawing_the_application_gives_the_seat_back(centre) -> None:
    run_id = selective(centre, capacity=1)
    application_id = listed(run_id)
    person = applicant_of(application_id)
    admit(centre, application_id)
    answer(application_id, office.accept_seat)
    with working(person, now=OPEN) as work:
        placements.withdraw_application(work, placements.find_application(work, application_id))
    assert stands(application_id) == (A.WITHDRAWN, (EnrolmentState.WITHDRAWN,))
    with working(person, now=OPEN + timedelta(hours=1)) as work:
        placements.undo_withdrawal(work, placements.find_application(work, application_id))
    assert stands(application_id) == (A.SHORTLISTED, (EnrolmentState.WITHDRAWN,))
    admit(centre, application_id)
    assert stands(application_id)[0] is A.OFFERED


def test_another_centre_sees_nothing_and_the_secretariat_decides_nothing(centre) -> None:
    run_id = selective(centre)
    application_id = listed(run_id)
    with working(centre.stranger) as work:
        assert work.session.scalars(applications_visible_to(work.actor)).all() == []
        assert tracked_opportunities(work.session, work.actor).rows == []
        with pytest.raises(NotFound):
            office.find_application(work, application_id)
    with working(centre.secretariat) as work, pytest.raises(NotPermitted):
        office.admit_application(work, office.find_application(work, application_id))
    with working(centre.stranger) as work, pytest.raises(NotFound):
        the_run(work, run_id)
    with working(centre.writer) as work:
        assert len(work.session.scalars(applications_visible_to(work.actor)).all()) == 1
        assert [row.id for row in tracked_opportunities(work.session, work.actor).rows] == [run_id]
        assert work.session.execute(tracked_opportunity(work.actor, run_id)).one().id == run_id


def test_nobody_of_the_centre_gives_themselves_a_seat(centre) -> None:
    application_id = listed(selective(centre), centre.writer)
    with pytest.raises(NotPermitted):
        admit(centre, application_id)


def test_tasks_about_applications_for_dates_are_for_their_centre(centre) -> None:
    run_id = selective(centre)
    with working(centre.writer) as work:
        office_named = office_of(the_run(work, run_id))
    assert office_named["scope_id"] == centre.organisation.id
    assert office_named["role"].value == "centre"


def test_who_applied_is_told_when_the_dates_are_cancelled(centre) -> None:
    run_id = selective(centre)
    person = make.person()
    listed(run_id, person)
    with working(centre.writer) as work:
        office.cancel_run(work, the_run(work, run_id), reason="The hall is closed.")
    told = select(OutboxMessage.address).where(OutboxMessage.kind == "courses/dates_cancelled")
    assert db.session.scalars(told).all() == [person.email]


def test_how_one_comes_is_fixed_when_the_dates_are_published(centre) -> None:
    run_id = selective(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="how one enrols"):
        office.save_run(work, the_run(work, run_id), TERMS(), version=None)


@pytest.mark.race
def test_admissions_and_withdrawals_at_once_never_exceed_the_seats(app, session) -> None:
    centre = centre_of()
    for _round in rounds(4):
        run_id = selective(centre, capacity=2)
        listed_ids = [listed(run_id) for _ in range(CLIENTS)]
        writer, first = make.actor(centre.writer), make.actor(applicant_of(listed_ids[0]))
        admitting(writer, listed_ids[0])()
        presses = [withdrawing(first, listed_ids[0])]
        presses += [admitting(writer, one) for one in [*listed_ids[1:7], listed_ids[1]]]
        told = all_at_once(app, presses)
        assert told["withdrawn"] == 1
        assert told["offered"] in {1, 2}
        assert db.session.execute(runs_beyond_their_seats()).all() == []
        for one in listed_ids[1:]:
            state, seats = stands(one)
            assert (state, seats) in {
                (A.OFFERED, (EnrolmentState.OFFERED,)),
                (A.SHORTLISTED, ()),
            }
        assert sum(stands(one)[0] is A.OFFERED for one in listed_ids) == told["offered"]


def test_the_centre_offers_a_seat_on_the_page_of_who_comes(centre, client, january) -> None:
    run_id = selective(centre, capacity=1)
    application_id = listed(run_id, make.person("CHANTHOU SOPHEAP"))
    make.sign_in(client, centre.writer)
    at = f"/courses/office/dates/{run_id}"
    page = client.get(f"{at}/people").text
    assert "CHANTHOU SOPHEAP" in page
    assert "Offer a seat" in page
    assert "Application form" in page
    send(client, f"{at}/people", to=f"{at}/applications/{application_id}/admit")
    assert stands(application_id)[0] is A.OFFERED
    for path in ("form/build", "form", "form/preview", "form.json", "form/sections/study"):
        assert client.get(f"{at}/{path}").status_code == 200
    board = client.get(f"/tracking/{run_id}").text
    assert "CHANTHOU SOPHEAP" in board
    assert "Messages of this office" not in board
    assert client.get(f"/tracking/{run_id}/{application_id}").status_code == 200


def test_who_may_not_see_them_finds_no_page(centre, client) -> None:
    run_id = selective(centre)
    application_id = listed(run_id)
    make.sign_in(client, centre.stranger)
    for path in (
        f"/courses/office/dates/{run_id}/form/build",
        f"/tracking/{run_id}/{application_id}",
    ):
        assert client.get(path).status_code == 404
    assert client.get(f"/tracking/{run_id}").status_code in {403, 404}


def test_readers_are_led_to_the_application(centre, client, january) -> None:
    run_id = selective(centre)
    ref = db.session.get_one(Opportunity, run_id).ref
    make.sign_in(client, make.person())
    page = client.get(f"/courses/{ref}").text
    assert f"/applications/start/{run_id}" in page
    assert "The centre chooses among those who apply" in page
    assert client.get(f"/applications/start/{run_id}").status_code == 200


def test_the_form_of_selective_dates_is_printed_for_the_centre_and_for_everybody(
    client, centre, january
) -> None:
    run_id = selective(centre)
    ref = db.session.get_one(Opportunity, run_id).ref
    printed = client.get(f"/courses/{ref}/form.pdf")
    assert printed.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(printed.data)).pages)
    assert "Your work" in text
    assert "All of it is true." in text
    make.sign_in(client, centre.writer)
    office_copy = client.get(f"/courses/office/dates/{run_id}/form.pdf")
    assert office_copy.mimetype == "application/pdf"
    make.sign_in(client, centre.stranger)
    assert client.get(f"/courses/office/dates/{run_id}/form.pdf").status_code in {403, 404}


def test_dates_for_which_nobody_applies_have_no_form_to_print(client, centre, january) -> None:
    run_id = published_run(centre)
    ref = db.session.get_one(Opportunity, run_id).ref
    assert client.get(f"/courses/{ref}/form.pdf").status_code == 404
