"""The life of an agreement between universities."""

from enum import StrEnum

from app.foundation.states import Flow, move


class AgreementState(StrEnum):
    TALKED_ABOUT = "talked about"  # no revision was approved by all its sides yet
    IN_FORCE = "in force"  # also while the next revision is talked about
    ENDED = "ended"


class AgreementFlow(Flow):
    states = AgreementState

    put_in_force = move(
        AgreementState.TALKED_ABOUT, AgreementState.IN_FORCE, to=AgreementState.IN_FORCE
    )
    end = move(AgreementState.TALKED_ABOUT, AgreementState.IN_FORCE, to=AgreementState.ENDED)
