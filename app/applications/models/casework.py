"""What an office keeps about a case for itself: who has it, tags, notes, and what is to be done."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.applications.states import NoteLevel, TagColour
from app.foundation.database import Entity, Moment, UtcDateTime, words
from app.opportunities.models import Programme


class CaseOfficer(Entity):
    """Who of the office has an application in hand; one person at a time."""

    __tablename__ = "case_officer"
    __table_args__ = (Index("ix__case_officer__of", "officer_id", "application_id"),)

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), unique=True
    )
    officer_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    since: Mapped[Moment]

    officer: Mapped[User] = relationship(lazy="raise_on_sql")


class Tag(Entity):
    """A word of a programme's office for applications; `folded` tells one word from another."""

    __tablename__ = "tag"
    __table_args__ = (
        CheckConstraint("name <> '' AND folded <> ''", name="has_a_name"),
        Index("uq__tag__name", "programme_id", "folded", unique=True),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id))
    name: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(60))
    colour: Mapped[TagColour] = mapped_column(words(TagColour, name="colour"))


class ApplicationTag(Entity):
    """A tag on an application."""

    __tablename__ = "application_tag"
    __table_args__ = (
        Index("uq__application_tag", "application_id", "tag_id", unique=True),
        Index("ix__application_tag__of", "tag_id", "application_id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    tag_id: Mapped[int] = mapped_column(ForeignKey(Tag.id, ondelete="CASCADE"))


class CaseNote(Entity):
    """A note on an application, and who may read it. Its applicant never does."""

    __tablename__ = "case_note"
    __table_args__ = (
        CheckConstraint("body <> '' OR removed_at IS NOT NULL", name="says_something"),
        Index("ix__case_note__of_application", "application_id", "id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    author_name: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    level: Mapped[NoteLevel] = mapped_column(words(NoteLevel, name="level"))
    written_at: Mapped[Moment]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    application: Mapped[Application] = relationship(lazy="raise_on_sql")


class CaseTask(Entity):
    """Something to be done about an application, by whom and by when."""

    __tablename__ = "case_task"
    __table_args__ = (
        CheckConstraint("what <> ''", name="says_what"),
        CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_somebody_at_a_moment"
        ),
        Index("ix__case_task__of_application", "application_id", "id"),
        Index(
            "ix__case_task__open",
            "holder_id",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(300))
    holder_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    due_at: Mapped[Moment]
    set_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    set_at: Mapped[Moment]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    holder: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[holder_id])
