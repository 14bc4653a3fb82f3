"""Issuing many at once: asked for in one transaction, made by a job that may be called off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.audit.record import record
from app.certificates import policy, queries
from app.certificates.facts import Achievement, Centre, Facts, Names, Texts, facts_of
from app.certificates.messages import BatchIssued
from app.certificates.models import CertificateBatch, CertificateWish
from app.certificates.operations.issuing import issue_certificate
from app.certificates.states import CertificateKind
from app.foundation.actors import SYSTEM
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import speaking
from app.foundation.work import Work, unit_of_work
from app.jobs.models import Job
from app.jobs.operations import ask_for, cancel_job
from app.jobs.running import JobInHand
from app.notifications.notify import notify
from app.organisations.models import Organisation

BATCH_JOB = "certificates/issue"
AT_A_TIME = 20
LARGEST_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One certificate that is asked for; as in `issue_certificate`."""

    holder_id: int
    kind: CertificateKind
    occasion: str
    achievement: Achievement
    result: Texts | None = None
    language: str = "en"


def ask_for_certificates(
    work: Work, issuer: Organisation, wanted: Sequence[Wanted], *, title: str
) -> CertificateBatch:
    """Ask for many certificates; what was issued for the same occasion is not issued again."""
    policy.ISSUE.require(work.actor, issuer)
    occasions = {one.occasion: one for one in wanted}
    if not occasions:
        raise RuleBroken(_("There is nobody to issue a certificate to."))
    if len(occasions) > LARGEST_BATCH:
        raise RuleBroken(_("Issue at most %(most)s certificates at once.", most=LARGEST_BATCH))
    job = ask_for(work, BATCH_JOB, {})
    job.total = len(occasions)
    batch = CertificateBatch(
        issuer_id=issuer.id,
        title=title[:300],
        locale=work.actor.locale,
        total=len(occasions),
        asked_at=work.now,
        asked_by_id=work.actor.user_id,
        job_id=job.id,
    )
    work.session.add(batch)
    work.session.flush()
    job.values = {"batch": batch.id}
    work.session.add_all(
        CertificateWish(
            batch_id=batch.id,
            holder_id=one.holder_id,
            kind=one.kind,
            occasion=one.occasion,
            language=one.language,
            wanted=_kept(one),
        )
        for one in occasions.values()
    )

    record(work, "certificates.asked", batch, name=batch.title, number=batch.total)
    return batch


def call_off_batch(work: Work, batch: CertificateBatch) -> None:
    """Stop a batch: what is issued already stays, the rest is not issued."""
    policy.HANDLE_BATCH.require(work.actor, batch)
    cancel_job(work, work.find(select(Job).where(Job.id == batch.job_id)))
    batch.cancelled_at = work.now

    record(work, "certificates.called off", batch, name=batch.title)


def issue_batch(job: JobInHand) -> None:
    """The job: some at a time, each unit with its progress, until none is left."""
    batch_id: int = job.values["batch"]
    while not job.finished:
        with unit_of_work(SYSTEM) as work:
            batch = work.find(select(CertificateBatch).where(CertificateBatch.id == batch_id))
            wishes = work.session.scalars(queries.wishes_to_grant(batch_id, AT_A_TIME)).all()
            with speaking(batch.locale):
                for wish in wishes:
                    _grant(work, batch, wish)
            if len(wishes) == AT_A_TIME:
                job.advance(work, done=job.done + len(wishes))
                continue
            job.advance(work, done=job.done + len(wishes))
            batch.finished_at = work.now
            work.session.flush()
            _tell(work, batch)
            job.finish(work)


def _grant(work: Work, batch: CertificateBatch, wish: CertificateWish) -> None:
    """Issue one, or keep why it cannot be; the others do not wait for it."""
    wanted = facts_of(wish.wanted)
    try:
        certificate = issue_certificate(
            work,
            work.session.get_one(Organisation, batch.issuer_id),
            wish.holder,
            kind=wish.kind,
            occasion=wish.occasion,
            achievement=wanted.achievement,
            result=wanted.result,
            language=wish.language,
            issued_by_id=batch.asked_by_id,
        )
        wish.certificate_id = certificate.id
    except RuleBroken as refusal:
        wish.refused = str(refusal)
    wish.done_at = work.now


def _kept(one: Wanted) -> Mapping[str, Any]:
    """Names and centre are read when it is issued, not when it is asked for."""
    return Facts(Names(""), one.achievement, Centre("", ""), one.result or {}).as_json()


def _tell(work: Work, batch: CertificateBatch) -> None:
    if batch.asked_by_id is None:
        return
    issued, refused = queries.outcome(work.session, batch.id)
    person = work.session.get_one(User, batch.asked_by_id)
    done = BatchIssued(batch_id=batch.id, title=batch.title, issued=issued, refused=refused)
    notify(work, recipient(person), done, once=f"batch-{batch.id}")
