"""Fellowship calls: what they have beyond every opportunity, and what is said about them later."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.fellowships.states import EnquiryFlow, EnquiryState
from app.foundation.database import Entity, Locale, Moment, UtcDateTime, guard, state_column
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
        CheckConstraint("appeal_days BETWEEN 0 AND 60", name="appeal_days"),
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
    appeal_days: Mapped[int] = mapped_column(default=14)
    contact: Mapped[str] = mapped_column(String(320), default="")
    office_note: Mapped[str] = mapped_column(Text, default="")


class Enquiry(Entity):
    """What somebody asked about a call. Its office alone learns who; the world reads `texts`."""

    __tablename__ = "enquiry"
    __table_args__ = (
        CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL)", name="answered_at_some_moment"
        ),
        CheckConstraint("state <> 'answered alone' OR reply <> ''", name="answered_in_words"),
        Index("ix__enquiry__of_call", "opportunity_id", "state", "id"),
        Index("ix__enquiry__mine", "asked_by_id", "asked_at"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Call.id))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[Moment]
    locale: Mapped[Locale]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[EnquiryState] = state_column(EnquiryState, start=EnquiryState.WAITING)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    reply: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    asker: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[asked_by_id])
    texts: Mapped[list["EnquiryText"]] = relationship(
        lazy="raise_on_sql", order_by="EnquiryText.id", cascade="all, delete-orphan"
    )


class EnquiryText(Entity):
    """A question and its answer as readers of one language read them."""

    __tablename__ = "enquiry_text"
    __table_args__ = (Index("uq__enquiry_text", "enquiry_id", "locale", unique=True),)

    enquiry_id: Mapped[int] = mapped_column(ForeignKey(Enquiry.id, ondelete="CASCADE"))
    locale: Mapped[Locale]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)


class Correction(Entity):
    """Something a published call said was wrong: dated, with its reason. Rows are only added."""

    __tablename__ = "correction"

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Call.id), index=True)
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    corrected_at: Mapped[Moment]

    texts: Mapped[list["CorrectionText"]] = relationship(
        lazy="raise_on_sql", order_by="CorrectionText.id"
    )


class CorrectionText(Entity):
    """What changed and why, as readers of one language read it."""

    __tablename__ = "correction_text"
    __table_args__ = (Index("uq__correction_text", "correction_id", "locale", unique=True),)

    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id, ondelete="CASCADE"))
    locale: Mapped[Locale]
    what: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)


guard(Enquiry.state, EnquiryFlow)
