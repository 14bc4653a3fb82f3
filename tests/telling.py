"""Who was told what."""

from sqlalchemy import select

from app.foundation.database import db
from app.notifications.models import OutboxMessage


def told(kind: str) -> list[OutboxMessage]:
    """The messages of this kind, the first first."""
    query = select(OutboxMessage).where(OutboxMessage.kind == kind)
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))


def who_was_told(kind: str) -> set[int | None]:
    return {row.person_id for row in told(kind)}
