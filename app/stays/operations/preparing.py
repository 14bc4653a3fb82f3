"""The list before arrival: lines are settled, opened again, moved and added."""

from datetime import date

from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.stays import policy, queries
from app.stays.models import Preparation, Stay
from app.stays.operations.parts import ask
from app.stays.preparing import Step
from app.stays.states import PreparationFlow, PreparationState, Side

MOST_LINES = 40


def settle_preparation(work: Work, line: Preparation, *, needed: bool, note: str) -> None:
    """It is done; or it is not needed, with words for why."""
    policy.SETTLE.require(work.actor, line)
    _require_under_way(line.stay)
    if line.state is not PreparationState.OPEN:
        raise RuleBroken(_("This line is settled already."))
    if not needed and not note.strip():
        raise RuleBroken(_("Say why it is not needed."))

    line.note, line.settled_at, line.settled_by_id = note, work.now, work.actor.user_id
    if needed:
        PreparationFlow.do(line)
    else:
        PreparationFlow.do_without(line)
    close_tasks(work, queries.TO_PREPARE, line)

    record(work, "stay.prepared", line, step=line.step.value, title=line.title)


def open_preparation_again(work: Work, line: Preparation) -> None:
    policy.SETTLE.require(work.actor, line)
    _require_under_way(line.stay)
    if line.state is PreparationState.OPEN:
        raise RuleBroken(_("This line is open."))

    PreparationFlow.open_again(line)
    line.settled_at = line.settled_by_id = None

    record(work, "stay.opened again", line, step=line.step.value, title=line.title)


def move_preparation(work: Work, line: Preparation, *, due_on: date) -> None:
    """By when it has to be ready, where the usual time does not fit."""
    policy.MOVE.require(work.actor, line)
    _require_under_way(line.stay)
    if line.state is not PreparationState.OPEN:
        raise RuleBroken(_("This line is settled already."))
    if due_on > line.stay.ends_on:
        raise RuleBroken(_("Choose a day before the stay ends."))

    line.due_on = due_on
    close_tasks(work, queries.TO_PREPARE, line)

    record(work, "stay.moved", line, step=line.step.value, title=line.title, on=due_on.isoformat())


def add_preparation(work: Work, stay: Stay, *, title: str, side: Side, due_on: date) -> Preparation:
    """What else has to be ready for this stay, in words of one's own."""
    policy.ADD_PREPARATION.require(work.actor, stay)
    _require_under_way(stay)
    if not title.strip():
        raise RuleBroken(_("Say what has to be ready."))
    if due_on > stay.ends_on:
        raise RuleBroken(_("Choose a day before the stay ends."))
    if len(stay.preparations) >= MOST_LINES:
        raise RuleBroken(_("This list is long enough."))

    line = Preparation(step=Step.OTHER, title=title, side=side, due_on=due_on)
    stay.preparations.append(line)
    work.session.flush()

    record(work, "stay.line added", line, title=title)
    return line


def ask_for_preparations(work: Work) -> int:
    """Ask whose line it is, from the day on which it is due."""
    policy.PLAN.require(work.actor, None)
    due = work.session.scalars(queries.preparations_due(work.now.date())).all()
    for line in due:
        ask(work, queries.TO_PREPARE, line, line.stay, line.side)
    return len(due)


def _require_under_way(stay: Stay) -> None:
    if stay.state not in queries.UNDER_WAY:
        raise RuleBroken(_("This stay is over; nothing in it can be changed any more."))
