"""The life of a group that a host applies for, and of each person in it."""

from enum import StrEnum

from app.foundation.actors import Role
from app.foundation.states import Flow, move


class GroupState(StrEnum):
    """Where a group stands beside its application, which says how far that is read."""

    PLANNED = "planned"
    PROPOSED = "proposed"
    AWARDED = "awarded"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ACCEPTED = "accepted"
    ENDED = "ended"
    CALLED_OFF = "called off"


class GroupFlow(Flow):
    states = GroupState

    propose = move(GroupState.PLANNED, to=GroupState.PROPOSED)
    send_back = move(GroupState.PROPOSED, to=GroupState.PLANNED)
    award = move(GroupState.PROPOSED, to=GroupState.AWARDED)
    accept = move(GroupState.AWARDED, to=GroupState.ACCEPTED)
    decline = move(GroupState.AWARDED, to=GroupState.DECLINED)
    lapse = move(GroupState.AWARDED, to=GroupState.LAPSED)
    give_back = move(GroupState.AWARDED, GroupState.ACCEPTED, to=GroupState.PLANNED)
    end = move(GroupState.ACCEPTED, to=GroupState.ENDED)
    call_off = move(GroupState.AWARDED, GroupState.ACCEPTED, to=GroupState.CALLED_OFF)


# What takes one of the groups that a call pays for.
HOLDS = (GroupState.AWARDED, GroupState.ACCEPTED, GroupState.ENDED)
# Whoever holds one of these for an institution may receive a group for it.
HOST_ROLES = (Role.HOST, Role.CENTRE, Role.COORDINATOR)
# In these people may still be added, left out or replaced.
STILL_COMES = (GroupState.PLANNED, GroupState.PROPOSED, GroupState.AWARDED, GroupState.ACCEPTED)


class Part(StrEnum):
    """What a person is in a group."""

    PARTICIPANT = "participant"
    SUPERVISOR = "supervisor"


class PersonState(StrEnum):
    NAMED = "named"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    REPLACED = "replaced"
    LEFT_OUT = "left out"


class PersonFlow(Flow):
    states = PersonState

    confirm = move(PersonState.NAMED, PersonState.CONFIRMED, to=PersonState.CONFIRMED)
    wait = move(PersonState.NAMED, PersonState.CONFIRMED, to=PersonState.NAMED)
    decline = move(PersonState.NAMED, PersonState.CONFIRMED, to=PersonState.DECLINED)
    replace = move(
        PersonState.NAMED, PersonState.CONFIRMED, PersonState.DECLINED, to=PersonState.REPLACED
    )
    leave_out = move(PersonState.NAMED, PersonState.CONFIRMED, to=PersonState.LEFT_OUT)


# Who counts among the people of a group.
COMES = (PersonState.NAMED, PersonState.CONFIRMED)
