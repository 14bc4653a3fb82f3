"""Telling everybody who counts on some dates of a course, and asking the centre that gives them."""

from collections.abc import Iterable

from app.accounts.queries import recipient
from app.courses import queries
from app.courses.models import CourseRun
from app.courses.states import HOLDS_A_SEAT, EnrolmentState
from app.foundation.actors import Role, Scope
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.notifications.tasks import close_tasks, open_task


def tell_everybody(
    work: Work,
    run: CourseRun,
    said: Message,
    *,
    once: str,
    states: Iterable[EnrolmentState] = HOLDS_A_SEAT,
    applying: bool = False,
) -> None:
    """Tell who teaches, whose enrolment is in such a state, and who is `applying`, each once."""
    people = work.session.scalars(queries.people_of_run(run.id, states, applying=applying))
    notify_each(work, [(recipient(person), said) for person in people], once=once)


def ask_centre(work: Work, kind: str, run: CourseRun, number: int) -> None:
    """So many wait for the centre's staff in these dates; with none, nothing is asked any more."""
    if number == 0:
        close_tasks(work, kind, run)
        return
    open_task(
        work,
        kind,
        run,
        role=Role.CENTRE,
        scope=Scope.ORGANISATION,
        scope_id=run.organisation_id,
        opportunity_id=run.id,
        title=run.title,
        number=number,
    )
