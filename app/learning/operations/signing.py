"""Sign a learning agreement, or say why not: for one side, and only what was on the page.

Whoever signs and whoever writes wait for each other at the agreement's row, which `find` locks.
"""

from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.learning import queries, standing
from app.learning.messages import LearningAgreed, LearningRefused, LearningToSign
from app.learning.models import (
    LearningAgreement,
    LearningRefusal,
    LearningSignature,
    LearningWriting,
)
from app.learning.operations.telling import name_of, tell
from app.learning.operations.writing import require_word
from app.learning.tables import faults, fingerprint_of
from app.learning.wording import fault_sentence
from app.mobility.states import Side


def sign_agreement(
    work: Work,
    agreement: LearningAgreement,
    *,
    side: Side,
    fingerprint: str,
    function: str = "",
) -> LearningSignature:
    """Sign the newest version, by the fingerprint that was shown; staff name their function.

    With the side that was missing it is agreed. The agreement must be loaded with all.
    """
    require_word(work, agreement, side)
    newest = _as_shown(agreement, fingerprint)
    for _key, fault in faults(queries.content_of(newest)):
        raise RuleBroken(fault_sentence(fault))
    if side is not Side.STUDENT and not function.strip():
        raise RuleBroken(_("Write your function: it stands beside your name."))
    if any(queries.signed_in_person(said, work.actor) for said in newest.signatures):
        raise RuleBroken(_("You have signed this version already."))
    require_unrefused(agreement, newest, by=side)

    signature = LearningSignature(
        agreement_id=agreement.id,
        writing_id=newest.id,
        fingerprint=newest.fingerprint,
        side=side,
        person_id=work.actor.user_id,
        function="" if side is Side.STUDENT else function.strip(),
        at=work.now,
    )
    newest.signatures.append(signature)
    work.session.flush()  # the database looks for all three sides when it is kept as agreed

    record(
        work,
        "learning.signed",
        agreement,
        name=name_of(agreement, side),
        number=newest.number,
        fingerprint=newest.fingerprint,
    )
    pass_on(work, agreement, newest, by=side)
    return signature


def pass_on(work: Work, agreement: LearningAgreement, newest: LearningWriting, *, by: Side) -> None:
    """After a side has signed: the others are asked, or all three have agreed."""
    missing = queries.still_to_sign(agreement, newest)
    if missing:
        _ask(work, agreement, missing, by=by)
    elif agreement.agreed_number != newest.number:
        _agree(work, agreement, newest)


def refuse_agreement(
    work: Work,
    agreement: LearningAgreement,
    *,
    side: Side,
    fingerprint: str,
    comment: str,
    function: str = "",
) -> None:
    """Say why the newest version cannot be signed as it is; anybody may write the next one."""
    require_word(work, agreement, side)
    newest = _as_shown(agreement, fingerprint)
    if not comment.strip():
        raise RuleBroken(_("Say what has to be different: the other sides read it."))
    if side in standing.signed_by(queries.value_of(newest), queries.signatures_of(agreement)):
        raise RuleBroken(_("Your side has signed this version. Write the next one instead."))
    if side in refused_by(agreement, newest):
        raise RuleBroken(_("Your side has refused this version already."))

    newest.refusals.append(
        LearningRefusal(
            agreement_id=agreement.id,
            writing_id=newest.id,
            fingerprint=newest.fingerprint,
            side=side,
            person_id=work.actor.user_id,
            function=function.strip(),
            comment=comment,
            at=work.now,
        )
    )
    work.session.flush()

    by = name_of(agreement, side)
    record(work, "learning.refused", agreement, name=by, number=newest.number, note=comment)
    tell_refusal(work, agreement, newest, side=side, comment=comment)


def tell_refusal(
    work: Work, agreement: LearningAgreement, newest: LearningWriting, *, side: Side, comment: str
) -> None:
    """The other sides read what has to be different."""
    by = name_of(agreement, side)
    refused = LearningRefused(
        agreement_id=agreement.id,
        number=newest.number,
        student=name_of(agreement, Side.STUDENT),
        by=by,
        comment=comment,
    )
    tell(work, agreement, set(Side) - {side}, refused, once=side.value)


def _as_shown(agreement: LearningAgreement, fingerprint: str) -> LearningWriting:
    """The newest version, where it is the one that was on the page; kept as it was hashed."""
    newest = queries.newest(agreement)
    if newest is None:
        raise RuleBroken(_("Nothing is written yet."))
    if fingerprint != newest.fingerprint or fingerprint != fingerprint_of(newest.content):
        raise ChangedMeanwhile(
            _("This was changed meanwhile. Read the newest version before you sign.")
        )
    return newest


def require_unrefused(agreement: LearningAgreement, newest: LearningWriting, *, by: Side) -> None:
    """A side may think better of its own refusal, not of another's."""
    if refused_by(agreement, newest) - {by}:
        raise RuleBroken(_("It was refused. Write the next version, which all three then sign."))


def refused_by(agreement: LearningAgreement, newest: LearningWriting) -> frozenset[Side]:
    """The sides whose refusal of this writing stands."""
    return standing.refused_by(
        queries.value_of(newest), queries.refusals_of(agreement), queries.signatures_of(agreement)
    )


def _ask(work: Work, agreement: LearningAgreement, missing: frozenset[Side], *, by: Side) -> None:
    """Whose turn it is, told once for each version."""
    asked = LearningToSign(
        agreement_id=agreement.id,
        number=agreement.latest_number,
        student=name_of(agreement, Side.STUDENT),
        host=name_of(agreement, Side.HOST),
        by=name_of(agreement, by),
    )
    tell(work, agreement, missing, asked)


def _agree(work: Work, agreement: LearningAgreement, newest: LearningWriting) -> None:
    agreement.agreed_number = newest.number
    if agreement.first_agreed_number is None:
        agreement.first_agreed_number = newest.number
    record(work, "learning.agreed", agreement, number=newest.number)
    agreed = LearningAgreed(
        agreement_id=agreement.id,
        number=newest.number,
        student=name_of(agreement, Side.STUDENT),
        host=name_of(agreement, Side.HOST),
    )
    tell(work, agreement, Side, agreed)
