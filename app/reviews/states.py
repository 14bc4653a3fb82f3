"""The life of one review, from the assignment on."""

from enum import StrEnum

from app.applications.states import ApplicationState
from app.foundation.states import Flow, move


class ReviewState(StrEnum):
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    CONFLICT = "conflict declared"
    TAKEN_BACK = "taken back"


S = ReviewState
COUNTS = frozenset({S.ASSIGNED, S.SUBMITTED})
# While an application is here, reviews of it are written; from ELIGIBLE the first one opens them.
READ_IN = frozenset({ApplicationState.IN_REVIEW, ApplicationState.SHORTLISTED})
ASSIGNED_IN = READ_IN | {ApplicationState.ELIGIBLE}


class ReviewFlow(Flow):
    states = ReviewState

    submit = move(S.ASSIGNED, to=S.SUBMITTED)
    reopen = move(S.SUBMITTED, to=S.ASSIGNED)
    declare_conflict = move(S.ASSIGNED, to=S.CONFLICT)
    take_back = move(S.ASSIGNED, to=S.TAKEN_BACK)
    assign_again = move(S.TAKEN_BACK, to=S.ASSIGNED)
