"""What an office asks an applicant to change after submitting."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.applications.states import ChangeFlow, ChangeState
from app.foundation.database import Entity, Moment, UtcDateTime, guard, state_column


class ChangeRequest(Entity):
    """Named questions of one submitted application, open again until a date.

    `answers` and `documents` are what the applicant has so far, by question; nobody else sees
    them before they are sent. `from_version` and `to_version` are numbers of submissions.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL AND to_version IS NOT NULL)",
            name="answered_with_a_version",
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_moment"),
        CheckConstraint("closes_at > asked_at", name="some_time_to_answer"),
        Index("ix__change_request__of_application", "application_id", "id"),
        Index(
            "uq__change_request__one_open",
            "application_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix__change_request__late", "state", "closes_at", "id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    state: Mapped[ChangeState] = state_column(ChangeState, start=ChangeState.OPEN)
    questions: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[Moment]
    closes_at: Mapped[Moment]
    closes_zone: Mapped[str] = mapped_column(String(60))
    closes_wall: Mapped[str] = mapped_column(String(16))
    reviews_voided: Mapped[int] = mapped_column(default=0)
    from_version: Mapped[int]
    to_version: Mapped[int | None]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    documents: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="raise_on_sql")


guard(ChangeRequest.state, ChangeFlow)
