"""Whom a stay concerns, and what their day is."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.exchanges.queries import reply_to
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.notifications.tasks import open_task
from app.stays.models import Preparation, Stay, StayReport
from app.stays.queries import offices
from app.stays.states import Side


def today_there(work: Work, stay: Stay) -> date:
    """The day that it is where the host is."""
    return work.now.astimezone(ZoneInfo(stay.host.zone)).date()


def people_of(work: Work, stay: Stay, *sides: Side) -> list[User]:
    """Each person of these sides once."""
    found: dict[int, User] = {}
    for side in sides:
        if side is Side.PERSON:
            found[stay.person_id] = stay.person
            continue
        for role, scope, scope_id in offices(stay, side):
            for user in work.session.scalars(people_with(role, scope, scope_id)):
                found[user.id] = user
    return list(found.values())


def tell(work: Work, stay: Stay, people: Iterable[User], message: Message, *, once: str) -> None:
    """Answers go to the international office that acts, where it is one."""
    answers = reply_to(work.session, work.actor, stay.home_id, stay.host_id)
    letters = [(recipient(person), message) for person in people]
    notify_each(work, letters, once=once, reply_to=answers)


def ask(
    work: Work, kind: str, subject: Stay | Preparation | StayReport, stay: Stay, side: Side
) -> None:
    """Open a task for the person, or for everybody who speaks for that office."""
    if side is Side.PERSON:
        open_task(work, kind, subject, holder_id=stay.person_id, about=stay.host.name)
        return
    name = stay.person.passport_name
    for role, scope, scope_id in offices(stay, side):
        open_task(work, kind, subject, role=role, scope=scope, scope_id=scope_id, about=name)
