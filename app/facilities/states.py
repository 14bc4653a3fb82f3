"""What a facility is and how its use is counted; the life of a grant."""

from enum import StrEnum

from app.foundation.states import Flow, move


class FacilityType(StrEnum):
    LABORATORY = "laboratory"
    COMPUTE = "compute"
    DATA_SET = "data set"


class Unit(StrEnum):
    """In what use is counted."""

    GPU_HOURS = "GPU-hours"
    BENCH_DAYS = "bench days"
    COPIES = "copies"
    ACCOUNTS = "accounts"


class Per(StrEnum):
    """For how long an amount is there: again each week or month, or at any one time."""

    WEEK = "week"
    MONTH = "month"
    AT_ONCE = "at once"


class GrantState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    RUNNING = "running"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class GrantFlow(Flow):
    states = GrantState

    accept = move(GrantState.OFFERED, to=GrantState.ACCEPTED)
    decline = move(GrantState.OFFERED, to=GrantState.DECLINED)
    lapse = move(GrantState.OFFERED, to=GrantState.LAPSED)
    begin = move(GrantState.ACCEPTED, to=GrantState.RUNNING)
    end = move(GrantState.RUNNING, to=GrantState.ENDED)
    withdraw = move(
        GrantState.OFFERED, GrantState.ACCEPTED, GrantState.RUNNING, to=GrantState.WITHDRAWN
    )


# What takes of the amount that there is, on each of its days.
LIVING = (GrantState.OFFERED, GrantState.ACCEPTED, GrantState.RUNNING)
# What the person has said yes to.
AGREED = (GrantState.ACCEPTED, GrantState.RUNNING, GrantState.ENDED)
