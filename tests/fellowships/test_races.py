"""Several offices at once, on both databases: nothing is lost, nothing happens twice."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from app.fellowships import operations as office
from app.fellowships.models import Call
from app.fellowships.queries import calls_visible_to, places_visible_to
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import Refusal
from app.foundation.languages import speak
from app.foundation.work import unit_of_work
from app.opportunities.models import Place, Programme
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation
from tests import make
from tests.fellowships.offices import office_of, prepared, published, the_call, the_place, working

CLIENTS = 6


def together(app, *deeds):
    """Everybody acts at the same moment; counts what each was told."""
    barrier, told = threading.Barrier(len(deeds)), []

    def act(actor, deed):
        with app.app_context():
            speak("en", None)
            barrier.wait()
            try:
                with unit_of_work(actor, now=make.NOW) as work:
                    deed(work)
                told.append("done")
            except Refusal:
                told.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act, args=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # what this test read before is of another moment
    return Counter(told)


def on_call(call_id, verb):
    def deed(work):
        verb(work, work.find(calls_visible_to(work.actor).where(Call.id == call_id)))

    return deed


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_a_call_is_published_or_cancelled_never_both(app, session, attempt):
    desk = office_of()
    call = prepared(desk)
    actor = make.actor(desk.manager)
    publish = on_call(call.id, office.publish_call)
    cancel = on_call(call.id, lambda work, found: office.cancel_call(work, found, reason="r"))
    told = together(app, *[(actor, publish), (actor, cancel)] * 3)
    found = session.get(Call, call.id, populate_existing=True)
    # Cancelling is last or first; publishing happens once at most, and never after it.
    assert found.state is OpportunityState.CANCELLED
    assert told["done"] == (2 if found.published_at else 1)


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_one_extension_wins_and_the_deadline_only_goes_later(app, session, attempt):
    desk = office_of()
    call = published(desk)
    actor = make.actor(desk.manager)
    walls = [f"2027-03-{day:02}T23:59" for day in (1, 2, 3, 4, 5, 6)]
    deeds = [
        (
            actor,
            on_call(
                call.id,
                lambda work, found, wall=wall: office.extend_call(
                    work, found, closes_wall=wall, reason="r"
                ),
            ),
        )
        for wall in walls
    ]
    told = together(app, *deeds)
    found = session.get(Call, call.id, populate_existing=True)
    assert told["done"] >= 1
    assert found.closes_wall == walls[-1]
    assert found.closes_at == found.closes_sort


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_hosts_that_confirm_at_once_are_all_counted(app, session, attempt):
    desk = office_of()
    call = prepared(desk, confirmed=False)
    (asked_first,) = session.scalars(select(Place))
    with working(desk.manager) as work:
        office.remove_place(work, the_place(work, asked_first))
    staff = []
    for _ in range(CLIENTS):
        host = make.organisation()
        staff.append(make.grant(make.person(), Role.HOST, Scope.ORGANISATION, host.id))
        with working(desk.manager) as work:
            found = work.session.get_one(Organisation, host.id)
            office.add_place(work, the_call(work, call), found, office.Seats(2))

    def confirm(work):
        office.confirm_place(work, work.find(places_visible_to(work.actor)))

    told = together(app, *[(make.actor(person), confirm) for person in staff])
    assert told == {"done": CLIENTS}
    found = session.get(Call, call.id, populate_existing=True)
    assert (found.seats, found.hosts) == (2 * CLIENTS, CLIENTS)


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_a_host_confirms_what_it_saw_or_is_asked_again(app, session, attempt):
    desk = office_of()
    prepared(desk, confirmed=False)
    place_id = session.scalars(select(Place.id)).one()

    def confirm(work):
        place = work.find(places_visible_to(work.actor).where(Place.id == place_id))
        office.confirm_place(work, place, version=1)

    def change(work):
        place = work.find(places_visible_to(work.actor).where(Place.id == place_id))
        office.change_place(work, place, office.Seats(9), version=None)

    hosts, manager = make.actor(desk.host_staff), make.actor(desk.manager)
    together(app, (hosts, confirm), (manager, change), (hosts, confirm))
    place = session.get(Place, place_id, populate_existing=True)
    assert (place.seats, place.state) == (9, PlaceState.ASKED)


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(2))
def test_calls_begun_at_once_have_numbers_of_their_own(app, session, attempt):
    desk = office_of()
    actor, programme_id = make.actor(desk.manager), desk.programme.id

    def begin(work):
        programme = work.session.get_one(Programme, programme_id)
        office.prepare_call(work, programme, title="x")

    assert together(app, *[(actor, begin)] * CLIENTS) == {"done": CLIENTS}
    refs = session.scalars(select(Call.ref).order_by(Call.ref)).all()
    assert refs == [f"LNT-27-{n:02}" for n in range(1, CLIENTS + 1)]


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(2))
def test_one_form_sent_several_times_at_once_begins_one_call(app, session, attempt):
    desk = office_of()
    actor, programme_id = make.actor(desk.manager), desk.programme.id

    def begin(work):
        programme = work.session.get_one(Programme, programme_id)
        office.prepare_call(work, programme, title="x", request_key="the-same-key")

    told = together(app, *[(actor, begin)] * CLIENTS)
    assert sum(told.values()) == CLIENTS
    assert session.scalar(select(func.count(Call.id))) == 1
