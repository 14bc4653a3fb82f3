"""An applicant's appeal against a decision, and what another person answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.applications.states import AppealFlow, AppealState
from app.foundation.database import Entity, Moment, UtcDateTime, guard, state_column


class Appeal(Entity):
    """One an application. `against` is the state that was decided, by `decided_by_id` if known."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("(state = 'made') = (answered_at IS NULL)", name="answered_at_a_moment"),
        CheckConstraint("state = 'made' OR answer <> ''", name="answered_in_words"),
        CheckConstraint(
            "answered_by_id IS NULL OR decided_by_id IS NULL OR answered_by_id <> decided_by_id",
            name="answered_by_another",
        ),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), unique=True)
    against: Mapped[str] = mapped_column(String(30))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
    answer_by: Mapped[Moment]
    state: Mapped[AppealState] = state_column(AppealState, start=AppealState.MADE)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="raise_on_sql")


guard(Appeal.state, AppealFlow)
