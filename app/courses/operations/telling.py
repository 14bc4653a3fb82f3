"""Telling everybody who counts on some dates of a course."""

from collections.abc import Iterable

from app.accounts.queries import recipient
from app.courses import queries
from app.courses.models import CourseRun
from app.courses.states import HOLDS_A_SEAT, EnrolmentState
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each


def tell_everybody(
    work: Work,
    run: CourseRun,
    said: Message,
    *,
    once: str,
    states: Iterable[EnrolmentState] = HOLDS_A_SEAT,
) -> None:
    """Tell who teaches and whose enrolment is in such a state, each once."""
    people = work.session.scalars(queries.people_of_run(run.id, states))
    notify_each(work, [(recipient(person), said) for person in people], once=once)
