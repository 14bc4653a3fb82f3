"""That the office lets a condition pass for one person, with its reason."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.applications.states import ExceptionFlow, ExceptionState
from app.foundation.database import Entity, Moment, UtcDateTime, guard, state_column


class EligibilityException(Entity):
    """What an applicant asked the office to let pass: `codes` of rules, in the version `rules`."""

    __tablename__ = "eligibility_exception"
    __table_args__ = (
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_at_a_moment"),
        CheckConstraint("state = 'asked' OR answer <> ''", name="answered_in_words"),
        CheckConstraint("because <> ''", name="asked_in_words"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), unique=True
    )
    codes: Mapped[list[str]] = mapped_column(JSON)
    rules: Mapped[int]
    because: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Moment]
    state: Mapped[ExceptionState] = state_column(ExceptionState, start=ExceptionState.ASKED)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="raise_on_sql")


guard(EligibilityException.state, ExceptionFlow)
