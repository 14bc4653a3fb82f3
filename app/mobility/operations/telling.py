"""Who is told of a nomination, and what both sides are asked to do."""

from collections.abc import Iterable

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.exchanges.queries import reply_to
from app.foundation.actors import Role, Scope
from app.foundation.work import Work
from app.mobility.messages import NominationReceived
from app.mobility.models import ExchangeNomination
from app.notifications.notify import Message, notify_each
from app.notifications.tasks import open_task

TO_VERIFY = "nomination to verify"
TO_REACH = "host to reach"
TO_CORRECT = "nomination to correct"
STAY = "nomination:{}"


def stay_of(nomination: ExchangeNomination) -> str:
    """What the balance calls the stay that comes of it."""
    return STAY.format(nomination.id)


def ask_host(work: Work, nomination: ExchangeNomination, *, corrected: bool) -> None:
    ask_office(work, nomination, TO_VERIFY, nomination.host_id)
    people = office_of(work, nomination.host_id)
    if not people:  # then it is for the home to reach the host in another way
        ask_office(work, nomination, TO_REACH, nomination.home_id)
    received = NominationReceived(
        nomination_id=nomination.id,
        student=nomination.person.passport_name,
        home=nomination.home.name,
        posting=nomination.posting.title,
        corrected=corrected,
    )
    tell(work, people, received, nomination)


def ask_office(work: Work, nomination: ExchangeNomination, kind: str, university_id: int) -> None:
    open_task(
        work,
        kind,
        nomination,
        role=Role.COORDINATOR,
        scope=Scope.ORGANISATION,
        scope_id=university_id,
        about=nomination.person.passport_name,
    )


def office_of(work: Work, university_id: int) -> list[User]:
    return list(
        work.session.scalars(people_with(Role.COORDINATOR, Scope.ORGANISATION, university_id))
    )


def tell(
    work: Work, people: Iterable[User], message: Message, nomination: ExchangeNomination
) -> None:
    """Each person once, whatever they are in it."""
    once = f"{nomination.id}:{len(nomination.letters)}"
    each = {person.id: person for person in people}
    answers = reply_to(work.session, work.actor, nomination.home_id, nomination.host_id)
    letters = [(recipient(person), message) for person in each.values()]
    notify_each(work, letters, once=once, reply_to=answers)
