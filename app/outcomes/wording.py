"""What pages say about what came of a stay, in the reader's words. Pure."""

from app.foundation.languages import gettext as _
from app.outcomes.states import OutcomeState, ResultKind

CHIPS = {
    OutcomeState.WAITED_FOR: "",
    OutcomeState.SENT: "now",
    OutcomeState.RETURNED: "warn",
    OutcomeState.CONFIRMED: "good",
}


def states() -> dict[OutcomeState, str]:
    return {
        OutcomeState.WAITED_FOR: _("Not told yet"),
        OutcomeState.SENT: _("With the host, to confirm"),
        OutcomeState.RETURNED: _("Came back: something is missing"),
        OutcomeState.CONFIRMED: _("Confirmed by the host"),
    }


def kinds() -> dict[ResultKind, str]:
    return {
        ResultKind.PUBLICATION: _("Publication"),
        ResultKind.DATASET: _("Dataset"),
        ResultKind.SOFTWARE: _("Software"),
        ResultKind.TALK: _("Talk"),
        ResultKind.PROPOSAL: _("Joint proposal"),
        ResultKind.OTHER: _("Something else"),
    }
