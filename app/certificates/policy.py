"""Who may issue, see and take back certificates: the issuer's own staff, and each holder theirs."""

from typing import Any

from app.certificates.models import Certificate, CertificateBatch
from app.certificates.queries import issuers_of
from app.foundation.actors import SYSTEM, Actor
from app.foundation.permissions import Permission, Rule
from app.organisations.models import Organisation


@Rule
def works_for_issuer(actor: Actor, subject: Any) -> bool:
    """Of a body itself, of one of its certificates, or of a batch of them."""
    issuer = subject.id if isinstance(subject, Organisation) else subject.issuer_id
    return issuer in issuers_of(actor)


@Rule
def is_holder(actor: Actor, certificate: Certificate) -> bool:
    return actor.user_id is not None and certificate.holder_id == actor.user_id


@Rule
def works_for_some_issuer(actor: Actor, _subject: Any) -> bool:
    return bool(issuers_of(actor))


@Rule
def is_the_site(actor: Actor, _subject: Any) -> bool:
    """The house itself: its jobs and its command line."""
    return actor is SYSTEM


VIEW: Permission[Certificate] = Permission(
    "certificates.view",
    "A certificate is seen by its holder and by the staff of its issuer.",
    is_holder | works_for_issuer,
)
ISSUE: Permission[Organisation] = Permission(
    "certificates.issue",
    "Only the staff of the issuer may issue certificates.",
    works_for_issuer | is_the_site,
)
REVOKE: Permission[Certificate] = Permission(
    "certificates.revoke",
    "Only the staff of the issuer may take a certificate back, and nobody their own.",
    works_for_issuer & ~is_holder,
)
LOOK_OVER: Permission[Organisation] = Permission(
    "certificates.look over",
    "Only the staff of the issuer may see its certificates and their settings.",
    works_for_issuer,
)
LOOK_OVER_SOME: Permission[object] = Permission(
    "certificates.look over some",
    "Only the staff of a centre or university may see what it certifies.",
    works_for_some_issuer,
)
HANDLE_BATCH: Permission[CertificateBatch] = Permission(
    "certificates.handle batch",
    "Only the staff of the issuer may see and call off what is being issued.",
    works_for_issuer,
)
KEEP_KEYS: Permission[object] = Permission(
    "certificates.keep keys", "Only the site itself keeps the keys.", is_the_site
)
