"""What kinds of bodies there are, and the life of one."""

from enum import StrEnum

from app.foundation.states import Flow, move


class OrganisationKind(StrEnum):
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    CENTRE = "centre"
    MINISTRY = "ministry"
    EMBASSY = "embassy"
    AGENCY = "agency"
    COMPANY = "company"
    NETWORK = "network"


class NameKind(StrEnum):
    LOCAL = "local"
    ACRONYM = "acronym"
    ALIAS = "alias"
    FORMER = "former"


class OrganisationState(StrEnum):
    ACTIVE = "active"
    MERGED = "merged"
    CLOSED = "closed"


class OrganisationFlow(Flow):
    states = OrganisationState

    merge = move(OrganisationState.ACTIVE, to=OrganisationState.MERGED)
    close = move(OrganisationState.ACTIVE, to=OrganisationState.CLOSED)
    reopen = move(OrganisationState.MERGED, OrganisationState.CLOSED, to=OrganisationState.ACTIVE)
