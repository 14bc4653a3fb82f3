"""Take what the host said in its own system, from the message that it writes (EWP).

Such a file can be written by anybody, so it speaks only for a host that has nobody here to sign;
where somebody is, only they bring it. It is kept, and what came by it is marked everywhere.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from app.audit.record import record
from app.files.kinds import XML, clean_name
from app.files.operations import CheckedFile, keep_checked_file
from app.files.states import Sensitivity
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import number
from app.foundation.work import Work
from app.interchange.agreements import Approval, Comment, read_update
from app.learning import policy, queries, standing
from app.learning.ewp import version_meant
from app.learning.models import (
    LearningAgreement,
    LearningMessage,
    LearningRefusal,
    LearningSignature,
    LearningWriting,
)
from app.learning.operations.signing import (
    pass_on,
    refused_by,
    require_unrefused,
    tell_refusal,
)
from app.learning.operations.telling import name_of
from app.learning.operations.writing import require_verified
from app.learning.tables import faults
from app.learning.wording import fault_sentence
from app.mobility.queries import signs_in
from app.mobility.states import Side

LARGEST_MESSAGE = 64 * 1024
CLOCKS_DIFFER = timedelta(days=1)
_TURNED = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a message would do: sign the newest version for the host, or refuse it with words."""

    number: int
    fingerprint: str
    signs: bool
    comment: str
    signer: str
    function: str
    email: str
    signed_at: datetime
    sha256: str
    agreed: bool


