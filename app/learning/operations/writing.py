"""Begin a learning agreement, and write its next version; the earlier ones stay to be read.

Each saved change is a writing of its own, so that no signature is ever beside what was not read.
"""

from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.learning import policy, queries, standing
from app.learning.messages import LearningChanged
from app.learning.models import LearningAgreement, LearningWriting
from app.learning.operations.telling import name_of, tell
from app.learning.states import Why
from app.learning.tables import MOST_ROWS, Tables
from app.learning.wording import too_many
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState, Side


def begin_agreement(work: Work, nomination: ExchangeNomination) -> LearningAgreement:
    """The one of a verified nomination; begun twice, it is the same one."""
    policy.BEGIN.require(work.actor, nomination)
    require_verified(nomination)
    earlier = work.session.scalar(queries.agreement_of(nomination.id))
    if earlier is not None:
        return earlier

    agreement = LearningAgreement(nomination=nomination, begun_at=work.now, writings=[])
    work.session.add(agreement)

    record(work, "learning.begun", agreement, name=nomination.person.passport_name)
    return agreement


def write_agreement(
    work: Work,
    agreement: LearningAgreement,
    content: Tables,
    *,
    side: Side,
    seen: int,
    why: Why | None = None,
    note: str = "",
) -> LearningWriting:
    """Write the next version, for a side. `seen` is the number of the one it was written on.

    Signatures of earlier versions stay with those. What was agreed stays in force until all three
    have signed the new one, and a change of it says why. The agreement must be loaded with all.
    """
    require_word(work, agreement, side)
    before = queries.newest(agreement)
    if agreement.latest_number != seen:
        raise ChangedMeanwhile(
            _("This was changed meanwhile. Look at the newest version before you go on.")
        )
    if content.of != queries.number_of(agreement):
        raise ValueError("the content is of another nomination")
    if len(content.rows) > MOST_ROWS:
        raise RuleBroken(too_many())
    if before is not None and before.fingerprint == content.fingerprint:
        raise RuleBroken(_("Nothing is different from what is written already."))
    if agreement.agreed_number is not None and (why is None or not note.strip()):
        raise RuleBroken(_("It was agreed: say why it changes, and write a few words."))
    were_signed = (
        standing.signed_by(queries.value_of(before), queries.signatures_of(agreement))
        if before is not None
        else frozenset()
    )

    agreement.latest_number += 1
    writing = LearningWriting(
        number=agreement.latest_number,
        content=content.text,
        fingerprint=content.fingerprint,
        side=side,
        why=why,
        note=note,
        written_at=work.now,
        written_by_id=work.actor.user_id or 0,
        signatures=[],
        refusals=[],
    )
    agreement.writings.append(writing)
    work.session.flush()

    by = name_of(agreement, side)
    record(work, "learning.written", agreement, name=by, number=writing.number)
    changed = LearningChanged(
        agreement_id=agreement.id,
        number=writing.number,
        student=name_of(agreement, Side.STUDENT),
        by=by,
        note=note,
    )
    tell(work, agreement, were_signed - {side}, changed)
    return writing


def require_word(work: Work, agreement: LearningAgreement, side: Side) -> None:
    """The actor speaks for this side, and the nomination still stands."""
    policy.SPEAK.require(work.actor, agreement)
    if side not in policy.sides_of(work.actor, agreement):
        raise RuleBroken(_("You do not speak for this side of the agreement."))
    require_verified(agreement.nomination)


def require_verified(nomination: ExchangeNomination) -> None:
    if nomination.state is not NominationState.VERIFIED:
        raise RuleBroken(_("A learning agreement is for a nomination that the host has verified."))
