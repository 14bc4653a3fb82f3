"""Other days: one side asks, the others agree, and then the stay has them."""

from datetime import date

from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.research_stays.states import LONGEST_DAYS
from app.stays import policy, queries
from app.stays.messages import ChangeAnswered, ChangeAsked
from app.stays.models import Stay, StayChange
from app.stays.operations.parts import people_of, tell
from app.stays.operations.planning import plan_anew
from app.stays.policy import sides_of
from app.stays.states import ChangeFlow, ChangeState, Side


def ask_for_change(
    work: Work, stay: Stay, *, starts_on: date, ends_on: date, reason: str, version: int
) -> StayChange:
    """Wish other days: a later arrival, a longer or a shorter stay."""
    policy.ASK_CHANGE.require(work.actor, stay)
    if stay.state not in queries.UNDER_WAY:
        raise RuleBroken(_("This stay is over; nothing in it can be changed any more."))
    if version != stay.version:
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    _refuse_days(stay, starts_on, ends_on)
    if work.session.scalar(queries.open_change(stay.id)) is not None:
        raise RuleBroken(_("Other days are asked for already. Answer that first."))

    side = sides_of(work.actor, stay)[0]
    change = StayChange(
        stay=stay,
        side=side,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        asked_at=work.now,
        asked_by_id=work.actor.user_id,
    )
    _agree(work, change, side)
    work.session.add(change)
    record(work, "stay.change asked", stay, first=starts_on.isoformat(), last=ends_on.isoformat())
    others = people_of(work, stay, *(one for one in Side if one is not side))
    message = ChangeAsked(
        stay_id=stay.id,
        person=stay.person.passport_name,
        host=stay.host.name,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
        reason=reason,
    )
    tell(work, stay, others, message, once=f"change:{change.id}")
    return change


def _refuse_days(stay: Stay, starts_on: date, ends_on: date) -> None:
    if starts_on > ends_on:
        raise RuleBroken(_("The last day is before the first."))
    if stay.invitation_id is not None and (ends_on - starts_on).days >= LONGEST_DAYS:
        raise RuleBroken(_("A short stay has 180 days at most. Choose fewer days."))
    if (starts_on, ends_on) == (stay.starts_on, stay.ends_on):
        raise RuleBroken(_("These are the days that the stay has."))
    if stay.arrived_on is not None and starts_on != stay.starts_on:
        raise RuleBroken(_("The stay has begun; only its last day can still change."))
    if stay.arrived_on is not None and ends_on < stay.arrived_on:
        raise RuleBroken(_("This day is before the arrival."))


def agree_to_change(work: Work, change: StayChange) -> None:
    """Agree for one's side; when all three have, the stay has the new days."""
    stay = _still_asked(change)
    policy.ANSWER_CHANGE.require(work.actor, change)
    if stay.state not in queries.UNDER_WAY:
        raise RuleBroken(_("This stay is over; nothing in it can be changed any more."))
    for side in sides_of(work.actor, stay):
        _agree(work, change, side)
    record(work, "stay.change agreed to", stay)
    if None in change.agreed().values():
        return
    if stay.arrived_on is not None and change.starts_on != stay.starts_on:
        raise RuleBroken(_("The stay has begun; only its last day can still change."))

    ChangeFlow.agree(change)
    plan_anew(stay, change.starts_on, change.ends_on)
    stay.version += 1
    close_tasks(work, queries.TO_CONFIRM, stay)
    close_tasks(work, queries.TO_END, stay)
    for line in stay.preparations:
        close_tasks(work, queries.TO_PREPARE, line)
    record(
        work,
        "stay.changed",
        stay,
        first=stay.starts_on.isoformat(),
        last=stay.ends_on.isoformat(),
    )
    _tell_answer(work, change, agreed=True)


def refuse_change(work: Work, change: StayChange, *, answer: str) -> None:
    stay = _still_asked(change)
    policy.ANSWER_CHANGE.require(work.actor, change)
    if not answer.strip():
        raise RuleBroken(_("Say why: the other sides read it."))

    change.answer, change.answered_at = answer, work.now
    change.answered_side = sides_of(work.actor, stay)[0]
    ChangeFlow.refuse(change)

    record(work, "stay.change refused", stay, because=answer)
    _tell_answer(work, change, agreed=False)


def take_back_change(work: Work, change: StayChange) -> None:
    stay = _still_asked(change)
    policy.TAKE_BACK_CHANGE.require(work.actor, change)

    ChangeFlow.take_back(change)

    record(work, "stay.change taken back", stay)


def _still_asked(change: StayChange) -> Stay:
    if change.state is not ChangeState.ASKED:
        raise RuleBroken(_("This wish was answered already."))
    return change.stay


def _agree(work: Work, change: StayChange, side: Side) -> None:
    if side is Side.PERSON:
        change.person_agreed_at = change.person_agreed_at or work.now
    elif side is Side.HOST:
        change.host_agreed_at = change.host_agreed_at or work.now
    else:
        change.home_agreed_at = change.home_agreed_at or work.now


def _tell_answer(work: Work, change: StayChange, *, agreed: bool) -> None:
    stay = change.stay
    message = ChangeAnswered(
        stay_id=stay.id,
        person=stay.person.passport_name,
        host=stay.host.name,
        starts_on=change.starts_on.isoformat(),
        ends_on=change.ends_on.isoformat(),
        agreed=agreed,
        answer=change.answer,
    )
    tell(work, stay, people_of(work, stay, *Side), message, once=f"answer:{change.id}")
