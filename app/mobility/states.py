"""The life of a student's choices of a year, and of a nomination."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from app.foundation.states import Flow, move


class ChoicesState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class ChoicesFlow(Flow):
    states = ChoicesState

    send = move(ChoicesState.DRAFT, to=ChoicesState.SENT)
    take_back = move(ChoicesState.SENT, to=ChoicesState.DRAFT)
    withdraw = move(ChoicesState.DRAFT, ChoicesState.SENT, to=ChoicesState.WITHDRAWN)


class NominationState(StrEnum):
    SENT = "sent"
    VERIFIED = "verified"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class NominationFlow(Flow):
    states = NominationState

    verify = move(NominationState.SENT, to=NominationState.VERIFIED)
    refuse = move(NominationState.SENT, to=NominationState.REFUSED)
    correct = move(NominationState.REFUSED, to=NominationState.SENT)
    cancel = move(
        NominationState.SENT,
        NominationState.VERIFIED,
        NominationState.REFUSED,
        to=NominationState.CANCELLED,
    )


# Who holds a place of the posting; a refused one gives it back until it is corrected.
LIVING = (NominationState.SENT, NominationState.VERIFIED)
# What waits for somebody: for the host to answer, or for the home to correct.
UNSETTLED = (NominationState.SENT, NominationState.REFUSED)


class Nominated(Protocol):
    @property
    def state(self) -> NominationState: ...


def all_called_off(nominations: Iterable[Nominated]) -> bool:
    """Whether nothing of these binds the student any more; so it is of none at all."""
    return all(one.state is NominationState.CANCELLED for one in nominations)


class Side(StrEnum):
    """Who called a nomination off."""

    STUDENT = "student"
    HOME = "home"
    HOST = "host"
