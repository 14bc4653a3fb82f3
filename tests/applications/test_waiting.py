"""Honest words on waiting: noted as it happens, learned from past calls, shown to who waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.applications.models import Application, UsualWait, Wait
from app.applications.operations import (
    learn_usual_waits,
    pass_over,
    pass_screening,
    shortlist,
    withdraw,
)
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState, Waiting
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.opportunities.states import OpportunityState
from tests import make

S = ApplicationState
SENT = make.NOW - timedelta(days=2)  # make.application's submitted_at


@pytest.fixture
def past(session):
    return make.call(state=OpportunityState.CLOSED)


@pytest.fixture
def manager(past):
    return make.grant(make.person("OFFICE"), Role.MANAGER, Scope.PROGRAMME, past.programme_id)


def decide(manager, application_id: int, verb, *, after: timedelta, **said) -> None:
    actor = make.actor(db.session.merge(manager))
    with unit_of_work(actor, now=SENT + after) as work:
        query = applications_visible_to(actor).where(Application.id == application_id)
        verb(work, work.find(query), **said)


def waits() -> list[tuple[str, float]]:
    db.session.rollback()
    rows = db.session.scalars(select(Wait).order_by(Wait.id))
    return [(row.kind.value, row.seconds / 86400) for row in rows]


def test_each_wait_is_noted_when_it_ends_and_the_office_moving_things_is_none(
    past, manager
) -> None:
    sent = make.application(past, state=S.SUBMITTED).id
    decide(manager, sent, pass_screening, after=timedelta(days=3))
    decide(manager, sent, shortlist, after=timedelta(days=9))
    decide(manager, sent, pass_over, after=timedelta(days=13))
    assert waits() == [("checking", 3.0), ("reading", 10.0)]


def test_taking_back_is_no_answer(past) -> None:
    person = make.person()
    sent = make.application(past, person, state=S.SUBMITTED).id
    actor = make.actor(person)
    with unit_of_work(actor, now=make.NOW) as work:
        withdraw(work, work.session.get_one(Application, sent), reason="")
    assert waits() == []


def learn() -> list[UsualWait]:
    with unit_of_work(SYSTEM, now=make.NOW) as work:
        learn_usual_waits(work)
    return list(db.session.scalars(select(UsualWait)))


def checked_after(past, manager, *days: int) -> None:
    for number in days:
        sent = make.application(db.session.merge(past), state=S.SUBMITTED).id
        decide(manager, sent, pass_screening, after=timedelta(days=number))


def test_the_median_of_past_calls_is_learned_once_there_are_five(past, manager) -> None:
    checked_after(past, manager, 1, 2, 4, 30)
    assert learn() == []
    checked_after(past, manager, 5)
    [usual] = learn()
    assert (usual.kind, usual.days, usual.applications) == (Waiting.CHECKING, 4, 5)
    assert learn()[0].days == 4


def test_calls_that_are_not_over_teach_nothing(session) -> None:
    open_call = make.call()
    office = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, open_call.programme_id)
    checked_after(open_call, office, 1, 2, 3, 4, 5)
    assert len(waits()) == 5
    assert learn() == []


def test_who_waits_reads_how_long_it_usually_takes(client, past, manager) -> None:
    checked_after(past, manager, 4, 4, 4, 4, 4)
    learn()
    person = make.person()
    sent = make.application(db.session.merge(past), person, state=S.SUBMITTED).id
    with clock.set_clock(make.NOW):
        page = make.sign_in(client, person).get(f"/applications/{sent}").text
    assert "this usually took 4 days" in page
    assert "it takes longer" not in page
    with clock.set_clock(make.NOW + timedelta(days=9)):
        make.sign_in(client, db.session.merge(person))
        page = client.get(f"/applications/{sent}").text
    assert "it takes longer; nothing is wrong" in page
