"""The home nominates, and corrects what the host refused; any side calls it off.

A nomination holds a place from the moment it is sent. Two that want the last place wait for each
other at the posting's row; the database refuses what would be too many.
"""

from dataclasses import dataclass

from sqlalchemy import select

from app.audit.record import record
from app.exchanges.models import Posting
from app.exchanges.operations import take_stay_back
from app.exchanges.states import PostingStage
from app.files.models import StoredFile
from app.files.signed import NOBODY_SIGNED, Signed
from app.files.states import Way
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.mobility import policy, queries
from app.mobility.messages import (
    NominationCancelled,
    StudentNominated,
)
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationLetter
from app.mobility.operations.choosing import TO_NOMINATE
from app.mobility.operations.links import ask_partner_again, end_links
from app.mobility.operations.telling import (
    TO_CORRECT,
    TO_REACH,
    TO_VERIFY,
    ask_host,
    office_of,
    stay_of,
    tell,
)
from app.mobility.standing import Student, Why, reason, why_not_corrected, why_not_nominated
from app.mobility.states import LIVING, ChoicesState, NominationFlow, NominationState, Side
from app.notifications.tasks import close_tasks


@dataclass(frozen=True, slots=True)
class Sent:
    """What a nomination says besides, and how it came."""

    note: str = ""
    way: Way = Way.PAGE
    signed: Signed = NOBODY_SIGNED
    file: StoredFile | None = None


def nominate(
    work: Work, choices: ChoicesOfYear, posting_id: int, *, note: str = ""
) -> ExchangeNomination:
    """Send one student of one's own university to one of the places that they ranked."""
    policy.NOMINATE.require(work.actor, choices)
    nomination = send_nomination(work, choices, posting_id, Sent(note))

    record(work, "nomination.sent", nomination, name=choices.person.passport_name)
    return nomination


def send_nomination(
    work: Work, choices: ChoicesOfYear, posting_id: int, sent: Sent
) -> ExchangeNomination:
    """What every nomination does, whoever may send it: by the rules, within the places."""
    if choices.state is not ChoicesState.SENT:
        raise RuleBroken(reason(Why.TAKEN_BACK))
    choice = next((one for one in choices.choices if one.posting_id == posting_id), None)
    if choice is None:
        raise RuleBroken(reason(Why.NOT_RANKED))
    posting = choice.posting
    given = queries.gives(work.session, choices.home_id)
    _refuse(
        why_not_nominated(
            queries.student_of(choices),
            queries.place_of(posting, given, work.now),
            choices.study_level,
            choices.field,
        )
    )
    _hold_place(work, posting)

    nomination = ExchangeNomination(
        person=choices.person,
        home=choices.home,
        host=posting.organisation,
        posting=posting,
        choices=choices,
        rank=choice.rank,
        letters=[],
    )
    work.session.add(nomination)
    work.session.flush()
    _write(work, nomination, choices.study_level, choices.field, sent)
    close_tasks(work, TO_NOMINATE, choices)
    ask_host(work, nomination, corrected=False)
    told = StudentNominated(
        nomination_id=nomination.id,
        home=choices.home.name,
        host=nomination.host.name,
        posting=posting.title,
    )
    tell(work, [choices.person], told, nomination)
    return nomination


def correct_nomination(
    work: Work,
    nomination: ExchangeNomination,
    *,
    study_level: int,
    field: str,
    note: str = "",
    version: int | None = None,
) -> None:
    """Send it again with what was wrong put right; what was sent before stays to be read."""
    policy.CORRECT_NOMINATION.require(work.actor, nomination)
    work.edit(nomination, version)
    send_correction(work, nomination, study_level, field, Sent(note))

    record(work, "nomination.corrected", nomination, name=nomination.person.passport_name)


