"""What the office's list is filtered by, beside the application's own columns."""

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.models.applying import Application
from app.foundation.database import Base
from app.opportunities.models import Opportunity


class ListedAnswer(Base):
    """A closed answer of the newest submission, kept in the transaction that sends it.

    `value` is a word of the form's (an option, a code, "yes"); a number or a day's ordinal has
    the value "" and its `number`. Of several options that were chosen each has a row.
    """

    __tablename__ = "listed_answer"
    __table_args__ = (
        CheckConstraint("(value = '') = (number IS NOT NULL)", name="a_word_or_a_number"),
        Index(
            "ix__listed_answer__found", "opportunity_id", "question", "value", "number",
            "application_id",
        ),
    )  # fmt: skip

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    number: Mapped[float | None] = mapped_column(Float)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
