"""Learning agreements: their writings, and what persons of the three sides said to each.

What a host said in its own system is brought as a file (`LearningMessage`), and is marked as such.

Writings, signatures and refusals are added and never changed; triggers hold that, that only the
newest writing is signed, and that what is kept as agreed was signed by all three sides.
"""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.files.models import StoredFile
from app.foundation.database import Entity, Moment, Name, say_when_refused, words
from app.foundation.languages import lazy
from app.learning.states import Why
from app.mobility.models import ExchangeNomination
from app.mobility.states import Side


class LearningAgreement(Entity):
    """Of one verified nomination. What it says is in its writings.

    `latest_number` is the newest writing's (0 before the first), `agreed_number` that of the one in
    force, `first_agreed_number` that of the first that all three signed: kept for lists, in the
    same transaction.
    """

    __tablename__ = "learning_agreement"
    __table_args__ = (
        CheckConstraint("latest_number >= 0", name="counted_from_one"),
        CheckConstraint("agreed_number BETWEEN 1 AND latest_number", name="agreed_is_one_of_it"),
        CheckConstraint(
            "(first_agreed_number IS NULL) = (agreed_number IS NULL)", name="agreed_has_a_first"
        ),
        CheckConstraint("first_agreed_number BETWEEN 1 AND agreed_number", name="first_is_first"),
        Index("uq__learning_agreement__nomination", "nomination_id", unique=True),
    )

    nomination_id: Mapped[int] = mapped_column(ForeignKey(ExchangeNomination.id))
    begun_at: Mapped[Moment]
    latest_number: Mapped[int] = mapped_column(default=0)
    agreed_number: Mapped[int | None]
    first_agreed_number: Mapped[int | None]

    nomination: Mapped[ExchangeNomination] = relationship(lazy="raise_on_sql")
    writings: Mapped[list["LearningWriting"]] = relationship(
        lazy="raise_on_sql", order_by="LearningWriting.number", back_populates="agreement"
    )


class LearningWriting(Entity):
    """The tables as one side wrote them: the text that was hashed, and its fingerprint."""

    __tablename__ = "learning_writing"
    __table_args__ = (
        CheckConstraint("number >= 1", name="counted_from_one"),
        CheckConstraint("length(fingerprint) = 64", name="fingerprint_is_whole"),
        Index("uq__learning_writing", "agreement_id", "number", unique=True),
        Index("uq__learning_writing__said", "id", "agreement_id", "fingerprint", unique=True),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey(LearningAgreement.id))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    why: Mapped[Why | None] = mapped_column(words(Why, name="why"))
    note: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[Moment]
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    agreement: Mapped[LearningAgreement] = relationship(
        lazy="raise_on_sql", back_populates="writings"
    )
    written_by: Mapped[User] = relationship(lazy="raise_on_sql")
    signatures: Mapped[list["LearningSignature"]] = relationship(
        lazy="raise_on_sql",
        order_by="LearningSignature.id",
        primaryjoin="LearningWriting.id == LearningSignature.writing_id",
        foreign_keys="LearningSignature.writing_id",
    )
    refusals: Mapped[list["LearningRefusal"]] = relationship(
        lazy="raise_on_sql",
        order_by="LearningRefusal.id",
        primaryjoin="LearningWriting.id == LearningRefusal.writing_id",
        foreign_keys="LearningRefusal.writing_id",
    )


class _Said(Entity):
    """A person of a side, and the writing that was before them, named with its fingerprint.

    Where it came as a file the person is who brought it, and `message` says who signed it.
    """

    __abstract__ = True

    agreement_id: Mapped[int]
    writing_id: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    function: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[Moment]


def _to_what_was_seen(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["writing_id", "agreement_id", "fingerprint"],
        ["learning_writing.id", "learning_writing.agreement_id", "learning_writing.fingerprint"],
        name=f"fk__{table}__writing",
    )


class LearningSignature(_Said):
    """A person signs a writing once for a side. Office staff sign with a function."""

    __tablename__ = "learning_signature"
    __table_args__ = (
        _to_what_was_seen("learning_signature"),
        CheckConstraint("side = 'student' OR function <> ''", name="signed_with_a_function"),
        Index("uq__learning_signature", "writing_id", "person_id", "side", unique=True),
        Index("ix__learning_signature__agreement", "agreement_id", "person_id"),
    )

    person: Mapped[User] = relationship(lazy="raise_on_sql")
    message: Mapped["LearningMessage | None"] = relationship(
        lazy="raise_on_sql", back_populates="signature", uselist=False
    )


class LearningRefusal(_Said):
    """Why a side does not sign a writing as it is."""

    __tablename__ = "learning_refusal"
    __table_args__ = (
        _to_what_was_seen("learning_refusal"),
        CheckConstraint("comment <> ''", name="refused_with_words"),
        Index("ix__learning_refusal__writing", "writing_id", "side"),
    )

    comment: Mapped[str] = mapped_column(Text)

    person: Mapped[User] = relationship(lazy="raise_on_sql")
    message: Mapped["LearningMessage | None"] = relationship(
        lazy="raise_on_sql", back_populates="refusal", uselist=False
    )


class LearningMessage(Entity):
    """A file of the host's own system, by which it signed or refused a writing.

    `signer`, `function`, `email` and `signed_at` are what the file says; who brought it is the
    person of the signature or refusal. The file is kept as it came, its fingerprint in `sha256`.
    """

    __tablename__ = "learning_message"
    __table_args__ = (
        CheckConstraint("(signature_id IS NULL) <> (refusal_id IS NULL)", name="says_one_thing"),
        CheckConstraint("signer <> '' AND function <> ''", name="signed_by_somebody"),
        CheckConstraint("length(sha256) = 64", name="fingerprint_is_whole"),
        Index("uq__learning_message__file", "agreement_id", "sha256", unique=True),
        Index("uq__learning_message__signature", "signature_id", unique=True),
        Index("uq__learning_message__refusal", "refusal_id", unique=True),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey(LearningAgreement.id))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey(LearningSignature.id))
    refusal_id: Mapped[int | None] = mapped_column(ForeignKey(LearningRefusal.id))
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id))
    sha256: Mapped[str] = mapped_column(String(64))
    signer: Mapped[Name]
    function: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), default="")
    signed_at: Mapped[Moment]

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    signature: Mapped[LearningSignature | None] = relationship(
        lazy="raise_on_sql", back_populates="message"
    )
    refusal: Mapped[LearningRefusal | None] = relationship(
        lazy="raise_on_sql", back_populates="message"
    )


# The words that the triggers of this office's migration refuse with.
say_when_refused(
    "learning_stands", lazy("What was written and signed stays. Write the next version instead.")
)
say_when_refused(
    "learning_changed", lazy("This was changed meanwhile. Read the newest version before you sign.")
)
say_when_refused(
    "learning_not_signed", lazy("An agreement is agreed when all three sides have signed it.")
)
say_when_refused("learning_by_host", lazy("A file speaks for the host only."))
