"""Sent twice, done once: a request key is kept in the same transaction as its result."""

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Entity, Moment
from app.foundation.work import Work


class RequestKey(Entity):
    """That `owner` asked for `purpose` with `key`, and what row came of it."""

    __tablename__ = "request_key"
    __table_args__ = (Index("uq__request_key", "owner", "purpose", "key", unique=True),)

    owner: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))
    result_id: Mapped[int]
    at: Mapped[Moment]


def owner_of(work: Work) -> str:
    return f"user:{work.actor.user_id}"


def earlier_result(work: Work, purpose: str, key: str) -> int | None:
    """The row that this very request made before, or None when it is new (or carries no key)."""
    if not key:
        return None
    query = select(RequestKey.result_id).where(
        RequestKey.owner == owner_of(work), RequestKey.purpose == purpose, RequestKey.key == key
    )
    return work.session.scalar(query)


def remember_result(work: Work, purpose: str, key: str, result_id: int) -> None:
    """Keep what came of this request; a twin that got this far is refused by the database."""
    if key:
        work.session.add(
            RequestKey(
                owner=owner_of(work), purpose=purpose, key=key, result_id=result_id, at=work.now
            )
        )
