"""The life of a stay, of what is prepared for it, of a wished change and of a report."""

from enum import StrEnum

from app.foundation.states import Flow, move


class StayState(StrEnum):
    PLANNED = "planned"
    THERE = "there"
    INTERRUPTED = "interrupted"
    ENDED = "ended"
    CALLED_OFF = "called_off"


class StayFlow(Flow):
    states = StayState

    arrive = move(StayState.PLANNED, to=StayState.THERE)
    interrupt = move(StayState.THERE, to=StayState.INTERRUPTED)
    resume = move(StayState.INTERRUPTED, to=StayState.THERE)
    end = move(StayState.THERE, StayState.INTERRUPTED, to=StayState.ENDED)
    call_off = move(StayState.PLANNED, to=StayState.CALLED_OFF)


class PreparationState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class PreparationFlow(Flow):
    states = PreparationState

    do = move(PreparationState.OPEN, to=PreparationState.DONE)
    do_without = move(PreparationState.OPEN, to=PreparationState.NOT_NEEDED)
    open_again = move(PreparationState.DONE, PreparationState.NOT_NEEDED, to=PreparationState.OPEN)


class ChangeState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class ChangeFlow(Flow):
    states = ChangeState

    agree = move(ChangeState.ASKED, to=ChangeState.AGREED)
    refuse = move(ChangeState.ASKED, to=ChangeState.REFUSED)
    take_back = move(ChangeState.ASKED, to=ChangeState.TAKEN_BACK)


class ReportState(StrEnum):
    WAITED_FOR = "waited_for"
    SENT = "sent"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportFlow(Flow):
    states = ReportState

    send = move(ReportState.WAITED_FOR, ReportState.RETURNED, to=ReportState.SENT)
    give_back = move(ReportState.SENT, to=ReportState.RETURNED)
    accept = move(ReportState.SENT, to=ReportState.ACCEPTED)


# Whoever has a part in a stay.
class Side(StrEnum):
    """The home is the university that sends, or the programme that grants."""

    PERSON = "person"
    HOST = "host"
    HOME = "home"


class ReportKind(StrEnum):
    INTERIM = "interim"
    FINAL = "final"
