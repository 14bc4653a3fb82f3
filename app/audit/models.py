"""What was done, by whom, to what, when: rows are only ever added."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import Entity, Moment


class AuditEntry(Entity):
    """One operation. `opportunity_id` and `application_id` let a history be read as one list.

    `id` is the sequence that the sealing job will chain; people are known by id only, and what
    may have to be erased stands in `details` alone.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix__audit_entry__subject", "subject_kind", "subject_id", "id"),
        Index("ix__audit_entry__application", "application_id", "id"),
        Index("ix__audit_entry__opportunity", "opportunity_id", "id"),
    )

    verb: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    application_id: Mapped[int | None]
    opportunity_id: Mapped[int | None]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[Moment]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    salt: Mapped[str] = mapped_column(String(32))
    seal: Mapped[str | None] = mapped_column(String(64))
