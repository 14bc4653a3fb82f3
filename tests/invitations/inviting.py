"""Writing an invitation, sending it, and answering it on pages, by links and on paper."""

import io
import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.files.operations import check_file
from app.files.signed import Signed
from app.foundation.actors import SYSTEM, Actor
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.invitations import operations as verbs
from app.invitations import queries
from app.invitations.models import Invitation, InvitationKey
from app.invitations.operations.links import hash_of_link
from app.invitations.states import Side
from app.research_stays.operations import Line
from app.research_stays.states import Paid, Payer, Purpose
from app.notifications.models import OutboxMessage
from app.notifications.tasks import tasks_of
from app.opportunities.money import Period
from app.organisations.models import Organisation
from tests import make
from tests.exchanges.agreeing import University
from tests.files import samples

DEAN = Signed("Pham Thu Ha", "Dean of the faculty")
NAMES = {"agrees": DEAN, "agrees_email": "dean@hue.example"}
FIRST = (make.NOW + timedelta(days=60)).date()


def terms(**values: Any) -> verbs.Terms:
    usual: dict[str, Any] = {
        "purpose_kind": Purpose.JOINT_RESEARCH,
        "purpose": "To align our corpora of court rulings.",
        "starts_on": FIRST,
        "ends_on": FIRST + timedelta(days=29),
        "answer_by": make.NOW + timedelta(days=14),
        "laboratory": "Natural language processing",
        "received_by": "Professor Yamada Hanako",
        "paid": (
            Line(Paid.ALLOWANCE, Payer.HOST, 6000, "JPY", Period.DAY),
            Line(Paid.TRAVEL, Payer.HOME),
        ),
    }
    return verbs.Terms(**usual | values)


def begun(host: University, email: str, home: University | None = None, **named: Any) -> int:
    """The id of an invitation that nobody but the host reads."""
    actor = named.pop("actor", host.actor)
    name, speaks = named.pop("name", "SOMCHAI JAIDEE"), named.pop("speaks", "")
    with unit_of_work(actor, now=make.NOW) as work:
        body = work.session.get_one(Organisation, home.id) if home else None
        where = verbs.Home(body) if body else verbs.Home(None, "Institute of Hue", "VN")
        return verbs.begin_invitation(
            work,
            work.find(queries.own_host(actor, host.id)),
            terms(**named),
            verbs.Whom(name, email, where, speaks),
        )


def doing(actor: Actor, invitation_id: int, do: Any, *values: Any, **named: Any) -> Any:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        found = work.find(queries.invitation_with_all(actor, invitation_id))
        return do(work, found, *values, **named)


def sent(host: University, email: str, home: University | None = None, **named: Any) -> int:
    made = begun(host, email, home, **named)
    doing(host.actor, made, verbs.send_invitation)
    return made


def accepted(host: University, who: Actor, home: University | None = None, **named: Any) -> int:
    made = sent(host, who.email, home, **named)
    doing(who, made, verbs.accept_invitation, seen=1)
    return made


def agreed(host: University, who: Actor, home: University, **named: Any) -> int:
    made = accepted(host, who, home, **named)
    doing(home.actor, made, verbs.answer_for_home, yes=True, seen=1)
    return made


def invitation(invitation_id: int) -> Invitation:
    db.session.rollback()
    db.session.expire_all()
    found = select(Invitation).where(Invitation.id == invitation_id)
    return db.session.scalars(found.options(*queries.everything())).unique().one()


def newest_link(kind: str = "invited") -> str:
    """The secret of the last link that was mailed."""
    db.session.rollback()
    mails = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == f"invitations/{kind}")
        .order_by(OutboxMessage.id.desc())
    ).all()
    found = re.match(r"/research-stays/answer/([\w-]+)\?", mails[0].values["path"])
    assert found is not None
    return found[1]


def guest_with(secret: str) -> Actor:
    db.session.rollback()
    key = db.session.scalars(queries.key_with(hash_of_link(secret))).one()
    db.session.rollback()
    return verbs.as_guest(key)


def by_link(secret: str, do: Any, **named: Any) -> None:
    with unit_of_work(guest_with(secret), now=named.pop("now", make.NOW)) as work:
        found, key = verbs.take_up_link(work, secret)
        do(work, found, key=key, **named)


def by_itself(do: Any, now: Any = make.NOW) -> int:
    with unit_of_work(SYSTEM, now=now) as work:
        return int(do(work))


def scan() -> Any:
    return check_file(io.BytesIO(samples.PDF), file_name="letter.pdf")


def open_keys(invitation_id: int, side: Side) -> list[InvitationKey]:
    db.session.rollback()
    db.session.expire_all()
    living = queries.keys_of(invitation_id, side).where(InvitationKey.ended_at.is_(None))
    return list(db.session.scalars(living))


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(value, part)) for part in ("day", "month", "year")}


def tasks(actor) -> list[str]:
    db.session.rollback()
    return [task.kind for task in db.session.scalars(tasks_of(actor))]


def mails(kind: str) -> list[OutboxMessage]:
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.kind == f"invitations/{kind}")
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))
