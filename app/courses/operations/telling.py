"""Telling everybody who counts on some dates of a course."""

from app.accounts.queries import recipient
from app.courses import queries
from app.courses.models import CourseRun
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each


def tell_everybody(work: Work, run: CourseRun, said: Message, *, once: str) -> None:
    """Tell who teaches, each once."""
    people = {person.id: person for person in work.session.scalars(queries.people_of_run(run.id))}
    notify_each(work, [(recipient(person), said) for person in people.values()], once=once)
