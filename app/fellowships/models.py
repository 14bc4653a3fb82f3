"""Fellowship calls: what they have beyond every opportunity."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.database import UtcDateTime
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind


class Call(Opportunity):
    """A programme's call. Money is an amount in the currency's smallest unit per period, no float.

    Rupiah and riel have a hundred of them in one, so a month's sum outgrows a small integer.
    """

    __tablename__ = "call"
    __mapper_args__ = {"polymorphic_identity": Kind.FELLOWSHIP, "polymorphic_load": "selectin"}
    __table_args__ = (
        CheckConstraint("stipend_amount >= 0", name="stipend_not_negative"),
        CheckConstraint("max_preferences BETWEEN 1 AND 20", name="some_preferences"),
        CheckConstraint("days_to_answer BETWEEN 1 AND 90", name="days_to_answer"),
    )

    id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    applicant_type: Mapped[str] = mapped_column(String(30), default="individual")
    stipend_amount: Mapped[int | None] = mapped_column(BigInteger)
    stipend_currency: Mapped[str | None] = mapped_column(String(3))
    stipend_period: Mapped[str | None] = mapped_column(String(20))
    max_preferences: Mapped[int] = mapped_column(default=3)
    reviews_wanted: Mapped[int] = mapped_column(default=2)
    reviews_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    results_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    days_to_answer: Mapped[int] = mapped_column(default=14)
    contact: Mapped[str] = mapped_column(String(320), default="")
    office_note: Mapped[str] = mapped_column(Text, default="")
