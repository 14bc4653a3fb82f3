"""The life of an invitation to a short research stay."""

from enum import StrEnum

from app.foundation.actors import Role
from app.foundation.states import Flow, move


class InvitationState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class InvitationFlow(Flow):
    """Accepted is what the person said; agreed what the home said besides: then it is certain."""

    states = InvitationState

    send = move(InvitationState.DRAFT, to=InvitationState.SENT)
    send_anew = move(
        InvitationState.SENT,
        InvitationState.ACCEPTED,
        InvitationState.DECLINED,
        to=InvitationState.SENT,
    )
    accept = move(InvitationState.SENT, to=InvitationState.ACCEPTED)
    agree = move(InvitationState.ACCEPTED, to=InvitationState.AGREED)
    decline = move(InvitationState.SENT, InvitationState.ACCEPTED, to=InvitationState.DECLINED)
    withdraw = move(
        InvitationState.DRAFT,
        InvitationState.SENT,
        InvitationState.ACCEPTED,
        InvitationState.DECLINED,
        to=InvitationState.WITHDRAWN,
    )
    cancel = move(InvitationState.AGREED, to=InvitationState.CANCELLED)


# In these somebody has to answer.
WAITING = (InvitationState.SENT, InvitationState.ACCEPTED)
# In these it holds one of the places of the call that it answers a request for.
HOLDS_A_PLACE = (*WAITING, InvitationState.AGREED)
LIVING = (InvitationState.DRAFT, *HOLDS_A_PLACE)
OVER = (InvitationState.DECLINED, InvitationState.WITHDRAWN, InvitationState.CANCELLED)
# Who invites for a body, and who prepares it for them.
OFFICE = (Role.COORDINATOR, Role.CENTRE)
DRAFTERS = (Role.HOST, *OFFICE)


class Side(StrEnum):
    PERSON = "person"
    HOST = "host"
    HOME = "home"


def opened_by(side: Side) -> str:
    """What a link for this side opens, as a guest carries it."""
    return f"invitation of {side.value}"
