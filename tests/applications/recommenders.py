"""What the tests of letters share: a call that asks for two, an applicant, people who recommend."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.applications import queries
from app.applications.models import Application, LetterTerms, ReferenceRequest
from app.applications.operations import Person, Written, ask_for_letter, save_letter, send_letter
from app.applications.operations.keys import guest, take_up
from app.applications.queries.letters import own_requests
from app.applications.states import KeyKind
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests import make
from tests.applications import helping

UNTIL = datetime(2027, 1, 28, 14, 59, tzinfo=UTC)
CANARY = "Her proof of the 7th lemma was mine to correct."


def call(*, least: int = 2, most: int = 3, until: datetime | None = UNTIL, **values):
    made = make.call(**values)
    make.add(LetterTerms(opportunity_id=made.id, least=least, most=most, letters_by=until))
    return made


def somebody(name: str = "Professor Dara Kim", email: str = "dara@uni.example.org", **values):
    return Person(
        name=name, email=email, known_as=values.pop("known_as", "my supervisor"), **values
    )


def ask(person, application_id: int, whom=None, *, key: str = "", now=make.NOW) -> int:
    with unit_of_work(helping.acting(person), now=now) as work:
        query = queries.own_applications(work.actor).where(Application.id == application_id)
        return ask_for_letter(work, work.find(query), whom or somebody(), key=key).id


def asked(call, applicant=None, *, state=None, **whom) -> tuple[int, int]:
    """(application, request) of an applicant who has asked one person."""
    who = applicant or make.person("CHANTHOU SOPHEAP")
    values = {} if state is None else {"state": state}
    mine = make.application(call, who, **values).id
    return mine, ask(who, mine, somebody(**whom))


def token(request_id: int, kind: str = "applications/letter_asked") -> str:
    """The newest link to this letter, out of the mail."""
    row = reload(request_id)
    paths = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.address == row.email, OutboxMessage.kind == kind)
        .order_by(OutboxMessage.id.desc())
    ).all()
    return re.match(r"/letters/([\w-]+)\?", paths[0].values["path"])[1]


def write(secret: str, body: str = CANARY, *, send: bool = True, now=make.NOW, **values):
    """What the page does when its writer presses a button."""
    with unit_of_work(guest(_of(secret)), now=now) as work:
        found, key = take_up(work, secret, KeyKind.LINK)
        written = Written(body=body, **values)
        if send:
            return send_letter(work, found, written, key=key).id
        return save_letter(work, found, written).id


def _of(secret: str) -> ReferenceRequest:
    from app.applications.operations.keys import hash_of
    from app.applications.queries.letters import request_opened_with

    db.session.expire_all()
    query = request_opened_with(hash_of(secret, KeyKind.LINK), KeyKind.LINK)
    return db.session.scalars(query).one()


def as_applicant(person, request_id: int, do, *, now=make.NOW):
    """An operation by the applicant on a request found again, locked."""
    with unit_of_work(helping.acting(person), now=now) as work:
        found = work.find(own_requests(work.actor).where(ReferenceRequest.id == request_id))
        return do(work, found)


def reload(request_id: int) -> ReferenceRequest:
    db.session.expire_all()
    return db.session.get_one(ReferenceRequest, request_id)


def told(kind: str) -> list[OutboxMessage]:
    db.session.expire_all()
    query = select(OutboxMessage).where(OutboxMessage.kind == f"applications/{kind}")
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))


DAY = timedelta(days=1)
