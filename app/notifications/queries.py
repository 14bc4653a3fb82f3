"""Everything notifications reads: what waits to be sent, and what a person was told."""

from datetime import datetime

from sqlalchemy import Select, or_, select

from app.foundation.actors import Actor
from app.notifications.models import OutboxMessage

PAGE = 20


def due(now: datetime) -> Select[OutboxMessage]:
    """What may be sent now and is in nobody's hands, longest waiting first."""
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.sent_at.is_(None),
            OutboxMessage.failed_at.is_(None),
            OutboxMessage.next_try_at <= now,
            or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now),
        )
        .order_by(OutboxMessage.next_try_at, OutboxMessage.id)
    )


def messages_visible_to(actor: Actor) -> Select[OutboxMessage]:
    """What this person was told: nobody reads another's messages."""
    return select(OutboxMessage).where(
        OutboxMessage.person_id.is_not(None), OutboxMessage.person_id == actor.user_id
    )


def inbox(actor: Actor, *, before: int | None = None) -> Select[OutboxMessage]:
    """One page of the person's messages and one more, newest first, older than `before`."""
    query = messages_visible_to(actor).order_by(OutboxMessage.id.desc()).limit(PAGE + 1)
    return query if before is None else query.where(OutboxMessage.id < min(before, 2_147_483_647))


def every_mail(*, to: str = "", before: int | None = None) -> Select[OutboxMessage]:
    """Whatever was sent or waits, newest first: for the demo's mailbox alone."""
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc())
    if to:
        query = query.where(OutboxMessage.address == to)
    if before is not None:
        query = query.where(OutboxMessage.id < min(before, 2_147_483_647))
    return query
