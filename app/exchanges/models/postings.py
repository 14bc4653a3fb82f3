"""Seats for students of partners: a posting is an opportunity of a host for one of its terms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.states import LanguageLevel
from app.exchanges.models.agreements import Agreement
from app.exchanges.models.partners import AcademicTerm
from app.exchanges.states import Housing, PostingFlow, PostingStage, Tuition
from app.foundation.database import Entity, Locale, guard, state_column, words
from app.foundation.states import Move
from app.opportunities.models import Opportunity
from app.opportunities.states import ANY, NO_LEVEL, Facet, Kind
from app.organisations.models import Organisation


class Posting(Opportunity):
    """Places at a host for one term: of an agreement, for people from `origin`; or open to all.

    `stage` is where it stands; what lists ask (`state`) follows it in the same transaction. Its
    deadline is the host's last moment to nominate. No `levels` or `fields` means all of them.
    """

    __tablename__ = "posting"
    __mapper_args__ = {"polymorphic_identity": Kind.EXCHANGE, "polymorphic_load": "selectin"}
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 10000", name="some_places"),
        CheckConstraint("(agreement_id IS NULL) = (origin_id IS NULL)", name="sent_under_it"),
        CheckConstraint("language_level IS NULL OR language <> ''", name="level_of_a_language"),
        ForeignKeyConstraint(
            ["agreement_id", "origin_id"],
            ["agreement_side.agreement_id", "agreement_side.organisation_id"],
            name="fk__posting__origin",
        ),
        Index("ix__posting__under", "agreement_id", "origin_id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), primary_key=True)
    stage: Mapped[PostingStage] = state_column(PostingStage, start=PostingStage.DRAFT)
    term_id: Mapped[int] = mapped_column(ForeignKey(AcademicTerm.id), index=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey(Agreement.id))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id), index=True)
    capacity: Mapped[int]
    levels: Mapped[list[int]] = mapped_column(JSON, default=list)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[Locale] = mapped_column(default="")
    language_level: Mapped[LanguageLevel | None] = mapped_column(
        words(LanguageLevel, name="language_level")
    )
    tuition: Mapped[Tuition] = mapped_column(words(Tuition, name="tuition"))
    housing: Mapped[Housing] = mapped_column(words(Housing, name="housing"))
    documents: Mapped[str] = mapped_column(Text, default="")
    papers_by: Mapped[date | None]
    contact: Mapped[str] = mapped_column(String(320), default="")

    term: Mapped[AcademicTerm] = relationship(lazy="raise_on_sql")
    origin: Mapped[Organisation | None] = relationship(
        lazy="raise_on_sql",
        primaryjoin="Posting.origin_id == Organisation.id",
        foreign_keys=[origin_id],
    )
    home_dates: Mapped[list["HomeDates"]] = relationship(
        lazy="raise_on_sql", order_by="HomeDates.id", back_populates="posting"
    )

    @property
    def fields_of_study(self) -> Sequence[str]:
        return self.fields

    @property
    def own_facets(self) -> Mapping[Facet, Iterable[str]]:
        """No field and no level means all of them; the language is one of every opportunity's."""
        level = self.language_level.replace(" ", "-") if self.language_level else NO_LEVEL
        return {
            Facet.FIELD: self.fields or [ANY],
            Facet.LEVEL: map(str, self.levels) if self.levels else [ANY],
            Facet.START: [self.starts_on.isoformat()[:7]] if self.starts_on else [],
            Facet.ASKED: [level],
            Facet.TUITION: [self.tuition.value],
        }

    def go(self, step: Move[PostingStage]) -> None:
        """Take this step; the guard below refuses one that does not begin here."""
        self.stage = step.target


class HomeDates(Entity):
    """Until when a sending university wants to hear from its own students, for one posting."""

    __tablename__ = "home_dates"
    __table_args__ = (Index("uq__home_dates", "posting_id", "organisation_id", unique=True),)

    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    tell_by: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    posting: Mapped[Posting] = relationship(lazy="raise_on_sql", back_populates="home_dates")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


guard(Posting.stage, PostingFlow)
