"""Who reads which application, and the scores with their reasons."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models import Application
from app.foundation.database import Entity, Moment, UtcDateTime, guard, state_column
from app.opportunities.models import RubricVersion
from app.reviews.states import ReviewFlow, ReviewState


class Review(Entity):
    """An assignment and what became of it; `total` is on the scale of the rubric.

    `stopped_at` says that it was taken back because the application was withdrawn: if that is
    undone, the reading goes on.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint(
            "state <> 'submitted' OR (submitted_at IS NOT NULL AND total IS NOT NULL)",
            name="submitted_with_a_total",
        ),
        Index("uq__review", "application_id", "reviewer_id", unique=True),
        Index("ix__review__queue", "reviewer_id", "state", "due_at", "id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    opportunity_id: Mapped[int] = mapped_column(index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    rubric_version_id: Mapped[int] = mapped_column(ForeignKey(RubricVersion.id))
    state: Mapped[ReviewState] = state_column(ReviewState, start=ReviewState.ASSIGNED)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    assigned_at: Mapped[Moment]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    comment: Mapped[str] = mapped_column(Text, default="")
    conflict_reason: Mapped[str] = mapped_column(String(500), default="")
    total: Mapped[float | None] = mapped_column(Float)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    reviewer: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[reviewer_id])
    rubric_version: Mapped[RubricVersion] = relationship(lazy="raise_on_sql")
    scores: Mapped[list["Score"]] = relationship(lazy="raise_on_sql")


class Score(Entity):
    """One criterion's value and the reason for it."""

    __tablename__ = "score"
    __table_args__ = (Index("uq__score", "review_id", "criterion", unique=True),)

    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id, ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(60))
    value: Mapped[int | None]
    justification: Mapped[str] = mapped_column(Text, default="")


guard(Review.state, ReviewFlow)
