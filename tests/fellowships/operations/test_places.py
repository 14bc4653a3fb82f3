"""Asking hosts, and their answers."""

import pytest
from sqlalchemy import select

from app.applications.models import Preference
from app.applications.states import ApplicationState
from app.fellowships import operations as office
from app.fellowships.models import Call
from app.foundation.actors import Role, Scope
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.opportunities.models import Place
from app.opportunities.states import PlaceState
from app.organisations.models import Organisation
from tests import make
from tests.fellowships.offices import (
    TEXT,
    letters,
    open_tasks,
    prepared,
    published,
    the_call,
    the_place,
    working,
)
from tests.fellowships.operations.reading import reload


def test_a_host_is_asked_answers_and_the_office_is_told(desk, session):
    call = prepared(desk, confirmed=False)
    (task,) = open_tasks()
    assert (task.kind, task.role, task.scope_id) == ("place to confirm", Role.HOST, desk.host.id)
    assert task.values["about"] == TEXT.title
    (asked,) = letters("place_asked")
    assert asked.address == desk.host_staff.email
    place = session.scalars(select(Place)).one()
    with working(desk.host_staff) as work:
        office.confirm_place(work, the_place(work, place), note="With pleasure.", version=1)
    assert open_tasks() == []
    (answered,) = letters("place_answered")
    assert answered.address == desk.manager.email
    assert answered.values["confirmed"] is True
    found = reload(session, Call, call)
    assert (found.seats, found.hosts) == (2, 1)


def test_staff_of_every_kind_hear_of_it_once(desk, session):
    centre = make.grant(make.person(), Role.CENTRE, Scope.ORGANISATION, desk.host.id)
    make.grant(desk.host_staff, Role.COORDINATOR, Scope.ORGANISATION, desk.host.id)
    prepared(desk, confirmed=False)
    assert {t.role for t in open_tasks()} == {Role.HOST, Role.CENTRE}
    told = sorted(letter.address for letter in letters("place_asked"))
    assert told == sorted([centre.email, desk.host_staff.email])


def test_a_change_of_seats_asks_the_host_again(desk, session):
    call = published(desk)
    place = session.scalars(select(Place)).one()
    with working(desk.manager) as work:
        office.change_place(work, the_place(work, place), office.Seats(5), version=None)
    place = reload(session, Place, place)
    assert place.state is PlaceState.ASKED
    assert place.answered_by_id is None
    assert reload(session, Call, call).seats == 0
    assert len(open_tasks()) == 1
    assert [m.values["changed"] for m in letters("place_asked")] == [False, True]


def test_a_change_of_nothing_asks_nobody(desk, session):
    published(desk)
    place = session.scalars(select(Place)).one()
    with working(desk.manager) as work:
        office.change_place(work, the_place(work, place), office.Seats(2), version=None)
    assert reload(session, Place, place).state is PlaceState.CONFIRMED


def test_a_host_says_why_it_refuses_and_whoever_ranked_it_is_told(desk, session):
    call = published(desk)
    place = session.scalars(select(Place)).one()
    draft = make.application(call)
    make.add(Preference(application_id=draft.id, place_id=place.id, rank=1))
    with working(desk.host_staff) as work:
        with pytest.raises(RuleBroken, match="why"):
            office.refuse_place(work, the_place(work, place), note="  ")
        office.refuse_place(work, the_place(work, place), note="Our laboratory moves.")
    (gone,) = letters("place_gone")
    assert gone.person_id == draft.applicant_id
    assert reload(session, Call, call).seats == 0


def test_hosts_answer_only_for_themselves(desk, session):
    prepared(desk, confirmed=False)
    place = session.scalars(select(Place)).one()
    other = make.grant(make.person(), Role.HOST, Scope.ORGANISATION, make.organisation().id)
    with working(other) as work, pytest.raises(NotFound):
        the_place(work, place)
    for person in (desk.manager, desk.approver, desk.secretariat):
        with working(person) as work, pytest.raises(NotPermitted):
            office.confirm_place(work, the_place(work, place))


def test_a_host_that_was_ranked_stays(desk, session):
    call = prepared(desk)
    place = session.scalars(select(Place)).one()
    preference = make.add(
        Preference(application_id=make.application(call).id, place_id=place.id, rank=1)
    )
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="1 applicant has ranked"):
        office.remove_place(work, the_place(work, place))
    session.delete(session.get(Preference, preference.id))
    session.commit()
    with working(desk.manager) as work:
        office.remove_place(work, the_place(work, place))
    assert session.scalars(select(Place)).all() == []
    assert reload(session, Call, call).seats == 0


def test_a_host_is_asked_twice_only_under_two_names(desk, session):
    call = prepared(desk)
    with working(desk.manager) as work:
        host = work.session.get_one(Organisation, desk.host.id)
        with pytest.raises(RuleBroken, match="already"):
            office.add_place(work, the_call(work, call), host, office.Seats(1))
        office.add_place(work, the_call(work, call), host, office.Seats(1, "Robotics laboratory"))


def test_while_seats_are_given_out_none_changes(desk, session):
    call = published(desk)
    place = session.scalars(select(Place)).one()
    make.application(call, state=ApplicationState.SHORTLISTED, offer_state="proposed")
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="given out"):
        office.change_place(work, the_place(work, place), office.Seats(1), version=None)
    with working(desk.host_staff) as work, pytest.raises(RuleBroken, match="given out"):
        office.refuse_place(work, the_place(work, place), note="No.")
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="given out"):
        office.cancel_call(work, the_call(work, call), reason="No money.")
