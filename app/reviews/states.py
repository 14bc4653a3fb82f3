"""The life of one review, from the assignment on."""

from enum import StrEnum

from app.foundation.states import Flow, move


class ReviewState(StrEnum):
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    CONFLICT = "conflict declared"
    TAKEN_BACK = "taken back"


S = ReviewState
COUNTS = frozenset({S.ASSIGNED, S.SUBMITTED})


class ReviewFlow(Flow):
    states = ReviewState

    submit = move(S.ASSIGNED, to=S.SUBMITTED)
    reopen = move(S.SUBMITTED, to=S.ASSIGNED)
    declare_conflict = move(S.ASSIGNED, to=S.CONFLICT)
    take_back = move(S.ASSIGNED, to=S.TAKEN_BACK)
