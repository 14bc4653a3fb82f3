"""What one may sign up for, the seats each host has in it, and the definitions it goes by."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.schema import SchemaItem

from app.accounts.models import User
from app.foundation.actors import Role
from app.foundation.database import (
    Base,
    CountryCode,
    Entity,
    Locale,
    Moment,
    Name,
    UtcDateTime,
    guard,
    state_column,
    words,
)
from app.opportunities.states import (
    BY_CENTRES,
    Facet,
    Kind,
    OpportunityFlow,
    OpportunityState,
    PlaceFlow,
    PlaceState,
)
from app.organisations.models import Organisation


class Programme(Entity):
    """Who runs calls year after year: managers and approvers are appointed on it."""

    __tablename__ = "programme"

    ref: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    summary: Mapped[str] = mapped_column(Text, default="")
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class Opportunity(Entity):
    """Course dates, a fellowship call or an exchange posting; lists touch these columns only.

    A deadline is an instant (`closes_at`), the zone it was announced in and the wall time that
    was announced; `closes_sort` is never null, so that lists page by it. `title` and `summary`
    are the original's, kept here for the office; readers get theirs from `texts`. `given_by` is
    the body that gives it, where the organisation only lists it.
    """

    __tablename__ = "opportunity"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}
    __table_args__: tuple[SchemaItem, ...] = (
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("grace_minutes BETWEEN 0 AND 1440", name="grace_is_short"),
        CheckConstraint(
            "state = 'draft' OR state = 'cancelled' OR published_at IS NOT NULL",
            name="published_at_some_moment",
        ),
        CheckConstraint(
            "(closes_at IS NULL) = (closes_zone IS NULL)", name="a_deadline_has_a_zone"
        ),
        Index("ix__opportunity__catalogue", "state", "closes_sort", "id"),
        Index("ix__opportunity__office", "programme_id", "state", "closes_sort", "id"),
    )

    ref: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[Kind] = mapped_column(words(Kind, name="kind"))
    state: Mapped[OpportunityState] = state_column(OpportunityState, start=OpportunityState.DRAFT)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey(Programme.id))
    title: Mapped[Name]
    summary: Mapped[str] = mapped_column(Text, default="")
    original_locale: Mapped[Locale] = mapped_column(default="en")
    given_by: Mapped[str] = mapped_column(String(300), default="")
    difficulty: Mapped[str] = mapped_column(String(20), default="")
    tracks: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    competencies: Mapped[list[str]] = mapped_column(JSON, default=list)
    online: Mapped[bool] = mapped_column(default=False)
    costs_nothing: Mapped[bool] = mapped_column(default=False)
    duration_months: Mapped[int | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closes_zone: Mapped[str | None] = mapped_column(String(60))
    closes_wall: Mapped[str | None] = mapped_column(String(16))
    closes_sort: Mapped[Moment]
    grace_minutes: Mapped[int] = mapped_column(default=30)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    seats: Mapped[int] = mapped_column(default=0)
    hosts: Mapped[int] = mapped_column(default=0)
    eligibility: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def fields_of_study(self) -> Sequence[str]:
        """Codes of fields by whose names it is found in every language."""
        return ()

    @property
    def own_facets(self) -> Mapping[Facet, Iterable[str]]:
        """What only opportunities of its kind are narrowed by."""
        return {}

    @property
    def nowhere(self) -> bool:
        """Online alone: the catalogue names no country for it."""
        return False

    @property
    def takes_applications(self) -> bool:
        """Whether one comes to it by an application; dates of courses say so for themselves."""
        return self.kind is Kind.FELLOWSHIP

    @property
    def decided_by(self) -> Role:
        """As what those are named who decide on the applications for it."""
        return Role.CENTRE if self.kind in BY_CENTRES else Role.MANAGER

    @property
    def asks_employer(self) -> bool:
        """Whether employers must let applicants go; dates of courses say so for themselves."""
        return False

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    programme: Mapped[Programme | None] = relationship(lazy="raise_on_sql")
    texts: Mapped[list["OpportunityText"]] = relationship(
        lazy="raise_on_sql", back_populates="opportunity"
    )
    countries: Mapped[list["OpportunityCountry"]] = relationship(lazy="raise_on_sql")
    places: Mapped[list["Place"]] = relationship(
        lazy="raise_on_sql", back_populates="opportunity", order_by="Place.id"
    )
    extensions: Mapped[list["Extension"]] = relationship(
        lazy="raise_on_sql", order_by="Extension.id"
    )


class OpportunityText(Entity):
    """What readers of one language read; one row of each opportunity is the original."""

    __tablename__ = "opportunity_text"
    __table_args__ = (Index("uq__opportunity_text", "opportunity_id", "locale", unique=True),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id, ondelete="CASCADE"))
    locale: Mapped[Locale]
    is_original: Mapped[bool]
    title: Mapped[Name]
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    who_may_apply: Mapped[str] = mapped_column(Text, default="")
    benefits: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql", back_populates="texts")


class OpportunityCountry(Entity):
    """One country whose nationals may apply: each call names its own list."""

    __tablename__ = "opportunity_country"
    __table_args__ = (
        Index("uq__opportunity_country", "opportunity_id", "country_code", unique=True),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id, ondelete="CASCADE"))
    country_code: Mapped[CountryCode]


class OpportunityFacet(Base):
    """What the catalogue filters and counts by, kept by the operations that publish."""

    __tablename__ = "opportunity_facet"
    __table_args__ = (Index("ix__opportunity_facet__value", "facet", "value", "opportunity_id"),)

    opportunity_id: Mapped[int] = mapped_column(
        ForeignKey(Opportunity.id, ondelete="CASCADE"), primary_key=True
    )
    facet: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)


class Place(Entity):
    """The seats that one host has in one opportunity: what people rank and are placed at."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("seats >= 0", name="seats_not_negative"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint(
            "state <> 'confirmed' OR answered_by_id IS NOT NULL", name="confirmed_by_someone"
        ),
        Index("uq__place", "opportunity_id", "host_id", "label", unique=True),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    label: Mapped[str] = mapped_column(String(200), default="")
    seats: Mapped[int]
    tracks: Mapped[list[str]] = mapped_column(JSON, default=list)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    state: Mapped[PlaceState] = state_column(PlaceState, start=PlaceState.ASKED)
    answered_by_id: Mapped[int | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql", back_populates="places")
    host: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class FormVersion(Entity):
    """An application form as JSON (`form_definitions` reads it); frozen once somebody used it."""

    __tablename__ = "form_version"
    __table_args__ = (Index("uq__form_version", "opportunity_id", "number", unique=True),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id, ondelete="CASCADE"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RubricVersion(Entity):
    """What reviewers score by, as JSON (`rubrics` reads it); frozen with the first review."""

    __tablename__ = "rubric_version"
    __table_args__ = (Index("uq__rubric_version", "opportunity_id", "number", unique=True),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id, ondelete="CASCADE"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RuleSet(Entity):
    """The rules of an opportunity as they stood from some moment on. Rows are only added."""

    __tablename__ = "rule_set"
    __table_args__ = (
        CheckConstraint("number >= 1", name="numbered"),
        Index("uq__rule_set__number", "opportunity_id", "number", unique=True),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(16))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[Moment]


class Extension(Entity):
    """A later deadline, dated, published and with its reason."""

    __tablename__ = "extension"
    __table_args__ = (CheckConstraint("closes_at > closed_at_before", name="later_than_before"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), index=True)
    closed_at_before: Mapped[Moment]
    closes_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(Text)
    extended_by_id: Mapped[int]
    extended_at: Mapped[Moment]


class LaterDeadline(Entity):
    """A later deadline for the nationals of one country, or for one person. Rows are only added.

    A country's is public with its reason; a person's is the person's and the office's to know.
    """

    __tablename__ = "later_deadline"
    __table_args__ = (
        CheckConstraint(
            "(country_code IS NULL) <> (person_id IS NULL)", name="for_a_country_or_a_person"
        ),
        Index("ix__later_deadline__of", "opportunity_id", "person_id", "country_code"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    country_code: Mapped[str | None] = mapped_column(String(2))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    closes_at: Mapped[Moment]
    closes_zone: Mapped[str] = mapped_column(String(60))
    closes_wall: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    given_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    given_at: Mapped[Moment]

    person: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])


class UnmetSearch(Entity):
    """How often some words were looked for in vain in a week (that begins on this Monday)."""

    __tablename__ = "unmet_search"
    __table_args__ = (
        CheckConstraint("number > 0 AND words <> ''", name="looked_for"),
        Index("uq__unmet_search", "week_on", "words", unique=True),
    )

    week_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(100))
    number: Mapped[int]


guard(Opportunity.state, OpportunityFlow)
guard(Place.state, PlaceFlow)
