"""A project, what it is called in each language, the bodies named in it, and what belongs to it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import (
    Base,
    Entity,
    Locale,
    Name,
    UtcDateTime,
    guard,
    state_column,
)
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.projects.states import PartnerFlow, PartnerState, ProjectFlow, ProjectState


class Project(Entity):
    """What one body leads; lists go by `sort_key`, the original's name as it is sorted."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        Index("ix__project__names", "sort_key", "id"),
        Index("ix__project__lead", "organisation_id", "sort_key", "id"),
    )

    ref: Mapped[str] = mapped_column(String(80), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    state: Mapped[ProjectState] = state_column(ProjectState, start=ProjectState.DRAFT)
    sort_key: Mapped[str] = mapped_column(String(500), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    website: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    texts: Mapped[list["ProjectText"]] = relationship(
        lazy="raise_on_sql", back_populates="project", order_by="ProjectText.id"
    )
    partners: Mapped[list["ProjectPartner"]] = relationship(
        lazy="raise_on_sql", back_populates="project", order_by="ProjectPartner.id"
    )


class ProjectText(Entity):
    """What readers of one language read; one row of each project is the original."""

    __tablename__ = "project_text"
    __table_args__ = (
        Index("uq__project_text", "project_id", "locale", unique=True),
        Index(
            "uq__project_text__original",
            "project_id",
            unique=True,
            sqlite_where=text("is_original"),
            postgresql_where=text("is_original"),
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey(Project.id, ondelete="CASCADE"))
    locale: Mapped[Locale]
    is_original: Mapped[bool]
    name: Mapped[Name]
    summary: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project] = relationship(lazy="raise_on_sql", back_populates="texts")


class ProjectPartner(Entity):
    """A body that takes part. The world reads its name once it has said that it does."""

    __tablename__ = "project_partner"
    __table_args__ = (
        CheckConstraint(
            "(state = 'asked') = (answered_by_id IS NULL)"
            " AND (state = 'asked') = (answered_at IS NULL)",
            name="answered_by_someone",
        ),
        Index("uq__project_partner", "project_id", "organisation_id", unique=True),
        Index("ix__project_partner__organisation", "organisation_id", "project_id"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey(Project.id, ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    state: Mapped[PartnerState] = state_column(PartnerState, start=PartnerState.ASKED)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    project: Mapped[Project] = relationship(lazy="raise_on_sql", back_populates="partners")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class ProjectOpportunity(Base):
    """What belongs to a project; nothing belongs to two."""

    __tablename__ = "project_opportunity"
    __table_args__ = (Index("ix__project_opportunity__project", "project_id", "opportunity_id"),)

    opportunity_id: Mapped[int] = mapped_column(
        ForeignKey(Opportunity.id, ondelete="CASCADE"), primary_key=True
    )
    project_id: Mapped[int] = mapped_column(ForeignKey(Project.id, ondelete="CASCADE"))


guard(Project.state, ProjectFlow)
guard(ProjectPartner.state, PartnerFlow)
