"""The office's list: what it is filtered by beside an application's columns, and saved views."""

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.foundation.database import Base, Entity, Moment
from app.opportunities.models import Opportunity


class ListedAnswer(Base):
    """A closed answer of the newest submission, kept in the transaction that sends it.

    `value` is a word of the form's (an option, a code, "yes"); a number or a day's ordinal has
    the value "" and its `number`. Of several options that were chosen each has a row.
    """

    __tablename__ = "listed_answer"
    __table_args__ = (
        CheckConstraint("(value = '') = (number IS NOT NULL)", name="a_word_or_a_number"),
        Index(
            "ix__listed_answer__found", "opportunity_id", "question", "value", "number",
            "application_id",
        ),
    )  # fmt: skip

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    number: Mapped[float | None] = mapped_column(Float)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))


class SavedView(Entity):
    """Filters and an order of a call's list under a name: one person's, or the whole office's.

    `arguments` is the list's address after its path, as `as_arguments` writes it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        CheckConstraint("name <> ''", name="has_a_name"),
        Index(
            "uq__saved_view__mine",
            "opportunity_id",
            "owner_id",
            "name",
            unique=True,
            sqlite_where=text("NOT shared"),
            postgresql_where=text("NOT shared"),
        ),
        Index(
            "uq__saved_view__shared",
            "opportunity_id",
            "name",
            unique=True,
            sqlite_where=text("shared"),
            postgresql_where=text("shared"),
        ),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id))
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    name: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool]
    saved_at: Mapped[Moment]
    version: Mapped[int] = mapped_column(default=1)

    opportunity: Mapped[Opportunity] = relationship(lazy="raise_on_sql")
