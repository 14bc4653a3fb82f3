"""Who went where in which year: entries that are added and reversed, and never changed."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.exchanges.models.agreements import Agreement
from app.foundation.database import Entity, Moment, say_when_refused, words
from app.foundation.languages import lazy
from app.organisations.models import Organisation


class Cause(StrEnum):
    """Why an entry was written."""

    RECORDED = "recorded"  # by an office, from papers: exchanges from before, or off the system
    STAY = "stay"  # by the operation that made somebody's stay certain
    REVERSAL = "reversal"


class BalanceEntry(Entity):
    """So many people from one university to another in the academic year that begins in `year`.

    `once` names the stay that wrote it, which writes it a single time. A reversal is the same
    with the opposite number. `recorded_for_id` is the university whose office said it.
    """

    __tablename__ = "balance_entry"
    __table_args__ = (
        CheckConstraint("origin_id <> target_id", name="between_two"),
        CheckConstraint("year BETWEEN 1900 AND 2200", name="year_in_reach"),
        CheckConstraint("people <> 0 AND abs(people) <= 10000", name="some_people"),
        CheckConstraint("(cause = 'reversal') = (people < 0)", name="only_reversals_take_away"),
        CheckConstraint("(cause = 'reversal') = (reverses_id IS NOT NULL)", name="of_an_entry"),
        CheckConstraint("(cause = 'stay') = (once IS NOT NULL)", name="a_stay_says_which"),
        CheckConstraint("cause = 'stay' OR because <> ''", name="says_where_from"),
        Index("ix__balance_entry__origin", "origin_id", "year"),
        Index("ix__balance_entry__target", "target_id", "year"),
    )

    origin_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    target_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    year: Mapped[int]
    people: Mapped[int]
    cause: Mapped[Cause] = mapped_column(words(Cause, name="cause"))
    because: Mapped[str] = mapped_column(Text, default="")
    once: Mapped[str | None] = mapped_column(String(100), unique=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey(Agreement.id))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("balance_entry.id"), unique=True)
    recorded_for_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    recorded_at: Mapped[Moment]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    origin: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[origin_id])
    target: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[target_id])
    recorded_by: Mapped[User | None] = relationship(lazy="raise_on_sql")


# The words that the triggers of the migration refuse with.
say_when_refused("balance_stands", lazy("An entry stays as it was written. Reverse it instead."))
say_when_refused("balance_reversal", lazy("A reversal takes back exactly what was entered."))
