"""Who answers for a university in exchanges, and what language tests people have taken."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.exchanges.models.reference import Exact
from app.exchanges.states import AnswersFor
from app.files.models import StoredFile
from app.foundation.database import Code, Entity, Locale, Moment, Name, UtcDateTime, words
from app.organisations.models import Organisation


class ExchangeContact(Entity):
    """A person of a university, with what partners need in order to reach them.

    Partners read them on every nomination that the two universities have in common; on the fact
    sheet, which is open to the world, they stand only where they are `listed`.
    """

    __tablename__ = "exchange_contact"
    __table_args__ = (
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("email <> ''", name="has_an_address"),
        Index("uq__exchange_contact", "organisation_id", "email", unique=True),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    name: Mapped[Name]
    function: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320))
    phone: Mapped[str] = mapped_column(String(60), default="")
    answers_for: Mapped[AnswersFor] = mapped_column(words(AnswersFor, name="answers_for"))
    listed: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[Locale] = mapped_column(default="en", server_default="en")
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class OfficeMailbox(Entity):
    """Where answers to the mail of an international office go, once somebody there confirmed it.

    `asked` waits for that: a link was mailed there, of whose key only a hash is kept. Until it is
    followed the address before it stays.
    """

    __tablename__ = "office_mailbox"
    __table_args__ = (
        CheckConstraint("(address = '') = (confirmed_at IS NULL)", name="confirmed_or_empty"),
        CheckConstraint(
            "(asked = '') = (key_hash = '') AND (asked = '') = (asked_at IS NULL)",
            name="asked_with_a_key",
        ),
        Index(
            "uq__office_mailbox__key",
            "key_hash",
            unique=True,
            sqlite_where=text("key_hash <> ''"),
            postgresql_where=text("key_hash <> ''"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), unique=True)
    address: Mapped[str] = mapped_column(String(320), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    asked: Mapped[str] = mapped_column(String(320), default="")
    key_hash: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class LanguageScore(Entity):
    """What a person reached in a language test. The level is derived from it, never kept."""

    __tablename__ = "language_score"
    __table_args__ = (
        CheckConstraint("points NOT LIKE '-%'", name="no_debts"),
        Index("uq__language_score", "person_id", "test", "taken_on", unique=True),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    test: Mapped[Code]
    points: Mapped[Fraction] = mapped_column(Exact())
    taken_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))
    written_at: Mapped[Moment]

    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
