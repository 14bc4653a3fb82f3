"""Applications that may be of one person: by what they are found, and what the office says."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.likeness import Sign, Verdict
from app.applications.models.applying import Application
from app.foundation.database import Base, Entity, Moment, UtcDateTime, words
from app.opportunities.models import Opportunity


class IdentityMark(Base):
    """A digest by which applications of one person are found; made anew when one changes."""

    __tablename__ = "identity_mark"
    __table_args__ = (Index("ix__identity_mark__found", "sign", "digest", "application_id"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), primary_key=True
    )
    sign: Mapped[Sign] = mapped_column(words(Sign, name="sign"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class Likeness(Entity):
    """Two applications by different accounts that share facts (`signs`), and the verdict.

    `shown` is false where all they share is a file that is kept apart.
    """

    __tablename__ = "likeness"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="in_one_order"),
        CheckConstraint(
            "verdict = 'open' OR (because <> '' AND settled_at IS NOT NULL)", name="reasoned"
        ),
        Index("uq__likeness", "first_id", "second_id", unique=True),
        Index("ix__likeness__of_first", "first_call_id", "verdict", "id"),
        Index("ix__likeness__of_second", "second_call_id", "verdict", "id"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), index=True
    )
    first_call_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    second_call_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    signs: Mapped[list[str]] = mapped_column(JSON)
    shown: Mapped[bool]
    found_at: Mapped[Moment]
    verdict: Mapped[Verdict] = mapped_column(words(Verdict, name="verdict"), default=Verdict.OPEN)
    because: Mapped[str] = mapped_column(Text, default="")
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    settled_by_name: Mapped[str] = mapped_column(String(300), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    first: Mapped[Application] = relationship(lazy="raise_on_sql", foreign_keys=[first_id])
    second: Mapped[Application] = relationship(lazy="raise_on_sql", foreign_keys=[second_id])
