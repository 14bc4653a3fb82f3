"""The life of what somebody tells of a stay, and what may come of one."""

from enum import StrEnum

from app.foundation.states import Flow, move

MOST_RESULTS = 12


class OutcomeState(StrEnum):
    WAITED_FOR = "waited for"
    SENT = "sent"
    RETURNED = "returned"
    CONFIRMED = "confirmed"


class OutcomeFlow(Flow):
    states = OutcomeState

    send = move(OutcomeState.WAITED_FOR, OutcomeState.RETURNED, to=OutcomeState.SENT)
    give_back = move(OutcomeState.SENT, to=OutcomeState.RETURNED)
    confirm = move(OutcomeState.SENT, to=OutcomeState.CONFIRMED)


# In these it is with who was there.
OPEN = (OutcomeState.WAITED_FOR, OutcomeState.RETURNED)


class ResultKind(StrEnum):
    PUBLICATION = "publication"
    DATASET = "dataset"
    SOFTWARE = "software"
    TALK = "talk"
    PROPOSAL = "joint proposal"
    OTHER = "other"
