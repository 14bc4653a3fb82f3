"""Rounds, and the offers of a seat in them: proposed by one person, approved by another."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.foundation.database import (
    Entity,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
)
from app.foundation.languages import lazy
from app.opportunities.models import Opportunity, Place
from app.placements.states import OfferFlow, OfferState, RoundFlow, RoundState

LIVE_SQL = text("state IN ('proposed', 'approved', 'released', 'accepted')")
OPEN_SQL = text("state IN ('draft', 'sent for approval', 'approved')")


class PlacementRound(Entity):
    """One go at filling the seats of a call: a proposal whose offers leave together.

    `considered` freezes what the proposal was worked out from (`matching.Facts` as JSON), so that
    every line of its explanation can be read again later; `shaped_by` are the ids of all who
    proposed, changed or sent it: none of them may approve.
    """

    __tablename__ = "placement_round"
    __table_args__ = (
        Index("uq__placement_round", "opportunity_id", "number", unique=True),
        Index(
            "uq__placement_round__one_open",
            "opportunity_id",
            unique=True,
            sqlite_where=OPEN_SQL,
            postgresql_where=OPEN_SQL,
        ),
        CheckConstraint(
            "state <> 'released' OR released_at IS NOT NULL", name="released_at_some_moment"
        ),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    number: Mapped[int]
    state: Mapped[RoundState] = state_column(RoundState, start=RoundState.DRAFT)
    note: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[Moment]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    sent_back_because: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    considered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    shaped_by: Mapped[list[int]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    offers: Mapped[list["Offer"]] = relationship(
        lazy="raise_on_sql", back_populates="round", order_by="Offer.id"
    )


class Offer(Entity):
    """A seat for one application. From its approval on it holds the seat.

    `closed_at` is when it lapsed or was withdrawn; `withdrawn_from` is its state before the
    applicant withdrew, kept for as long as that may be undone; `reminded` is how many days before
    `answer_by` the last reminder was.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'withdrawn') OR approved_by_id IS NOT NULL",
            name="approved_by_someone",
        ),
        CheckConstraint("approved_by_id <> proposed_by_id", name="approved_by_another"),
        CheckConstraint(
            "state NOT IN ('released', 'accepted', 'declined', 'lapsed') OR answer_by IS NOT NULL",
            name="released_with_a_day_to_answer",
        ),
        Index(
            "uq__offer__one_live_an_application",
            "application_id",
            unique=True,
            sqlite_where=LIVE_SQL,
            postgresql_where=LIVE_SQL,
        ),
        Index("ix__offer__held", "place_id", "state"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey(PlacementRound.id), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    state: Mapped[OfferState] = state_column(OfferState, start=OfferState.PROPOSED)
    reason: Mapped[str] = mapped_column(Text, default="")
    by_hand: Mapped[bool] = mapped_column(default=False)
    preference_rank: Mapped[int | None]
    score: Mapped[float | None] = mapped_column(Float)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    proposed_at: Mapped[Moment]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer_note: Mapped[str] = mapped_column(Text, default="")
    reminded: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_because: Mapped[str] = mapped_column(Text, default="")
    withdrawn_from: Mapped[str | None] = mapped_column(String(30))
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[PlacementRound] = relationship(lazy="raise_on_sql", back_populates="offers")
    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    place: Mapped[Place] = relationship(lazy="raise_on_sql")


guard(Offer.state, OfferFlow)
guard(PlacementRound.state, RoundFlow)

# The words that the triggers of migration 0003 refuse with: seats held never exceed the seats.
say_when_refused("offer_holds_no_seat", lazy("This host has no seat left."))
say_when_refused(
    "place_seats_are_held",
    lazy("More seats are held by offers than that. Take offers back first."),
)
