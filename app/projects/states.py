"""The life of a project, and of a body's being named in it."""

from enum import StrEnum

from app.foundation.states import Flow, move


class ProjectState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ENDED = "ended"


class ProjectFlow(Flow):
    states = ProjectState

    publish = move(ProjectState.DRAFT, to=ProjectState.ACTIVE)
    end = move(ProjectState.ACTIVE, to=ProjectState.ENDED)


class PartnerState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class PartnerFlow(Flow):
    states = PartnerState

    confirm = move(PartnerState.ASKED, to=PartnerState.CONFIRMED)
    decline = move(PartnerState.ASKED, to=PartnerState.DECLINED)
