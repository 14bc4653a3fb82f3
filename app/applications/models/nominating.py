"""The ways to come to a call: alone, or nominated by a body within its quota."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.applications.states import NominationFlow, NominationState, RouteKind
from app.foundation.database import Entity, UtcDateTime, guard, state_column, words
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation

A_WHOLE_DEADLINE = "(due_at IS NULL) = (due_zone IS NULL) AND (due_at IS NULL) = (due_wall IS NULL)"


class Route(Entity):
    """One way to come to an opportunity; without any row one applies on one's own.

    `quota` and `due_*` are what each nominator starts with; `note` is {locale: text}. Without
    `named_only` any university may nominate its people, and gets its row with the first of them.
    """

    __tablename__ = "route"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'direct') = (quota IS NULL) AND (quota IS NULL OR quota BETWEEN 1 AND 1000)",
            name="nominators_have_a_quota",
        ),
        CheckConstraint(A_WHOLE_DEADLINE, name="a_deadline_has_a_zone"),
        CheckConstraint("kind <> 'direct' OR due_at IS NULL", name="nobody_to_wait_for"),
        Index("uq__route", "opportunity_id", "kind", unique=True),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    kind: Mapped[RouteKind] = mapped_column(words(RouteKind, name="kind"))
    named_only: Mapped[bool] = mapped_column(default=True)
    quota: Mapped[int | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    due_zone: Mapped[str | None] = mapped_column(String(60))
    due_wall: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
    nominators: Mapped[list["Nominator"]] = relationship(
        lazy="raise_on_sql", back_populates="route", order_by="Nominator.id"
    )


class Nominator(Entity):
    """A body that may nominate by a route: how many, until when, and how many it has.

    `nominated` is kept by the operations that nominate; the row is locked before it is read.
    """

    __tablename__ = "nominator"
    __table_args__ = (
        CheckConstraint("nominated BETWEEN 0 AND quota", name="within_the_quota"),
        CheckConstraint("quota BETWEEN 1 AND 1000", name="some_people"),
        CheckConstraint(A_WHOLE_DEADLINE, name="a_deadline_has_a_zone"),
        CheckConstraint(
            "(extended_at IS NULL) = (extended_because = '')", name="extended_for_a_reason"
        ),
        Index("uq__nominator", "route_id", "organisation_id", unique=True),
    )

    route_id: Mapped[int] = mapped_column(ForeignKey(Route.id, ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    quota: Mapped[int]
    nominated: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    due_zone: Mapped[str | None] = mapped_column(String(60))
    due_wall: Mapped[str | None] = mapped_column(String(16))
    due_before: Mapped[datetime | None] = mapped_column(UtcDateTime())
    extended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    extended_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    route: Mapped[Route] = relationship(lazy="raise_on_sql", back_populates="nominators")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Nomination(Entity):
    """The nominator that an applicant chose, and what it answered; `place` is its own order."""

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("state = 'chosen' OR asked_at IS NOT NULL", name="asked_at_some_moment"),
        CheckConstraint(
            "state IN ('chosen', 'waiting') "
            "OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_by_someone",
        ),
        CheckConstraint("state <> 'declined' OR reason <> ''", name="declined_for_a_reason"),
        Index("ix__nomination__desk", "nominator_id", "state", "id"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), unique=True
    )
    nominator_id: Mapped[int] = mapped_column(ForeignKey(Nominator.id))
    state: Mapped[NominationState] = state_column(NominationState, start=NominationState.CHOSEN)
    place: Mapped[int | None]
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    reason: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    nominator: Mapped[Nominator] = relationship(lazy="raise_on_sql")


guard(Nomination.state, NominationFlow)
