"""Long work: a row with a lease, its progress and its result."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Entity, Moment, UtcDateTime


class Job(Entity):
    """Asked for in the transaction of its cause; done by `work`, at least once, after it.

    Whoever has it in hand holds it until `leased_until`, which also tells one turn at it from
    another. `once` names the occasion where the same thing must not be asked for twice. A periodic
    duty is a row that never gets `done_at`: each time it is done, it is set for the next time.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix__job__waiting",
            "next_try_at",
            "id",
            sqlite_where=text("done_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    once: Mapped[str | None] = mapped_column(String(200), unique=True)
    asked_by_id: Mapped[int | None]
    asked_at: Mapped[Moment]
    next_try_at: Mapped[Moment]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result_file_id: Mapped[int | None]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_error: Mapped[str | None] = mapped_column(String(500))
