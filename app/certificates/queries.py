"""Everything certificates reads: a function returns a Select or a plain value, never writes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.certificates.models import (
    Certificate,
    CertificateBatch,
    CertificateWish,
    IssuerSettings,
    SigningKey,
)
from app.certificates.numbering import tidy, tidy_code
from app.foundation.actors import Actor, Role, Scope
from app.foundation.search.folding import fold
from app.organisations.models import Organisation

PAGE = 25
STAFF = (Role.CENTRE, Role.COORDINATOR)


def issuers_of(actor: Actor) -> list[int]:
    """The ids of the bodies whose certificates this person looks after."""
    return sorted({i for role in STAFF for i in actor.scopes(role, Scope.ORGANISATION)})


def certificates_visible_to(actor: Actor) -> Select[Certificate]:
    """One's own, and those that one's offices issued."""
    return select(Certificate).where(
        or_(
            Certificate.holder_id == actor.user_id,
            Certificate.issuer_id.in_(issuers_of(actor)),
        )
    )


def certificate_with_all(actor: Actor, certificate_id: int) -> Select[Certificate]:
    """One of them, with what its page and its paper show."""
    return (
        certificates_visible_to(actor)
        .where(Certificate.id == certificate_id)
        .options(joinedload(Certificate.settings), joinedload(Certificate.replaced_by))
    )


def certificates_of_holder(actor: Actor, before: int | None = None) -> Select[Certificate]:
    """One's own, the newest first, a page and one more."""
    query = select(Certificate).where(Certificate.holder_id == actor.user_id)
    return _page(query, before)


def certificates_of_issuer(
    actor: Actor, issuer_id: int, *, text: str = "", before: int | None = None
) -> Select[Certificate]:
    """What an issuer issued, the newest first, a page and one more; found by name or number."""
    query = certificates_visible_to(actor).where(Certificate.issuer_id == issuer_id)
    for word in fold(text).split()[:6]:
        query = query.where(Certificate.found_by.contains(word, autoescape=True))
    return _page(query, before)


def _page(query: Select[Certificate], before: int | None) -> Select[Certificate]:
    if before is not None:
        query = query.where(Certificate.id < before)
    return query.order_by(Certificate.id.desc()).limit(PAGE + 1)


def certificates_for(actor: Actor, achievement_ref: str) -> Select[Certificate]:
    """Those of one course run, fellowship or the like, that this person may see."""
    return (
        certificates_visible_to(actor)
        .where(Certificate.achievement_ref == achievement_ref)
        .order_by(Certificate.id)
        .limit(1000)
    )


def number_held(actor: Actor) -> Select[int]:
    """How many certificates the person holds that still hold."""
    return select(func.count(Certificate.id)).where(
        Certificate.holder_id == actor.user_id, Certificate.revoked_at.is_(None)
    )


def certificate_with_token(token: str) -> Select[Certificate]:
    """For whoever was given the paper; with its issuer."""
    return (
        select(Certificate)
        .where(Certificate.token == token)
        .options(joinedload(Certificate.issuer), joinedload(Certificate.key))
    )


def certificate_by_serial(serial: str, code: str) -> Select[Certificate]:
    """For whoever types both off the paper: one alone finds nothing."""
    return select(Certificate).where(
        Certificate.serial == tidy(serial), Certificate.code == tidy_code(code)
    )


def revoked_by_issuer(issuer_id: int) -> Select[Any]:
    """(urn, reason) of what an issuer took back: no names, no addresses."""
    columns: tuple[Any, ...] = (Certificate.urn, Certificate.revocation_reason)
    return (
        select(*columns)
        .where(Certificate.issuer_id == issuer_id, Certificate.revoked_at.is_not(None))
        .order_by(Certificate.id)
    )


def issuers_visible_to(actor: Actor) -> Select[Organisation]:
    """The bodies whose certificates this person looks after."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(issuers_of(actor)))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def issuer_named_by(ref: str) -> Select[Organisation]:
    """A body that has certified something, for the world."""
    issued = select(Certificate.id).where(Certificate.issuer_id == Organisation.id).exists()
    return select(Organisation).where(Organisation.ref == ref, issued)


def settings_in_use(issuer_id: int) -> Select[IssuerSettings]:
    """The newest version of an issuer's settings."""
    return (
        select(IssuerSettings)
        .where(IssuerSettings.issuer_id == issuer_id)
        .order_by(IssuerSettings.number.desc())
        .limit(1)
    )


def settings_versions(issuer_id: int) -> Select[IssuerSettings]:
    return (
        select(IssuerSettings)
        .where(IssuerSettings.issuer_id == issuer_id)
        .order_by(IssuerSettings.number.desc())
        .limit(20)
    )


def key_in_use() -> Select[SigningKey]:
    """The key that signs what is issued now."""
    return (
        select(SigningKey)
        .where(SigningKey.retired_at.is_(None))
        .order_by(SigningKey.id.desc())
        .limit(1)
    )


def every_key() -> Select[SigningKey]:
    """All keys that ever signed, the newest first: old certificates are checked with old keys."""
    return select(SigningKey).order_by(SigningKey.id.desc())


def batches_visible_to(actor: Actor) -> Select[CertificateBatch]:
    return select(CertificateBatch).where(CertificateBatch.issuer_id.in_(issuers_of(actor)))


def batches_of_issuer(actor: Actor, issuer_id: int) -> Select[CertificateBatch]:
    """The latest batches of an issuer, each with its job."""
    return (
        batches_visible_to(actor)
        .where(CertificateBatch.issuer_id == issuer_id)
        .options(joinedload(CertificateBatch.job))
        .order_by(CertificateBatch.id.desc())
        .limit(5)
    )


def batch_with_all(actor: Actor, batch_id: int) -> Select[CertificateBatch]:
    return (
        batches_visible_to(actor)
        .where(CertificateBatch.id == batch_id)
        .options(joinedload(CertificateBatch.issuer), joinedload(CertificateBatch.job))
    )


def wishes_to_grant(batch_id: int, number: int) -> Select[CertificateWish]:
    """The next of a batch, in its order."""
    return (
        select(CertificateWish)
        .where(CertificateWish.batch_id == batch_id, CertificateWish.done_at.is_(None))
        .order_by(CertificateWish.id)
        .limit(number)
        .options(joinedload(CertificateWish.holder))
    )


def wishes_refused(batch_id: int) -> Select[CertificateWish]:
    return (
        select(CertificateWish)
        .where(CertificateWish.batch_id == batch_id, CertificateWish.refused.is_not(None))
        .order_by(CertificateWish.id)
        .limit(200)
        .options(joinedload(CertificateWish.holder))
    )


def outcome(session: Session, batch_id: int) -> tuple[int, int]:
    """(issued, refused) of a batch so far."""
    issued = func.coalesce(func.sum(case((CertificateWish.certificate_id.is_not(None), 1))), 0)
    refused = func.coalesce(func.sum(case((CertificateWish.refused.is_not(None), 1))), 0)
    query = select(issued, refused).where(CertificateWish.batch_id == batch_id)
    row: Sequence[Any] = session.execute(query).one()
    return int(row[0]), int(row[1])
