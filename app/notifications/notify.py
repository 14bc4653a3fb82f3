"""Telling someone: a Message goes into the outbox; delivery renders and sends it later."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select

from app.foundation.work import Work
from app.notifications.models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who signs in, or a guest (somebody who recommends an applicant, say)."""

    address: str
    locale: str
    person_id: int | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """Subclass with the values the templates need; `kind` names templates/mail/<kind>/.

    Values are JSON: text, numbers, lists of them, or moments (delivered as datetimes again when
    their name ends in `_at` or `_by`).
    """

    kind: ClassVar[str]


def notify(work: Work, to: Recipient, message: Message, *, once: str) -> None:
    """Queue `message` for `to`; `once` names the occasion, so that it is told a single time."""
    values = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(message).items()
    }
    occasion = f"{message.kind}:{once}:{to.address}"
    told = select(OutboxMessage.id).where(OutboxMessage.once == occasion)
    if work.session.scalar(told) is not None:
        return
    work.session.add(
        OutboxMessage(
            address=to.address,
            locale=to.locale,
            zone=to.zone,
            person_id=to.person_id,
            kind=message.kind,
            values=values,
            once=occasion,
            message_id=f"{secrets.token_hex(16)}@lontar",
            queued_at=work.now,
            next_try_at=work.now,
        )
    )
