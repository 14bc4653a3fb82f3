"""Calls for which universities nominate, and what they and applicants do."""

from sqlalchemy import select

from app.applications.models import Application, Nominator
from app.applications.operations import (
    RouteTerms,
    choose_way,
    open_route,
)
from app.applications.queries import nominating
from app.applications.states import RouteKind
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.notifications.models import OutboxMessage, Task
from app.opportunities.models import Place
from tests import make
from tests.applications import helping
from tests.fellowships.offices import the_call, working

UNIVERSITY = RouteTerms(quota=2, due_wall="2027-01-12T17:00", zone="Asia/Bangkok", named_only=False)


def a_call(office, terms=UNIVERSITY):
    call = make.call(programme=office.programme)
    make.place(call)
    with working(office.manager) as work:
        open_route(work, the_call(work, call), RouteKind.UNIVERSITY, terms)
    return call


def a_university(name="Royal University", code="KH"):
    home = make.organisation(name, code)
    officer = make.grant(make.person("Officer"), Role.COORDINATOR, Scope.ORGANISATION, home.id)
    return home, officer


def ready(call, person):
    place = db.session.scalars(select(Place).where(Place.opportunity_id == call.id)).one()
    return helping.ready(call, person, place)


def choose(person, application_id, key):
    with working(person) as work:
        choose_way(work, helping.find(work, application_id), key)


def sent(call, home, person=None):
    """The number of an application that was submitted through this university."""
    person = person or make.person("Sokha", home_institution_id=home.id)
    number = ready(call, person)
    choose(person, number, f"university-{home.id}")
    helping.submit(person, number)
    return number, person


def answer(officer, number, verb, now=make.NOW, **values):
    with working(officer, now) as work:
        found = nominating.applications_to_nominate(work.actor).where(Application.id == number)
        verb(work, work.find(found), **values)


def the(number):
    db.session.rollback()
    return db.session.get(Application, number, populate_existing=True)


def the_nominator():
    db.session.rollback()
    return db.session.scalars(select(Nominator).execution_options(populate_existing=True)).one()


def open_tasks(kind):
    db.session.rollback()
    return db.session.scalars(
        select(Task).where(Task.kind == kind, Task.done_at.is_(None)).order_by(Task.id)
    ).all()


def told(kind):
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
