"""How long applications wait for what the office does, and how long they usually did."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.models.applying import Application
from app.applications.states import (
    Waiting,
)
from app.foundation.database import (
    Base,
    Entity,
    Moment,
    words,
)
from app.opportunities.models import Opportunity, Programme


class Wait(Entity):
    """How long one application waited for one thing. Rows are only ever added."""

    __tablename__ = "wait"
    __table_args__ = (
        CheckConstraint("seconds >= 0", name="forwards"),
        Index("ix__wait__of_call", "opportunity_id", "kind", "ended_at"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    kind: Mapped[Waiting] = mapped_column(words(Waiting, name="kind"))
    seconds: Mapped[int]
    ended_at: Mapped[Moment]


class UsualWait(Base):
    """How long applicants of a programme's past calls usually waited; learned once a day."""

    __tablename__ = "usual_wait"

    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id), primary_key=True)
    kind: Mapped[Waiting] = mapped_column(words(Waiting, name="kind"), primary_key=True)
    days: Mapped[int]
    applications: Mapped[int]
    learned_at: Mapped[Moment]
