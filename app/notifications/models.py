"""The outbox and the tasks: rows written in the same transaction as their cause."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Entity, Locale, Moment, UtcDateTime


class OutboxMessage(Entity):
    """What to tell whom; it becomes words in the reader's language when it is delivered.

    A message to a person who signs in is also a line in that person's inbox (`read_at`).
    The worker leases a row until `leased_until`; `message_id` never changes, so that a mail
    sent twice after a crash is recognised as one by the mail systems on its way.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix__outbox_message__waiting",
            "next_try_at",
            "id",
            sqlite_where=text("sent_at IS NULL AND failed_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL"),
        ),
        Index("ix__outbox_message__inbox", "person_id", "id"),
    )

    address: Mapped[str] = mapped_column(String(320))
    locale: Mapped[Locale]
    zone: Mapped[str | None] = mapped_column(String(60))
    person_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    once: Mapped[str] = mapped_column(String(500), unique=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    queued_at: Mapped[Moment]
    next_try_at: Mapped[Moment]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_error: Mapped[str | None] = mapped_column(String(500))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Task(Entity):
    """Something that waits for somebody, until `done_at`.

    The holder is one person (`holder_id`) or everyone with a role on an object (`role`, `scope`,
    `scope_id`), as a grant says it, so that a leaver's tasks stay with the office.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix__task__person", "holder_id", "done_at", "due_at"),
        Index("ix__task__office", "role", "scope", "scope_id", "done_at", "due_at"),
        Index("ix__task__subject", "kind", "subject_id"),
        Index(
            "uq__task__one_open",
            "kind",
            "subject_id",
            text("coalesce(holder_id, 0)"),
            text("coalesce(role, '')"),
            text("coalesce(scope_id, 0)"),
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    opportunity_id: Mapped[int | None] = mapped_column(index=True)
    holder_id: Mapped[int | None]
    role: Mapped[str | None] = mapped_column(String(30))
    scope: Mapped[str | None] = mapped_column(String(30))
    scope_id: Mapped[int | None]
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    opened_at: Mapped[Moment]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by_id: Mapped[int | None]
