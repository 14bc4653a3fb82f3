"""An office with a manager, an approver, a host with its staff, and a call in preparation."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.fellowships import operations as office
from app.fellowships.models import Call
from app.fellowships.queries import calls_visible_to, places_visible_to
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.opportunities.models import Place, Programme
from app.organisations.models import Organisation
from tests import make


@dataclass
class Office:
    programme: Programme
    manager: User
    approver: User
    secretariat: User
    stranger: User
    host: Organisation
    host_staff: User
    people: dict[str, User] = field(default_factory=dict)

    def __post_init__(self):
        self.people = {
            "manager": self.manager,
            "approver": self.approver,
            "secretariat": self.secretariat,
            "other manager": self.stranger,
            "host staff": self.host_staff,
        }


def office_of(name: str = "Programme") -> Office:
    programme = make.programme(name)
    host = make.organisation("University of Tokyo")
    return Office(
        programme=programme,
        manager=make.grant(make.person("Manager"), Role.MANAGER, Scope.PROGRAMME, programme.id),
        approver=make.grant(make.person("Approver"), Role.APPROVER, Scope.PROGRAMME, programme.id),
        secretariat=make.grant(make.person("Secretariat"), Role.SECRETARIAT),
        stranger=make.grant(
            make.person("Stranger"), Role.MANAGER, Scope.PROGRAMME, make.programme().id
        ),
        host=host,
        host_staff=make.grant(make.person("Host"), Role.HOST, Scope.ORGANISATION, host.id),
    )


@contextmanager
def working(user: User | Actor, now=make.NOW):
    """A unit of work of this person at this moment; rows read before stay readable as they were."""
    db.session.expunge_all()
    actor = user if isinstance(user, Actor) else make.actor(user)
    with unit_of_work(actor, now=now) as work:
        yield work


def the_call(work: Work, call: Call) -> Call:
    return work.find(calls_visible_to(work.actor).where(Call.id == call.id))


def the_place(work: Work, place: Place) -> Place:
    return work.find(places_visible_to(work.actor).where(Place.id == place.id))


WINDOW = office.Window("2027-02-14T23:59", "Asia/Tokyo", "2027-01-10T09:00")
TEXT = office.Text(
    title="Khmer and Lao language models",
    summary="Six months in Tokyo.",
    description="Work on language models for languages with little data.",
    who_may_apply="Researchers at the beginning of their career.",
)
AUDIENCE = office.Audience(countries=("KH", "LA"), tracks=("researcher",), languages=("en",))
TERMS = office.Terms(
    stipend_amount=144_000,
    stipend_currency="JPY",
    stipend_period="month",
    contact="office@example.org",
    duration_months=6,
)


def prepared(place: Office, *, seats: int = 2, confirmed: bool = True) -> Call:
    """A call that its office has prepared through the operations, ready to be published."""
    with working(place.manager) as work:
        programme = work.session.get_one(Programme, place.programme.id)
        call = office.prepare_call(work, programme, title=TEXT.title)
    with working(place.manager) as work:
        found = the_call(work, call)
        office.save_call(work, found, TEXT, version=None)
        office.save_window(work, found, WINDOW, version=None)
        office.save_audience(work, found, AUDIENCE, version=None)
        office.save_terms(work, found, TERMS, version=None)
        host = work.session.get_one(Organisation, place.host.id)
        asked = office.add_place(work, found, host, office.Seats(seats))
    if confirmed:
        with working(place.host_staff) as work:
            office.confirm_place(work, the_place(work, asked))
    return call


def published(place: Office, **values: Any) -> Call:
    call = prepared(place, **values)
    with working(place.manager) as work:
        office.publish_call(work, the_call(work, call))
    return call


def letters(kind: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.kind == f"fellowships/{kind}")
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))


def open_tasks() -> list[Task]:
    return list(db.session.scalars(select(Task).where(Task.done_at.is_(None)).order_by(Task.id)))


def later(days: float) -> Any:
    return make.NOW + timedelta(days=days)