def look_into_message(work: Work, agreement: LearningAgreement, data: bytes) -> Seen:
    """Read a message and say what it would do; nothing is changed.

    Raises RuleBroken with why it is not taken. The agreement must be loaded with all.
    """
    policy.TAKE_FILE.require(work.actor, agreement)
    require_verified(agreement.nomination)
    _require_nobody_here(work, agreement)
    if len(data) > LARGEST_MESSAGE:
        raise RuleBroken(
            _("A message has at most %(most)s kB.", most=number(LARGEST_MESSAGE // 1024))
        )
    update = read_update(data)
    newest = _version(agreement, update)
    signs = isinstance(update, Approval)
    seen = Seen(
        number=newest.number,
        fingerprint=newest.fingerprint,
        signs=signs,
        comment="" if isinstance(update, Approval) else update.comment.strip(),
        signer=_plain(update.signature.name, 300),
        function=_plain(update.signature.position, 200),
        email=_plain(update.signature.email, 320),
        signed_at=update.signature.at,
        sha256=sha256(data).hexdigest(),
        agreed=signs and queries.still_to_sign(agreement, newest) == {Side.HOST},
    )
    _require_signed(work, newest, seen)
    _require_turn(agreement, newest, seen)
    return seen


def take_message(
    work: Work, agreement: LearningAgreement, data: bytes, *, name: str
) -> LearningMessage:
    """Record what the host said by a file, as its signature or its refusal."""
    policy.TAKE_FILE.require(work.actor, agreement)
    seen = look_into_message(work, agreement, data)
    newest = agreement.writings[-1]
    file = keep_checked_file(
        work,
        CheckedFile(data, clean_name(name), XML),
        owner_id=work.actor.user_id or 0,
        sensitivity=Sensitivity.PERSONAL,
    )
    message = LearningMessage(
        agreement_id=agreement.id,
        file=file,
        sha256=seen.sha256,
        signer=seen.signer,
        function=seen.function,
        email=seen.email,
        signed_at=seen.signed_at,
    )
    if seen.signs:
        signature = LearningSignature(**_said(work, newest, seen))
        newest.signatures.append(signature)
        work.session.flush()
        message.signature = signature
    else:
        refusal = LearningRefusal(**_said(work, newest, seen), comment=seen.comment)
        newest.refusals.append(refusal)
        work.session.flush()
        message.refusal = refusal
    work.session.add(message)
    work.session.flush()

    record(
        work,
        "learning.signed by file" if seen.signs else "learning.refused by file",
        agreement,
        name=name_of(agreement, Side.HOST),
        number=newest.number,
        signer=seen.signer,
        fingerprint=newest.fingerprint,
        file=seen.sha256,
    )
    if seen.signs:
        pass_on(work, agreement, newest, by=Side.HOST)
    else:
        tell_refusal(work, agreement, newest, side=Side.HOST, comment=seen.comment)
    return message


def _said(work: Work, newest: LearningWriting, seen: Seen) -> dict[str, object]:
    return {
        "agreement_id": newest.agreement_id,
        "writing_id": newest.id,
        "fingerprint": newest.fingerprint,
        "side": Side.HOST,
        "person_id": work.actor.user_id,
        "function": seen.function,
        "at": work.now,
    }


# --- why a message is not taken


def _require_nobody_here(work: Work, agreement: LearningAgreement) -> None:
    if policy.is_the_host.holds(work.actor, agreement):
        return
    if signs_in(work.session, agreement.nomination.host_id):
        raise RuleBroken(
            _("The host has an office here: it signs itself, or brings its file itself.")
        )


def _version(agreement: LearningAgreement, update: Approval | Comment) -> LearningWriting:
    """The newest version, where the file is about that and nothing else."""
    home = agreement.nomination.home.ref
    if update.sending_hei_id != home:
        raise RuleBroken(
            _(
                "The file is about a student of “%(found)s”, not of “%(expected)s”.",
                found=update.sending_hei_id[:100],
                expected=home,
            )
        )
    own = queries.number_of(agreement)
    if update.omobility_id != own:
        raise RuleBroken(
            _(
                "The file is about the agreement “%(found)s”, not about “%(expected)s”.",
                found=update.omobility_id[:100],
                expected=own,
            )
        )
    meant = version_meant(update.proposal_id)
    known = {(one.number, one.fingerprint): one for one in agreement.writings}
    writing = known.get(meant) if meant else None
    if writing is None:
        raise RuleBroken(_("The file names a version that this agreement never had."))
    newest = agreement.writings[-1]
    if writing is not newest:
        raise RuleBroken(
            _(
                "The file is about version %(old)s. Version %(new)s was written since: give that "
                "one to the host.",
                old=number(writing.number),
                new=number(newest.number),
            )
        )
    return newest


def _require_signed(work: Work, newest: LearningWriting, seen: Seen) -> None:
    """By somebody with a name and a function, after it was written."""
    if not seen.signer or not seen.function:
        raise RuleBroken(_("The file does not say who signed it, and as what."))
    if seen.signed_at > work.now + CLOCKS_DIFFER:
        raise RuleBroken(_("The file was signed at a moment that lies ahead."))
    if seen.signed_at < newest.written_at - CLOCKS_DIFFER:
        raise RuleBroken(_("The file was signed before this version was written."))
    if not seen.signs and not seen.comment:
        raise RuleBroken(_("The file does not say what has to be different."))


def _require_turn(agreement: LearningAgreement, newest: LearningWriting, seen: Seen) -> None:
    signed = standing.signed_by(queries.value_of(newest), queries.signatures_of(agreement))
    if Side.HOST in signed:
        raise RuleBroken(_("The host has signed this version already."))
    if not seen.signs:
        if Side.HOST in refused_by(agreement, newest):
            raise RuleBroken(_("The host has refused this version already."))
        return
    for _key, fault in faults(queries.content_of(newest)):
        raise RuleBroken(fault_sentence(fault))
    require_unrefused(agreement, newest, by=Side.HOST)


def _plain(text: str, longest: int) -> str:
    """In one line, without characters that turn the direction of what stands beside them."""
    kept = "".join(c for c in text if not _turns_or_hides(c))
    return " ".join(kept.split())[:longest]


def _turns_or_hides(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cs"}
        or unicodedata.bidirectional(character) in _TURNED
    )
