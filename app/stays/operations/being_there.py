"""The host says who came and who left; interruptions are written down."""

from datetime import date, timedelta

from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.stays import policy, queries
from app.stays.messages import NobodyArrived
from app.stays.models import Interruption, Stay
from app.stays.operations.parts import ask, people_of, tell, today_there
from app.stays.states import ChangeFlow, Side, StayFlow, StayState

# How long after the first day everybody is told that no arrival is confirmed.
PATIENCE = timedelta(hours=72)


def confirm_arrival(work: Work, stay: Stay, *, on: date) -> None:
    policy.CONFIRM.require(work.actor, stay)
    if stay.state is not StayState.PLANNED:
        raise RuleBroken(_("This arrival needs no confirmation."))
    if on > today_there(work, stay):
        raise RuleBroken(_("This day has not come yet."))
    if on > stay.ends_on:
        raise RuleBroken(_("The stay ends before that day: agree on other days first."))

    stay.arrived_on = on
    StayFlow.arrive(stay)
    stay.version += 1
    close_tasks(work, queries.TO_CONFIRM, stay)
    for line in stay.preparations:
        close_tasks(work, queries.TO_PREPARE, line)

    record(work, "stay.arrived", stay, on=on.isoformat())


def confirm_departure(work: Work, stay: Stay, *, on: date, because: str = "") -> None:
    """The stay is over; who leaves before the last day leaves for a reason."""
    policy.CONFIRM.require(work.actor, stay)
    if stay.state not in {StayState.THERE, StayState.INTERRUPTED} or stay.arrived_on is None:
        raise RuleBroken(_("Only who has arrived can leave."))
    if on > today_there(work, stay):
        raise RuleBroken(_("This day has not come yet."))
    if on < stay.arrived_on:
        raise RuleBroken(_("This day is before the arrival."))
    if on < stay.ends_on and not because.strip():
        raise RuleBroken(_("This is before the last day: say why."))

    stay.left_on, stay.left_because = on, because
    for one in stay.interruptions:
        if one.until_on is None:
            one.until_on = max(on, one.from_on)
    StayFlow.end(stay)
    stay.version += 1
    close_tasks(work, queries.TO_END, stay)
    wished = work.session.scalar(queries.open_change(stay.id))
    if wished is not None:
        ChangeFlow.take_back(wished)

    record(work, "stay.ended", stay, on=on.isoformat(), because=because)


def interrupt_stay(work: Work, stay: Stay, *, from_on: date, reason: str) -> None:
    policy.INTERRUPT.require(work.actor, stay)
    if stay.state is not StayState.THERE or stay.arrived_on is None:
        raise RuleBroken(_("Only a stay that goes on can be interrupted."))
    if not stay.arrived_on <= from_on <= today_there(work, stay):
        raise RuleBroken(_("Choose a day from the arrival until today."))
    if any(one.until_on is not None and one.until_on > from_on for one in stay.interruptions):
        raise RuleBroken(_("On this day the stay was interrupted already."))
    if not reason.strip():
        raise RuleBroken(_("Say why: the other sides read it."))

    stay.interruptions.append(
        Interruption(
            from_on=from_on, reason=reason, noted_at=work.now, noted_by_id=work.actor.user_id
        )
    )
    StayFlow.interrupt(stay)
    stay.version += 1

    record(work, "stay.interrupted", stay, on=from_on.isoformat(), because=reason)


def resume_stay(work: Work, stay: Stay, *, on: date) -> None:
    policy.INTERRUPT.require(work.actor, stay)
    open_one = next((one for one in stay.interruptions if one.until_on is None), None)
    if stay.state is not StayState.INTERRUPTED or open_one is None:
        raise RuleBroken(_("This stay is not interrupted."))
    if not open_one.from_on <= on <= today_there(work, stay):
        raise RuleBroken(_("Choose a day from the first day away until today."))

    open_one.until_on = on
    StayFlow.resume(stay)
    stay.version += 1

    record(work, "stay.resumed", stay, on=on.isoformat())


def ask_who_is_there(work: Work) -> int:
    """Ask the host whose first or last day is over; of the first, tell everybody."""
    policy.PLAN.require(work.actor, None)
    not_begun = work.session.scalars(queries.stays_not_begun(work.now, PATIENCE)).all()
    for stay in not_begun:
        ask(work, queries.TO_CONFIRM, stay, stay, Side.HOST)
        message = NobodyArrived(
            stay_id=stay.id,
            person=stay.person.passport_name,
            host=stay.host.name,
            starts_on=stay.starts_on.isoformat(),
        )
        # Told again only when the first day was moved.
        once = f"{stay.id}:{stay.starts_on.isoformat()}"
        tell(work, stay, people_of(work, stay, *Side), message, once=once)
    not_ended = work.session.scalars(queries.stays_not_ended(work.now.date())).all()
    for stay in not_ended:
        ask(work, queries.TO_END, stay, stay, Side.HOST)
    return len(not_begun) + len(not_ended)
