"""Countries and the bodies that host, send, nominate and run."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.database import (
    Base,
    CountryCode,
    Entity,
    Locale,
    Name,
    guard,
    state_column,
    words,
)
from app.organisations.states import NameKind, OrganisationFlow, OrganisationKind, OrganisationState


class Country(Base):
    """A country of the cooperation. Its name is CLDR's; what differs by country is data here."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    alpha3: Mapped[str] = mapped_column(String(3), unique=True)
    zones: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    currency: Mapped[str] = mapped_column(String(3))
    academic_year_starts_in: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Membership(Entity):
    """A country belongs to a body (ASEAN, say) from a day on: membership is dated, not fixed."""

    __tablename__ = "membership"
    __table_args__ = (Index("uq__membership", "country_code", "body", "since", unique=True),)

    country_code: Mapped[CountryCode] = mapped_column(ForeignKey(Country.code))
    body: Mapped[str] = mapped_column(String(40))
    relation: Mapped[str] = mapped_column(String(40))
    since: Mapped[date | None]
    until: Mapped[date | None]


class Organisation(Entity):
    """A university, institute, AI centre, ministry or office; `ref` is its stable public name."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("successor_id <> id", name="does_not_succeed_itself"),
        CheckConstraint(
            "state <> 'merged' OR successor_id IS NOT NULL", name="merged_into_somebody"
        ),
        Index("ix__organisation__list", "country_code", "sort_key", "id"),
        Index("ix__organisation__names", "sort_key", "id"),
        Index("ix__organisation__centres", "is_centre", "country_code", "sort_key", "id"),
    )

    ref: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(words(OrganisationKind, name="kind"))
    is_centre: Mapped[bool] = mapped_column(default=False)
    state: Mapped[OrganisationState] = state_column(
        OrganisationState, start=OrganisationState.ACTIVE
    )
    name: Mapped[Name]
    local_name: Mapped[str | None] = mapped_column(String(300))
    local_name_lang: Mapped[str | None] = mapped_column(String(20))
    acronym: Mapped[str | None] = mapped_column(String(60))
    country_code: Mapped[CountryCode] = mapped_column(ForeignKey(Country.code))
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    zone: Mapped[str] = mapped_column(String(60))
    website: Mapped[str] = mapped_column(String(500), default="")
    ror_id: Mapped[str | None] = mapped_column(String(60), index=True)
    focus: Mapped[list[str]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sort_key: Mapped[str] = mapped_column(String(500), default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    succeeded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    country: Mapped[Country] = relationship(lazy="raise_on_sql")
    successor: Mapped["Organisation | None"] = relationship(
        lazy="raise_on_sql", remote_side="Organisation.id", back_populates="predecessors"
    )
    predecessors: Mapped[list["Organisation"]] = relationship(
        lazy="raise_on_sql", back_populates="successor", order_by="Organisation.sort_key"
    )
    names: Mapped[list["OrganisationName"]] = relationship(
        lazy="raise_on_sql",
        back_populates="organisation",
        order_by="OrganisationName.id",
        cascade="all, delete-orphan",
    )
    domains: Mapped[list["OrganisationDomain"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def full_name(self) -> str:
        """The name in Latin letters and the one that it bears at home, as papers say it."""
        own = self.local_name if self.local_name != self.name else ""
        return " · ".join(filter(None, (self.name, own)))


class OrganisationName(Entity):
    """One of the names a body is found by: local, former, acronym, alias."""

    __tablename__ = "organisation_name"
    __table_args__ = (Index("uq__organisation_name", "organisation_id", "name", unique=True),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id, ondelete="CASCADE"))
    name: Mapped[Name]
    locale: Mapped[Locale] = mapped_column(default="")
    kind: Mapped[NameKind] = mapped_column(words(NameKind, name="kind"))

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql", back_populates="names")


class OrganisationDomain(Entity):
    """A mail domain of a body: a hint when somebody signs up, never a proof; several share one."""

    __tablename__ = "organisation_domain"
    __table_args__ = (Index("uq__organisation_domain", "organisation_id", "domain", unique=True),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id, ondelete="CASCADE"))
    domain: Mapped[str] = mapped_column(String(255), index=True)


guard(Organisation.state, OrganisationFlow)