def send_correction(
    work: Work, nomination: ExchangeNomination, study_level: int, field: str, sent: Sent
) -> None:
    """What every correction does: the place is held again, if one is free."""
    if nomination.state is not NominationState.REFUSED:
        raise RuleBroken(_("Only a nomination that the host refused is corrected."))
    others = select(ExchangeNomination.posting_id).where(
        ExchangeNomination.choices_id == nomination.choices_id,
        ExchangeNomination.id != nomination.id,
        ExchangeNomination.state.in_(LIVING),
    )
    elsewhere = dict.fromkeys(work.session.scalars(others), True)
    posting = nomination.posting
    given = queries.gives(work.session, nomination.home_id)
    _refuse(
        why_not_corrected(
            Student(sent=True, ranked=(posting.id,), nominated=elsewhere),
            queries.place_of(posting, given, work.now),
            study_level,
            field,
        )
    )
    _hold_place(work, posting)

    NominationFlow.correct(nomination)
    _write(work, nomination, study_level, field, sent)
    close_tasks(work, TO_CORRECT, nomination)
    ask_host(work, nomination, corrected=True)
    ask_partner_again(work, nomination)


def cancel_nomination(work: Work, nomination: ExchangeNomination, *, reason: str) -> None:
    """Call it off, for the side that one speaks for; its place is free again."""
    policy.CANCEL_NOMINATION.require(work.actor, nomination)
    if nomination.state is NominationState.CANCELLED:
        raise RuleBroken(_("This nomination is cancelled already."))
    if not reason.strip():
        raise RuleBroken(_("Say why: the other sides read it."))
    side = _side_of(work, nomination)

    call_off(work, nomination, side, reason)

    record(work, "nomination.cancelled", nomination, side=side.value, reason=reason)
    names = {
        Side.STUDENT: nomination.person.passport_name,
        Side.HOME: nomination.home.name,
        Side.HOST: nomination.host.name,
    }
    told = NominationCancelled(
        nomination_id=nomination.id,
        student=nomination.person.passport_name,
        by=names[side],
        posting=nomination.posting.title,
        reason=reason,
    )
    people = {
        Side.STUDENT: [nomination.person],
        Side.HOME: office_of(work, nomination.home_id),
        Side.HOST: office_of(work, nomination.host_id),
    }
    others = [person for one, who in people.items() if one is not side for person in who]
    tell(work, others, told, nomination)


def call_off(work: Work, nomination: ExchangeNomination, side: Side, reason: str) -> None:
    """What ends with a nomination, whoever ends it: its stay, its links and what it asked for."""
    was_verified = nomination.state is NominationState.VERIFIED
    nomination.cancelled_by, nomination.cancelled_because = side, reason
    nomination.cancelled_at = work.now
    NominationFlow.cancel(nomination)
    nomination.version += 1
    if was_verified:
        take_stay_back(work, once=stay_of(nomination), because=reason)
    for kind in (TO_VERIFY, TO_REACH, TO_CORRECT):
        close_tasks(work, kind, nomination)
    end_links(work, nomination)


# --- the rules


def _refuse(why: Why | None) -> None:
    if why is not None:
        raise RuleBroken(reason(why))


def _hold_place(work: Work, posting: Posting) -> None:
    """Lock the posting, then count; its host may have closed it since it was read."""
    places = Posting.__table__
    capacity, stage = work.session.execute(
        select(places.c.capacity, places.c.stage).where(places.c.id == posting.id).with_for_update()
    ).one()
    if stage != PostingStage.OPEN:
        raise RuleBroken(reason(Why.CLOSED))
    if (work.session.scalar(queries.living_nominations(posting.id)) or 0) >= capacity:
        raise RuleBroken(reason(Why.FULL))


def _side_of(work: Work, nomination: ExchangeNomination) -> Side:
    if policy.is_the_student.holds(work.actor, nomination):
        return Side.STUDENT
    return Side.HOME if policy.is_the_home.holds(work.actor, nomination) else Side.HOST


# --- what is written


def _write(
    work: Work, nomination: ExchangeNomination, study_level: int, field: str, sent: Sent
) -> None:
    nomination.letters.append(
        NominationLetter(
            number=len(nomination.letters) + 1,
            study_level=study_level,
            field=field,
            note=sent.note,
            sent_at=work.now,
            sent_by_id=work.actor.user_id,
            sent_way=sent.way,
            sent_name=sent.signed.name,
            sent_function=sent.signed.function,
            sent_file=sent.file,
        )
    )
    work.session.flush()
