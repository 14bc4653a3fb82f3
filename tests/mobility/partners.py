"""A host that nobody signs in for, its links, and the letters that it sends."""

import io
import re

from sqlalchemy import delete, select

from app.accounts.models import RoleGrant, User
from app.audit.models import AuditEntry
from app.audit.sentences import sentence
from app.exchanges.models import ExchangeContact
from app.exchanges.states import AnswersFor
from app.files.operations import check_file
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.models import NominationLetter
from app.mobility.operations.links import hash_of_link
from app.notifications.models import OutboxMessage
from tests import make
from tests.files import samples
from tests.mobility.choosing import answering, nominated, opened, sent

SIGNED = verbs.Signed("HANAKO SATO", "Dean")
SATO = "sato@host.example"


def nominated_off(th, jp, student) -> int:
    place = opened(jp, th)
    number = nominated(th, sent(student, place), place, note="Our best.")
    if db.session.scalar(select(ExchangeContact.id)) is None:
        db.session.add(
            ExchangeContact(
                organisation_id=jp.id,
                name="HANAKO SATO",
                function="International centre",
                email=SATO,
                answers_for=AnswersFor.INCOMING,
            )
        )
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == jp.id))
    db.session.commit()
    return number


def asks(th, number: int, email: str = SATO, now=make.NOW) -> str:
    """The secret of the link that the home had sent."""
    answering(th.actor, number, verbs.ask_partner, email=email, now=now)
    return newest_link()


def newest_link() -> str:
    db.session.rollback()
    mails = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == "mobility/partner_asked")
        .order_by(OutboxMessage.id.desc())
    ).all()
    return re.match(r"/partners/([\w-]+)\?", mails[0].values["path"])[1]


def guest_with(secret: str):
    db.session.rollback()
    key = db.session.scalars(queries.key_with(hash_of_link(secret))).one()
    db.session.rollback()
    return verbs.partner_as_guest(key)


def by_link(secret: str, *, verified=True, seen=1, comment="", signed=SIGNED, now=make.NOW) -> None:
    with unit_of_work(guest_with(secret), now=now) as work:
        found, key = verbs.take_up_link(work, secret)
        verbs.answer_by_link(
            work, found, key, signed, verified=verified, seen=seen, comment=comment
        )


def scan():
    return check_file(io.BytesIO(samples.PDF), file_name="letter.pdf")


def recorded(th, number: int, *, file=True, signed=SIGNED, **values) -> None:
    said = {"verified": True, "seen": 1, "comment": "", **values}
    with unit_of_work(th.actor, now=make.NOW) as work:
        found = work.find(queries.nomination_with_all(work.actor, number))
        verbs.record_answer(work, found, scan() if file else None, signed, **said)


def letters(number: int) -> list[NominationLetter]:
    db.session.rollback()
    db.session.expire_all()
    query = select(NominationLetter).where(NominationLetter.nomination_id == number)
    return list(db.session.scalars(query.order_by(NominationLetter.number)))


def history(number: int) -> list[str]:
    query = select(AuditEntry).where(AuditEntry.subject_id == number).order_by(AuditEntry.id)
    mine = query.where(AuditEntry.subject_kind == "exchange_nomination")
    return [sentence(one) for one in db.session.scalars(mine)]


def make_back(university):
    """The office is here again."""
    person = db.session.get_one(User, university.actor.user_id)
    make.grant(person, Role.COORDINATOR, Scope.ORGANISATION, university.id)
    db.session.commit()
    return university


def upload(client, address: str, data: dict) -> object:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)[1]
    return client.post(
        address, data={**data, "csrf_token": token}, content_type="multipart/form-data"
    )
