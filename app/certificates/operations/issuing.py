"""Issuing a certificate: its facts frozen, its number given, signed, and its holder told."""

import secrets
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import User
from app.accounts.queries import recipient
from app.audit.record import record
from app.certificates import credential, numbering, policy, signing
from app.certificates.facts import Achievement, Centre, Facts, Names, Texts, said_in
from app.certificates.keyring import keyring
from app.certificates.messages import CertificateIssued
from app.certificates.models import Certificate, CertificateCounter
from app.certificates.operations.keeping import key_to_sign_with, settings_for
from app.certificates.states import CertificateKind
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.printing import undrawable
from app.foundation.search.folding import fold
from app.foundation.work import Work
from app.notifications.notify import notify
from app.organisations.models import Organisation


def issue_certificate(
    work: Work,
    issuer: Organisation,
    holder: User,
    *,
    kind: CertificateKind,
    occasion: str,
    achievement: Achievement,
    result: Texts | None = None,
    language: str = "en",
    names: Names | None = None,
    issued_by_id: int | None = None,
) -> Certificate:
    """Certify what somebody did. The same occasion again answers the same certificate.

    `occasion` names what is certified, once for ever ("enrolment:33:completion"); `language` is
    the one it is printed in. Names are the holder's own unless others are given. `issued_by_id`
    is who asked, where the house itself issues for them.
    """
    policy.ISSUE.require(work.actor, issuer)
    earlier = issued_before(work, occasion)
    if earlier is not None:
        return earlier
    certificate = certify(
        work,
        issuer,
        holder,
        kind=kind,
        occasion=occasion,
        facts=Facts(names or names_of(holder), achievement, centre_of(issuer), result or {}),
        language=language,
        issued_by_id=issued_by_id or work.actor.user_id,
    )

    record(work, "certificate.issued", certificate, serial=certificate.serial)
    notify(work, recipient(holder), _issued(certificate), once=f"certificate-{certificate.id}")
    return certificate


def issued_before(work: Work, occasion: str) -> Certificate | None:
    """What was issued for this occasion, or what replaced it since."""
    found = work.session.scalar(select(Certificate).where(Certificate.occasion == occasion))
    while found is not None and found.replaced_by_id is not None:
        found = work.session.get_one(Certificate, found.replaced_by_id)
    return found


def certify(
    work: Work,
    issuer: Organisation,
    holder: User,
    *,
    kind: CertificateKind,
    occasion: str,
    facts: Facts,
    language: str,
    issued_by_id: int | None,
) -> Certificate:
    """Make the row: checked, numbered and signed. Raises RuleBroken before anything is written."""
    _insist_it_can_be_printed(facts)
    key, private = key_to_sign_with(work)
    settings = settings_for(work, issuer)
    year = work.now.astimezone(ZoneInfo(issuer.zone)).year
    serial = numbering.serial(
        settings.pattern,
        year=year,
        number=_next_number(
            work, issuer, year if numbering.counts_by_year(settings.pattern) else 0
        ),
    )
    token, urn, ring = secrets.token_urlsafe(24), f"urn:uuid:{uuid.uuid4()}", keyring()
    about = credential.Occasion(
        urn=urn,
        kind=kind,
        serial=serial,
        language=language,
        issuer=ring.issuer(issuer.ref),
        page=ring.page(token),
        issued_at=work.now,
    )
    work.session.flush()  # the key and the settings must have their ids
    certificate = Certificate(
        kind=kind,
        issuer_id=issuer.id,
        settings_id=settings.id,
        holder_id=holder.id,
        occasion=occasion,
        achievement_ref=facts.achievement.ref,
        serial=serial,
        token=token,
        code="".join(secrets.choice(numbering.ALPHABET) for _ in range(numbering.CODE_LENGTH)),
        urn=urn,
        language=language if language in LANGUAGES else "en",
        snapshot=facts.as_json(),
        found_by=_found_by(facts, serial),
        jws=signing.sign(
            credential.claims(credential.credential(facts, about)),
            private,
            ring.key_address(key.thumbprint),
        ),
        key_id=key.id,
        issued_at=_whole_second(work.now),
        issued_by_id=issued_by_id,
    )
    work.session.add(certificate)
    work.session.flush()
    return certificate


def names_of(holder: User) -> Names:
    """As the person wants to be named on certificates: Latin letters, and their own script."""
    latin = holder.certificate_name or holder.passport_name or holder.full_name
    native = "" if holder.native_name in {latin, holder.passport_name} else holder.native_name
    return Names(latin, native, holder.native_name_lang if native else "")


def centre_of(issuer: Organisation) -> Centre:
    return Centre(
        ref=issuer.ref,
        name=issuer.name,
        local_name=issuer.local_name or "",
        local_lang=issuer.local_name_lang or "",
        city=issuer.city,
        country=issuer.country_code,
        zone=issuer.zone,
        website=issuer.website,
    )


def title_of(certificate: Certificate, locale: str) -> str:
    """What was achieved, for a letter to somebody who reads this language."""
    achievement = certificate.facts.achievement
    return said_in(achievement.titles, locale, achievement.original)[0]


def _issued(certificate: Certificate) -> CertificateIssued:
    facts = certificate.facts
    return CertificateIssued(
        certificate_id=certificate.id,
        completion=certificate.kind is CertificateKind.COMPLETION,
        title=title_of(certificate, certificate.language),
        centre=facts.centre.name,
        serial=certificate.serial,
    )


def _next_number(work: Work, issuer: Organisation, year: int) -> int:
    """The issuer's counter of that year, locked before it is counted up: no gap, no twin."""
    made = {"issuer_id": issuer.id, "year": year, "last": 0}
    dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
    work.session.execute(dialect.insert(CertificateCounter).values(**made).on_conflict_do_nothing())
    query = (
        select(CertificateCounter)
        .where(CertificateCounter.issuer_id == issuer.id, CertificateCounter.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    counter = work.session.scalars(query).one()
    counter.last += 1
    work.session.flush()
    return counter.last


def _insist_it_can_be_printed(facts: Facts) -> None:
    """No letter becomes an empty box: what our fonts do not draw is refused by name."""
    names, achievement = facts.names, facts.achievement
    missing = undrawable(
        filter(
            None,
            (
                names.latin,
                names.native,
                facts.centre.name,
                facts.centre.local_name,
                *achievement.titles.values(),
                *achievement.criteria.values(),
                *facts.result.values(),
                *(text for c in achievement.competencies for text in c.names.values()),
            ),
        )
    )
    if missing:
        raise RuleBroken(
            _(
                "The certificate for %(name)s cannot be printed: there is no letter for "
                "%(characters)s. Write it in another way, or ask us for the script.",
                name=names.latin,
                characters=" ".join(missing[:10]),
            )
        )


def _found_by(facts: Facts, serial: str) -> str:
    achievement = facts.achievement
    return fold(
        " ".join((facts.names.latin, facts.names.native, serial, *achievement.titles.values()))
    )


def _whole_second(moment: datetime) -> datetime:
    """What is signed says whole seconds, and so does the row."""
    return moment.replace(microsecond=0)
