"""Agreements of universities: their sides, revisions with conditions, and what sides answered.

Revisions, conditions and answers are added and never changed; triggers hold that, and that a
revision is in force only when all its sides approved it.
"""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.accounts.states import LanguageLevel
from app.exchanges.states import AgreementFlow, AgreementState
from app.foundation.database import (
    Entity,
    Locale,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.organisations.models import Organisation


class Agreement(Entity):
    """The one copy that its sides share. What it says is in its revisions.

    `latest_number` is the newest revision's, `in_force_number` that of the newest one that all
    sides approved: kept for lists, in the same transaction.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("latest_number >= 1", name="has_a_revision"),
        CheckConstraint(
            "in_force_number BETWEEN 1 AND latest_number", name="in_force_is_one_of_it"
        ),
        CheckConstraint(
            "(state = 'talked about' AND in_force_number IS NULL)"
            " OR (state = 'in force' AND in_force_number IS NOT NULL) OR state = 'ended'",
            name="in_force_by_a_revision",
        ),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_some_moment"),
        CheckConstraint("ended_at IS NULL OR end_reason <> ''", name="ended_for_a_reason"),
    )

    state: Mapped[AgreementState] = state_column(AgreementState, start=AgreementState.TALKED_ABOUT)
    proposed_at: Mapped[Moment]
    latest_number: Mapped[int] = mapped_column(default=1)
    in_force_number: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    end_reason: Mapped[str] = mapped_column(Text, default="")
    asked_to_renew: Mapped[int | None]

    sides: Mapped[list["AgreementSide"]] = relationship(
        lazy="raise_on_sql", back_populates="agreement", order_by="AgreementSide.id"
    )
    revisions: Mapped[list["AgreementRevision"]] = relationship(
        lazy="raise_on_sql", back_populates="agreement", order_by="AgreementRevision.number"
    )


class AgreementSide(Entity):
    """One of the institutions that an agreement is between; others are another agreement."""

    __tablename__ = "agreement_side"
    __table_args__ = (
        Index("uq__agreement_side", "agreement_id", "organisation_id", unique=True),
        Index("ix__agreement_side__organisation", "organisation_id", "agreement_id"),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey(Agreement.id))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))

    agreement: Mapped[Agreement] = relationship(lazy="raise_on_sql", back_populates="sides")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class AgreementRevision(Entity):
    """What one side put before the others, with its fingerprint and how many conditions it has."""

    __tablename__ = "agreement_revision"
    __table_args__ = (
        CheckConstraint("number >= 1", name="counted_from_one"),
        CheckConstraint("size >= 1", name="has_conditions"),
        CheckConstraint("length(fingerprint) = 64", name="fingerprint_is_whole"),
        ForeignKeyConstraint(
            ["agreement_id", "side_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__agreement_revision__side",
        ),
        Index("uq__agreement_revision", "agreement_id", "number", unique=True),
        Index("uq__agreement_revision__own", "id", "agreement_id", unique=True),
        Index("uq__agreement_revision__said", "id", "agreement_id", "fingerprint", unique=True),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey(Agreement.id))
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    side_id: Mapped[int]
    written_at: Mapped[Moment]
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    agreement: Mapped[Agreement] = relationship(lazy="raise_on_sql", back_populates="revisions")
    conditions: Mapped[list["AgreementCondition"]] = relationship(
        lazy="raise_on_sql",
        order_by="AgreementCondition.place",
        primaryjoin="AgreementRevision.id == AgreementCondition.revision_id",
        foreign_keys="AgreementCondition.revision_id",
    )
    answers: Mapped[list["AgreementAnswer"]] = relationship(
        lazy="raise_on_sql",
        order_by="AgreementAnswer.id",
        primaryjoin="AgreementRevision.id == AgreementAnswer.revision_id",
        foreign_keys="AgreementAnswer.revision_id",
    )
    written_by: Mapped[User] = relationship(lazy="raise_on_sql")


class AgreementCondition(Entity):
    """Places a year from one side to another, as `terms.Condition` says it."""

    __tablename__ = "agreement_condition"
    __table_args__ = (
        CheckConstraint("origin_id <> target_id", name="between_two"),
        CheckConstraint("places BETWEEN 1 AND 10000", name="some_places"),
        CheckConstraint("months BETWEEN 1 AND 60", name="some_months"),
        CheckConstraint("first_year BETWEEN 1900 AND last_year", name="years_in_order"),
        CheckConstraint("last_year <= 2200", name="years_in_reach"),
        CheckConstraint("language_level IS NULL OR language <> ''", name="level_of_a_language"),
        ForeignKeyConstraint(
            ["revision_id", "agreement_id"],
            ["agreement_revision.id", "agreement_revision.agreement_id"],
            name="fk__agreement_condition__revision",
        ),
        *(
            ForeignKeyConstraint(
                ["agreement_id", f"{end}_id"],
                ["agreement_side.agreement_id", "agreement_side.organisation_id"],
                name=f"fk__agreement_condition__{end}",
            )
            for end in ("origin", "target")
        ),
        Index("uq__agreement_condition", "revision_id", "place", unique=True),
        Index("ix__agreement_condition__way", "origin_id", "target_id"),
    )

    agreement_id: Mapped[int]
    revision_id: Mapped[int]
    place: Mapped[int]
    origin_id: Mapped[int]
    target_id: Mapped[int]
    places: Mapped[int]
    months: Mapped[int]
    first_year: Mapped[int]
    last_year: Mapped[int]
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    levels: Mapped[list[int]] = mapped_column(JSON, default=list)
    language: Mapped[Locale] = mapped_column(default="")
    language_level: Mapped[LanguageLevel | None] = mapped_column(
        words(LanguageLevel, name="language_level")
    )


class AgreementAnswer(Entity):
    """A side's word for a revision, bound to the fingerprint of what it saw; or why it has none."""

    __tablename__ = "agreement_answer"
    __table_args__ = (
        CheckConstraint("approves OR comment <> ''", name="declined_for_a_reason"),
        ForeignKeyConstraint(
            ["revision_id", "agreement_id", "fingerprint"],
            [
                "agreement_revision.id",
                "agreement_revision.agreement_id",
                "agreement_revision.fingerprint",
            ],
            name="fk__agreement_answer__revision",
        ),
        ForeignKeyConstraint(
            ["agreement_id", "side_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__agreement_answer__side",
        ),
        Index("ix__agreement_answer__revision", "revision_id", "side_id"),
        Index(
            "uq__agreement_answer__approval",
            "revision_id",
            "side_id",
            unique=True,
            sqlite_where=text("approves"),
            postgresql_where=text("approves"),
        ),
    )

    agreement_id: Mapped[int]
    revision_id: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    side_id: Mapped[int]
    approves: Mapped[bool]
    comment: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[Moment]
    answered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    answered_by: Mapped[User] = relationship(lazy="raise_on_sql")


guard(Agreement.state, AgreementFlow)

# The words that the triggers of the migration refuse with.
say_when_refused(
    "agreement_stands", lazy("A revision stays as it was written. Write the next one instead.")
)
say_when_refused(
    "agreement_not_approved", lazy("A revision is in force when all its sides approved it.")
)
