"""What pages say about choices and nominations, in the reader's words. Pure."""

from app.foundation.languages import gettext as _
from app.mobility.states import ChoicesState, NominationState, Side

CHOICES_CHIPS = {
    ChoicesState.DRAFT: "warn",
    ChoicesState.SENT: "now",
    ChoicesState.WITHDRAWN: "",
}
NOMINATION_CHIPS = {
    NominationState.SENT: "now",
    NominationState.VERIFIED: "good",
    NominationState.REFUSED: "warn",
    NominationState.CANCELLED: "",
}


def choices_states() -> dict[ChoicesState, str]:
    return {
        ChoicesState.DRAFT: _("Not sent yet"),
        ChoicesState.SENT: _("With your international office"),
        ChoicesState.WITHDRAWN: _("Withdrawn"),
    }


def nomination_states() -> dict[NominationState, str]:
    return {
        NominationState.SENT: _("Nominated, the host has not answered"),
        NominationState.VERIFIED: _("Verified by the host"),
        NominationState.REFUSED: _("Refused by the host"),
        NominationState.CANCELLED: _("Cancelled"),
    }


def sides() -> dict[Side, str]:
    return {
        Side.STUDENT: _("The student"),
        Side.HOME: _("The university at home"),
        Side.HOST: _("The host"),
    }
