"""Where courses were brought in from, and how the catalogue lists those that others give."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models.courses import Course
from app.foundation.database import Entity, Moment, UtcDateTime
from app.opportunities.models import Opportunity
from app.opportunities.states import Kind
from app.organisations.models import Organisation


class CourseElsewhere(Opportunity):
    """A course that another body gives, as the catalogue lists it; its course says the rest."""

    __mapper_args__ = {"polymorphic_identity": Kind.ELSEWHERE}

    @property
    def nowhere(self) -> bool:
        """One signs up there, wherever one is."""
        return True


class CourseSource(Entity):
    """What a course is called where it comes from, and what was brought in last.

    `brought` are the values as the file gave them; `edited` names the fields that somebody has
    written by hand since, which no file overwrites.
    """

    __tablename__ = "course_source"
    __table_args__ = (Index("uq__course_source__key", "organisation_id", "key", unique=True),)

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    key: Mapped[str] = mapped_column(String(500))
    brought: Mapped[dict[str, Any]] = mapped_column(JSON)
    edited: Mapped[list[str]] = mapped_column(JSON, default=list)
    list_name: Mapped[str] = mapped_column(String(300), default="")
    list_licence: Mapped[str] = mapped_column(String(40), default="")
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]

    course: Mapped[Course] = relationship(lazy="raise_on_sql")


class CourseImport(Entity):
    """A file of courses that a centre looked into, and what became of its rows once brought in.

    `content` is the file until then; `told` is what was done with each row, as
    `comparing.as_told` says it.
    """

    __tablename__ = "course_import"
    __table_args__ = (
        CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)", name="done_at_some_time_by_somebody"
        ),
        Index("ix__course_import__of_centre", "organisation_id", "id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    file_name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    looked_at: Mapped[Moment]
    looked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    looked_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=looked_by_id)
