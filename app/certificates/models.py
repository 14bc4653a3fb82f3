"""Certificates, the settings they were printed by, their numbers, and the keys that sign them.

A certificate, the settings it was printed by and the keys are never changed or deleted once they
are there; the triggers of the migration refuse it. Taking one back, or erasing its holder, only
adds to it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.certificates.facts import Facts, facts_of
from app.certificates.states import CertificateKind, RevocationReason
from app.foundation.database import (
    Base,
    Entity,
    Locale,
    Moment,
    UtcDateTime,
    say_when_refused,
    words,
)
from app.foundation.languages import lazy
from app.jobs.models import Job
from app.organisations.models import Organisation


class SigningKey(Entity):
    """The public half of a key; kept for as long as what it signed may be checked."""

    __tablename__ = "signing_key"

    thumbprint: Mapped[str] = mapped_column(String(43), unique=True)
    public: Mapped[dict[str, str]] = mapped_column(JSON)
    made_at: Mapped[Moment]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class IssuerSettings(Entity):
    """One version of how an issuer's certificates look and count; the newest is in use.

    `signatories` are [{name, native_name, native_lang, function, file_id}], `logos` are
    [{name, file_id}].
    """

    __tablename__ = "issuer_settings"
    __table_args__ = (Index("uq__issuer_settings", "issuer_id", "number", unique=True),)

    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    number: Mapped[int]
    pattern: Mapped[str] = mapped_column(String(60))
    signatories: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    logos: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    saved_at: Mapped[Moment]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))


class CertificateCounter(Base):
    """The last number an issuer gave in a year; locked before it is counted up."""

    __tablename__ = "certificate_counter"

    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class PatternHolder(Base):
    """Whose numbers look like this: two issuers never make the same number."""

    __tablename__ = "pattern_holder"

    family: Mapped[str] = mapped_column(String(60), primary_key=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))


class Certificate(Entity):
    """What was certified, as it was printed and signed on that day.

    `occasion` says what it was issued for, once; `token` opens its page to whoever was given the
    paper, `code` does so together with the number. `found_by` is the folded text that the issuer's
    list is searched in.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason IS NULL)", name="taken_back_for_a_reason"
        ),
        CheckConstraint(
            "replaced_by_id IS NULL OR revoked_at IS NOT NULL", name="replaced_means_taken_back"
        ),
        CheckConstraint("replaced_by_id <> id", name="does_not_replace_itself"),
        CheckConstraint("erased_at IS NOT NULL OR holder_id IS NOT NULL", name="has_a_holder"),
        Index("ix__certificate__of_issuer", "issuer_id", "id"),
        Index("ix__certificate__of_holder", "holder_id", "id"),
        Index("ix__certificate__of_achievement", "achievement_ref", "id"),
        Index("ix__certificate__revoked", "issuer_id", "revoked_at"),
    )

    kind: Mapped[CertificateKind] = mapped_column(words(CertificateKind, name="kind"))
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    settings_id: Mapped[int] = mapped_column(ForeignKey(IssuerSettings.id))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    occasion: Mapped[str] = mapped_column(String(200), unique=True)
    achievement_ref: Mapped[str] = mapped_column(String(120))
    serial: Mapped[str] = mapped_column(String(60), unique=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(12))
    urn: Mapped[str] = mapped_column(String(60), unique=True)
    language: Mapped[Locale]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    found_by: Mapped[str] = mapped_column(Text, default="")
    jws: Mapped[str] = mapped_column(Text)
    key_id: Mapped[int] = mapped_column(ForeignKey(SigningKey.id))
    issued_at: Mapped[Moment]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    revocation_reason: Mapped[RevocationReason | None] = mapped_column(
        words(RevocationReason, name="revocation_reason")
    )
    revocation_note: Mapped[str | None] = mapped_column(Text)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    issuer: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    settings: Mapped[IssuerSettings] = relationship(lazy="raise_on_sql")
    holder: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[holder_id])
    key: Mapped[SigningKey] = relationship(lazy="raise_on_sql")
    replaced_by: Mapped["Certificate | None"] = relationship(
        lazy="raise_on_sql", remote_side="Certificate.id"
    )

    @property
    def facts(self) -> Facts:
        return facts_of(self.snapshot)


class CertificateBatch(Entity):
    """Certificates asked for together: made by a job, some at a time, until it is called off."""

    __tablename__ = "certificate_batch"
    __table_args__ = (Index("ix__certificate_batch__of_issuer", "issuer_id", "id"),)

    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    title: Mapped[str] = mapped_column(String(300))
    locale: Mapped[Locale]
    total: Mapped[int]
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    job_id: Mapped[int] = mapped_column(ForeignKey(Job.id))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    issuer: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    job: Mapped[Job] = relationship(lazy="raise_on_sql")


class CertificateWish(Entity):
    """One certificate of a batch: what it shall say, and what became of it."""

    __tablename__ = "certificate_wish"
    __table_args__ = (
        Index("uq__certificate_wish", "batch_id", "occasion", unique=True),
        Index("ix__certificate_wish__open", "batch_id", "done_at", "id"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey(CertificateBatch.id, ondelete="CASCADE"))
    holder_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    kind: Mapped[CertificateKind] = mapped_column(words(CertificateKind, name="kind"))
    occasion: Mapped[str] = mapped_column(String(200))
    language: Mapped[Locale]
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    refused: Mapped[str | None] = mapped_column(Text)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey(Certificate.id))

    holder: Mapped[User] = relationship(lazy="raise_on_sql")
    certificate: Mapped[Certificate | None] = relationship(lazy="raise_on_sql")


# The words that the triggers refuse with: what was issued is never changed.
say_when_refused(
    "certificate_is_frozen",
    lazy("A certificate is never changed. Take it back, or issue a corrected one instead."),
)
