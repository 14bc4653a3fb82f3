"""Who is told what: the persons of a side, each once for an occasion."""

from collections.abc import Iterable

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.exchanges.queries import reply_to
from app.foundation.actors import Role, Scope
from app.foundation.work import Work
from app.learning.models import LearningAgreement
from app.mobility.states import Side
from app.notifications.notify import Message, notify_each


def tell(
    work: Work,
    agreement: LearningAgreement,
    sides: Iterable[Side],
    message: Message,
    *,
    once: str = "",
) -> None:
    """Everybody of these sides but who acts; `once` names what happened to the newest writing."""
    people = {
        person.id: person
        for side in sides
        for person in _people_of(work, agreement, side)
        if person.id != work.actor.user_id
    }
    occasion = f"{agreement.id}:{agreement.latest_number}:{once}"
    nomination = agreement.nomination
    answers = reply_to(work.session, work.actor, nomination.home_id, nomination.host_id)
    letters = [(recipient(person), message) for person in people.values()]
    notify_each(work, letters, once=occasion, reply_to=answers)


def name_of(agreement: LearningAgreement, side: Side) -> str:
    """As whom mails and histories name a side."""
    nomination = agreement.nomination
    return {
        Side.STUDENT: nomination.person.passport_name,
        Side.HOME: nomination.home.name,
        Side.HOST: nomination.host.name,
    }[side]


def _people_of(work: Work, agreement: LearningAgreement, side: Side) -> list[User]:
    nomination = agreement.nomination
    if side is Side.STUDENT:
        return [nomination.person]
    university_id = nomination.home_id if side is Side.HOME else nomination.host_id
    return list(
        work.session.scalars(people_with(Role.COORDINATOR, Scope.ORGANISATION, university_id))
    )
