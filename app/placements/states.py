"""The life of a proposal to place applicants, and of each offer of a seat in it."""

from enum import StrEnum

from app.foundation.states import Flow, move


class OfferState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    RELEASED = "released"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


S = OfferState
HOLDS_A_SEAT = frozenset({S.APPROVED, S.RELEASED, S.ACCEPTED})
LIVE = frozenset({S.PROPOSED, *HOLDS_A_SEAT})


class OfferFlow(Flow):
    states = OfferState

    approve = move(S.PROPOSED, to=S.APPROVED)
    void_approval = move(S.APPROVED, to=S.PROPOSED)
    release = move(S.APPROVED, to=S.RELEASED)
    accept = move(S.RELEASED, to=S.ACCEPTED)
    decline = move(S.RELEASED, to=S.DECLINED)
    lapse = move(S.RELEASED, to=S.LAPSED)
    withdraw = move(S.PROPOSED, S.APPROVED, S.RELEASED, S.ACCEPTED, to=S.WITHDRAWN)
    restore = move(S.LAPSED, S.WITHDRAWN, to=S.RELEASED)


class RoundState(StrEnum):
    DRAFT = "draft"
    PROPOSED = "sent for approval"
    APPROVED = "approved"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


R = RoundState
OPEN = frozenset({R.DRAFT, R.PROPOSED, R.APPROVED})


class RoundFlow(Flow):
    states = RoundState

    send_for_approval = move(R.DRAFT, to=R.PROPOSED)
    send_back = move(R.PROPOSED, to=R.DRAFT)
    approve = move(R.PROPOSED, to=R.APPROVED)
    release = move(R.APPROVED, to=R.RELEASED)
    withdraw = move(R.DRAFT, R.PROPOSED, R.APPROVED, to=R.WITHDRAWN)
