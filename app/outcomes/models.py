"""What came of a research stay, with each result that can be named."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import (
    Entity,
    Locale,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.outcomes.states import OutcomeFlow, OutcomeState, ResultKind
from app.stays.models import Stay


class Outcome(Entity):
    """What the person tells; once the host has confirmed it, it stays as it is.

    The world reads it where the person wishes so (`shown`) and the host does (`published`); either
    may take that back at any time.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("state = 'waited for' OR sent_at IS NOT NULL", name="sent_some_moment"),
        CheckConstraint("state = 'waited for' OR done <> ''", name="sent_with_words"),
        CheckConstraint("state <> 'returned' OR answer <> ''", name="returned_with_words"),
        CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_some_moment"
        ),
        CheckConstraint("NOT published OR state = 'confirmed'", name="published_once_confirmed"),
        Index("ix__outcome__due", "state", "due_on"),
    )

    stay_id: Mapped[int] = mapped_column(ForeignKey(Stay.id), unique=True)
    state: Mapped[OutcomeState] = state_column(OutcomeState, start=OutcomeState.WAITED_FOR)
    due_on: Mapped[date]
    written_in: Mapped[Locale] = mapped_column(default="en")
    done: Mapped[str] = mapped_column(Text, default="")
    next_steps: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    shown: Mapped[bool] = mapped_column(default=False)
    published: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    stay: Mapped[Stay] = relationship(lazy="raise_on_sql")
    results: Mapped[list["OutcomeResult"]] = relationship(
        lazy="raise_on_sql",
        order_by="OutcomeResult.id",
        back_populates="outcome",
        cascade="all, delete-orphan",
    )


class OutcomeResult(Entity):
    """Something that can be named: a paper, data, a program; with a link where there is one."""

    __tablename__ = "outcome_result"
    __table_args__ = (CheckConstraint("title <> ''", name="has_a_title"),)

    outcome_id: Mapped[int] = mapped_column(ForeignKey(Outcome.id), index=True)
    kind: Mapped[ResultKind] = mapped_column(words(ResultKind, name="kind"))
    title: Mapped[str] = mapped_column(String(500))
    link: Mapped[str] = mapped_column(String(500), default="")

    outcome: Mapped[Outcome] = relationship(lazy="raise_on_sql", back_populates="results")


guard(Outcome.state, OutcomeFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused("outcome_was_confirmed", lazy("What the host has confirmed stays as it is."))
