"""A home that has nobody who signs in nominates on paper; the host records it, with the scan."""

from app.audit.record import record
from app.exchanges.models import Posting
from app.files.operations import CheckedFile
from app.files.signed import Signed, keep_scan, sound
from app.files.states import Way
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.mobility import policy, queries
from app.mobility.models import ChoicesOfYear, ExchangeNomination
from app.mobility.operations.nominating import Sent, send_correction, send_nomination


def record_nomination(
    work: Work,
    posting: Posting,
    scan: CheckedFile | None,
    signed: Signed,
    *,
    email: str,
    note: str = "",
) -> ExchangeNomination:
    """Record the letter by which a home nominates a student who ranked this place.

    Whatever is wrong with the student is one sentence, so that a host learns nothing by trying.
    The posting must be loaded with its term.
    """
    policy.RECORD_NOMINATION.require(work.actor, posting)
    sent = Sent(note, Way.LETTER, sound(signed), keep_scan(work, scan))
    ranked = queries.ranked_by(email.strip().lower(), posting)
    choices = work.session.scalars(ranked.with_for_update(of=ChoicesOfYear)).unique().one_or_none()
    if choices is None or queries.signs_in(work.session, choices.home_id):
        raise RuleBroken(
            _(
                "No student with this address ranked this place and studies at a university that"
                " has nobody who signs in here."
            )
        )
    nomination = send_nomination(work, choices, posting.id, sent)

    record(
        work,
        "nomination.recorded",
        nomination,
        name=nomination.person.passport_name,
        home=nomination.home.name,
        signer=sent.signed.name,
        function=sent.signed.function,
    )
    return nomination


def record_correction(
    work: Work,
    nomination: ExchangeNomination,
    scan: CheckedFile | None,
    signed: Signed,
    *,
    study_level: int,
    field: str,
    note: str = "",
) -> None:
    """Record the letter by which a home corrects what this host refused."""
    policy.RECORD_CORRECTION.require(work.actor, nomination)
    if queries.signs_in(work.session, nomination.home_id):
        raise RuleBroken(_("The university at home has an office here: it corrects it itself."))
    sent = Sent(note, Way.LETTER, sound(signed), keep_scan(work, scan))
    nomination.version += 1
    send_correction(work, nomination, study_level, field, sent)

    record(
        work,
        "nomination.correction recorded",
        nomination,
        name=nomination.person.passport_name,
        home=nomination.home.name,
        signer=sent.signed.name,
        function=sent.signed.function,
    )
