"""What a person does with what was told: reading it."""

from sqlalchemy import update

from app.foundation.permissions import SIGNED_IN
from app.foundation.work import Work
from app.notifications import policy
from app.notifications.models import OutboxMessage


def read_message(work: Work, message: OutboxMessage) -> None:
    """The person has opened it."""
    policy.READ.require(work.actor, message)
    message.read_at = message.read_at or work.now


def read_all_messages(work: Work) -> None:
    """The person has seen the list, and that is enough."""
    SIGNED_IN.require(work.actor, None)
    work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.person_id == work.actor.user_id, OutboxMessage.read_at.is_(None))
        .values(read_at=work.now)
    )
