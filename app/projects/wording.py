"""What pages say about projects, in the reader's words. Pure."""

from app.foundation.languages import gettext as _
from app.projects.states import PartnerState, ProjectState

STATE_CHIPS = {ProjectState.DRAFT: "warn", ProjectState.ACTIVE: "good", ProjectState.ENDED: ""}
PARTNER_CHIPS = {
    PartnerState.ASKED: "warn",
    PartnerState.CONFIRMED: "good",
    PartnerState.DECLINED: "bad",
}


def project_states() -> dict[ProjectState, str]:
    return {
        ProjectState.DRAFT: _("In preparation"),
        ProjectState.ACTIVE: _("Running"),
        ProjectState.ENDED: _("Ended"),
    }


def partner_states() -> dict[PartnerState, str]:
    return {
        PartnerState.ASKED: _("Not answered yet"),
        PartnerState.CONFIRMED: _("Takes part"),
        PartnerState.DECLINED: _("Declined"),
    }
