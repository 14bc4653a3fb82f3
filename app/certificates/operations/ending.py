"""Taking a certificate back, replacing one that has a name wrong, and erasing its holder."""

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.audit.record import record
from app.certificates import policy
from app.certificates.facts import Facts, Names
from app.certificates.messages import CertificateReplaced, CertificateRevoked
from app.certificates.models import Certificate
from app.certificates.operations.issuing import certify, title_of
from app.certificates.states import RevocationReason
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify
from app.organisations.models import Organisation


def revoke_certificate(
    work: Work, certificate: Certificate, *, reason: RevocationReason, note: str
) -> None:
    """Take a certificate back; its holder is told why, everybody else in which category."""
    policy.REVOKE.require(work.actor, certificate)
    _insist_it_holds(certificate)
    _take_back(work, certificate, reason, note)

    record(work, "certificate.revoked", certificate, serial=certificate.serial, reason=note)
    holder = _holder(work, certificate)
    told = CertificateRevoked(
        certificate_id=certificate.id,
        title=title_of(certificate, holder.locale),
        centre=certificate.facts.centre.name,
        serial=certificate.serial,
        reason=reason.value,
        note=note,
    )
    notify(work, recipient(holder), told, once=f"certificate-revoked-{certificate.id}")


def replace_certificate(
    work: Work, certificate: Certificate, *, names: Names, note: str
) -> Certificate:
    """Issue it again with the name corrected; the former one does not hold any more."""
    policy.REVOKE.require(work.actor, certificate)
    _insist_it_holds(certificate)
    former = certificate.facts
    if names == former.names:
        raise RuleBroken(_("The name is the same. Correct it first."))
    holder = _holder(work, certificate)
    issuer = work.session.get_one(Organisation, certificate.issuer_id)
    instead = certify(
        work,
        issuer,
        holder,
        kind=certificate.kind,
        occasion=f"replaces:{certificate.id}",
        facts=Facts(names, former.achievement, former.centre, former.result),
        language=certificate.language,
        issued_by_id=work.actor.user_id,
    )
    _take_back(work, certificate, RevocationReason.NAME_CORRECTED, note)
    certificate.replaced_by_id = instead.id

    record(work, "certificate.replaced", certificate, serial=instead.serial, reason=note)
    record(work, "certificate.issued", instead, serial=instead.serial)
    told = CertificateReplaced(
        certificate_id=instead.id,
        title=title_of(instead, holder.locale),
        centre=former.centre.name,
        serial=instead.serial,
        former_serial=certificate.serial,
    )
    notify(work, recipient(holder), told, once=f"certificate-replaced-{certificate.id}")
    return instead


def erase_holder(work: Work, certificate: Certificate) -> None:
    """Forget who held it, for ever: from now on only its number can be checked."""
    policy.KEEP_KEYS.require(work.actor, None)
    centre, achievement = certificate.snapshot["centre"], certificate.snapshot["achievement"]
    certificate.erased_at = work.now
    certificate.holder_id = None
    certificate.snapshot = {
        "layout": certificate.snapshot["layout"],
        "names": {"latin": "", "native": "", "native_lang": ""},
        "achievement": achievement,
        "centre": centre,
        "result": {},
    }
    certificate.found_by = certificate.serial.lower()
    certificate.jws = ""

    record(work, "certificate.holder erased", certificate, serial=certificate.serial)


def _insist_it_holds(certificate: Certificate) -> None:
    if certificate.revoked_at is not None:
        raise RuleBroken(_("This certificate was taken back already."))
    if certificate.erased_at is not None:
        raise RuleBroken(_("Who held this certificate was erased; nothing more can be done here."))


def _take_back(work: Work, certificate: Certificate, reason: RevocationReason, note: str) -> None:
    certificate.revoked_at = work.now
    certificate.revoked_by_id = work.actor.user_id
    certificate.revocation_reason = reason
    certificate.revocation_note = note


def _holder(work: Work, certificate: Certificate) -> User:
    return work.session.scalars(select(User).where(User.id == certificate.holder_id)).one()
