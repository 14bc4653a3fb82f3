"""Telling someone: a Message goes into the outbox; delivery renders and sends it later."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    their name ends in `_at` or `_by`). Where a person's `path` is a key, `instead` is where one
    asks for another: once the mail has left, that is what the message leads to.
    """

    kind: ClassVar[str]
    instead: ClassVar[str] = ""


def notify(work: Work, to: Recipient, message: Message, *, once: str, reply_to: str = "") -> None:
    """Queue `message` for `to`; `once` names the occasion, so that it is told a single time.

    Whoever answers it writes to `reply_to`, or to the site where it is empty.
    """
    notify_each(work, [(to, message)], once=once, reply_to=reply_to)


def notify_each(
    work: Work,
    letters: Iterable[tuple[Recipient, Message]],
    *,
    once: str,
    reply_to: str = "",
) -> None:
    """As `notify`, for many: who was told of this occasion before is found a hundred at a time."""
    occasions = {_occasion(said, once, to.address): (to, said) for to, said in letters}
    known = _known(work.session, list(occasions))
    for occasion, letter in occasions.items():
        if occasion not in known:
            _queue(work, *letter, occasion, reply_to)


def told_already(
    session: Session, kind: type[Message], *, once: str, addresses: Iterable[str]
) -> set[str]:
    """Which of these addresses were told of this occasion before."""
    occasions = {_occasion(kind, once, address): address for address in addresses}
    return {occasions[one] for one in _known(session, list(occasions))}


def _occasion(said: Message | type[Message], once: str, address: str) -> str:
    return f"{said.kind}:{once}:{address}"


def _known(session: Session, occasions: list[str]) -> set[str]:
    known: set[str] = set()
    for some in (occasions[i : i + 100] for i in range(0, len(occasions), 100)):
        told = select(OutboxMessage.once).where(OutboxMessage.once.in_(some))
        known.update(session.scalars(told))
    return known


def _queue(work: Work, to: Recipient, message: Message, occasion: str, reply_to: str) -> None:
    values = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(message).items()
    }
    if message.instead:
        values["instead"] = message.instead
    if reply_to:
        values["reply_to"] = reply_to
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
