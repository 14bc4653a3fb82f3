"""Applications given out as a file."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.states import (
    ExportFlow,
    ExportFormat,
    ExportState,
)
from app.files.models import StoredFile
from app.foundation.database import (
    Entity,
    Moment,
    UtcDateTime,
    guard,
    state_column,
    words,
)
from app.opportunities.models import Opportunity


class Export(Entity):
    """Applications given out as a file: by whom, to whom and what for. The row stays for good.

    `filters` are those of the tracking list's address; `rows` says how many were in it.
    """

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'cancelled') OR (file_id IS NOT NULL AND made_at IS NOT NULL)",
            name="made_at_some_moment",
        ),
        Index("ix__export__of_call", "opportunity_id", "id"),
        Index("ix__export__expiring", "state", "made_at"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    asked_by_name: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[Moment]
    format: Mapped[ExportFormat] = mapped_column(words(ExportFormat, name="format"))
    locale: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(300))
    purpose: Mapped[str] = mapped_column(Text)
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[ExportState] = state_column(ExportState, start=ExportState.WAITING)
    job_id: Mapped[int | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id), unique=True)
    rows: Mapped[int | None]
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


guard(Export.state, ExportFlow)
