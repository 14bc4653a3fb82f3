"""The host's word: on its page, by a link without an account, or on paper, recorded by the home.

Of two answers at once the second finds the nomination answered: both wait at its row.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO

from app.audit.record import record
from app.exchanges.operations import enter_stay
from app.exchanges.states import PostingStage
from app.files.models import StoredFile
from app.files.operations import CheckedFile, open_file
from app.files.signed import NOBODY_SIGNED, Signed, keep_scan, sound
from app.files.states import Way
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.ledger.operations import note_view
from app.mobility import policy
from app.mobility.messages import NominationAnswered
from app.mobility.models import ExchangeNomination, NominationKey, NominationLetter
from app.mobility.operations.links import end_links, refuse_unless_off
from app.mobility.operations.telling import (
    TO_CORRECT,
    TO_REACH,
    TO_VERIFY,
    ask_office,
    office_of,
    stay_of,
    tell,
)
from app.mobility.states import NominationFlow, NominationState
from app.notifications.tasks import close_tasks


@dataclass(frozen=True, slots=True)
class _Said:
    way: Way
    signed: Signed = NOBODY_SIGNED
    key: NominationKey | None = None
    file: StoredFile | None = None


def verify_nomination(
    work: Work, nomination: ExchangeNomination, *, seen: int, comment: str = ""
) -> None:
    """Take the student: from now on the place is theirs, and the stay counts in the balance."""
    policy.ANSWER_NOMINATION.require(work.actor, nomination)
    _verify(work, nomination, seen, comment, _Said(Way.PAGE))

    record(work, "nomination.verified", nomination, name=nomination.person.passport_name)


def refuse_nomination(
    work: Work, nomination: ExchangeNomination, *, seen: int, comment: str
) -> None:
    """Say why not; the home may correct it. The place is free meanwhile."""
    policy.ANSWER_NOMINATION.require(work.actor, nomination)
    _refuse(work, nomination, seen, comment, _Said(Way.PAGE))

    record(work, "nomination.refused", nomination, name=nomination.person.passport_name)


def answer_by_link(
    work: Work,
    nomination: ExchangeNomination,
    key: NominationKey,
    signed: Signed,
    *,
    verified: bool,
    seen: int,
    comment: str,
) -> None:
    """Verify or refuse without an account, by name and function. The link was just taken up."""
    policy.ANSWER_BY_LINK.require(work.actor, nomination)
    said = _Said(Way.LINK, sound(signed), key=key)
    (_verify if verified else _refuse)(work, nomination, seen, comment, said)

    if verified:
        record(work, "nomination.verified by link", nomination, **_of(nomination, said))
    else:
        record(work, "nomination.refused by link", nomination, **_of(nomination, said))


def record_answer(
    work: Work,
    nomination: ExchangeNomination,
    scan: CheckedFile | None,
    signed: Signed,
    *,
    verified: bool,
    seen: int,
    comment: str,
) -> None:
    """Record what a host wrote on paper, with the scan, where it has nobody who signs in."""
    policy.RECORD_ANSWER.require(work.actor, nomination)
    refuse_unless_off(work, nomination)
    said = _Said(Way.LETTER, sound(signed), file=keep_scan(work, scan))
    (_verify if verified else _refuse)(work, nomination, seen, comment, said)
    end_links(work, nomination)

    if verified:
        record(work, "nomination.verification recorded", nomination, **_of(nomination, said))
    else:
        record(work, "nomination.refusal recorded", nomination, **_of(nomination, said))


def open_scan(
    work: Work, nomination: ExchangeNomination, number: int, side: str
) -> tuple[StoredFile, BinaryIO]:
    """The scanned letter of a side ("home" or "host"); the student reads who opened it."""
    policy.VIEW_NOMINATION.require(work.actor, nomination)
    letter = next((one for one in nomination.letters if one.number == number), None)
    files = {"home": letter.sent_file, "host": letter.answer_file} if letter is not None else {}
    file = files.get(side)
    if letter is None or file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    note_view(work, letter, person_id=nomination.person_id, what="document")
    return file, open_file(file)


def _verify(
    work: Work, nomination: ExchangeNomination, seen: int, comment: str, said: _Said
) -> None:
    letter = _letter_to_answer(nomination, seen)
    if nomination.posting.stage not in {PostingStage.OPEN, PostingStage.NOMINATIONS_CLOSED}:
        raise RuleBroken(_("This posting has ended; nothing in it can be changed any more."))

    NominationFlow.verify(nomination)
    _answer(work, nomination, letter, said, verified=True, comment=comment)
    enter_stay(
        work,
        origin_id=nomination.home_id,
        target_id=nomination.host_id,
        year=nomination.posting.term.year,
        once=stay_of(nomination),
        agreement_id=nomination.posting.agreement_id,
    )


def _refuse(
    work: Work, nomination: ExchangeNomination, seen: int, comment: str, said: _Said
) -> None:
    letter = _letter_to_answer(nomination, seen)
    if not comment.strip():
        raise RuleBroken(_("Say why: the student and the university at home read it."))

    NominationFlow.refuse(nomination)
    _answer(work, nomination, letter, said, verified=False, comment=comment)
    ask_office(work, nomination, TO_CORRECT, nomination.home_id)


def _letter_to_answer(nomination: ExchangeNomination, seen: int) -> NominationLetter:
    """The last one that was sent, which is the one that the host has read."""
    if nomination.state is not NominationState.SENT:
        raise RuleBroken(_("This nomination waits for no answer."))
    letter = nomination.letters[-1]
    if letter.number != seen:
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    return letter


def _answer(
    work: Work,
    nomination: ExchangeNomination,
    letter: NominationLetter,
    said: _Said,
    *,
    verified: bool,
    comment: str,
) -> None:
    work.session.flush()  # the scan has its id from now on
    letter.verified, letter.comment = verified, comment
    letter.answered_at, letter.answered_by_id = work.now, work.actor.user_id
    letter.answered_way = said.way
    letter.answered_name, letter.answered_function = said.signed.name, said.signed.function
    letter.answer_key_id = said.key.id if said.key else None
    letter.answer_file_id = said.file.id if said.file else None
    nomination.version += 1
    for kind in (TO_VERIFY, TO_REACH):
        close_tasks(work, kind, nomination)
    answered = NominationAnswered(
        nomination_id=nomination.id,
        student=nomination.person.passport_name,
        host=nomination.host.name,
        posting=nomination.posting.title,
        verified=verified,
        comment=comment,
        recorder=work.actor.name if said.way is Way.LETTER else "",
        signer=said.signed.name,
    )
    home = office_of(work, nomination.home_id)
    tell(work, [nomination.person, *home], answered, nomination)


def _of(nomination: ExchangeNomination, said: _Said) -> dict[str, Any]:
    """What a history tells of an answer that did not come from the host's own page."""
    return {
        "name": nomination.person.passport_name,
        "host": nomination.host.name,
        "signer": said.signed.name,
        "function": said.signed.function,
    }
