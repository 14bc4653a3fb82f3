"""What an office writes to many: templates of a programme, in versions and languages."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.foundation.database import Entity, Locale, Moment, UtcDateTime
from app.opportunities.models import Programme


class MessageTemplate(Entity):
    """A message that a programme's office sends again and again; `number` is its newest text."""

    __tablename__ = "message_template"
    __table_args__ = (
        CheckConstraint("name <> '' AND number >= 1", name="named_and_written"),
        Index(
            "uq__message_template__name",
            "programme_id",
            "name",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey(Programme.id))
    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")


class MessageText(Entity):
    """One version of a template in one language. Rows are only ever added."""

    __tablename__ = "message_text"
    __table_args__ = (
        CheckConstraint("subject <> '' AND body <> ''", name="whole"),
        Index("uq__message_text", "template_id", "number", "locale", unique=True),
    )

    template_id: Mapped[int] = mapped_column(ForeignKey(MessageTemplate.id))
    number: Mapped[int]
    locale: Mapped[Locale]
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    written_at: Mapped[Moment]
