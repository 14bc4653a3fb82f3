"""What lists and pages say about dates of courses, in the reader's words. Pure."""

from app.courses.states import HOLDS_A_SEAT, EnrolmentMode, EnrolmentState, Mode, Stage
from app.foundation.languages import gettext as _


def modes() -> dict[Mode, str]:
    return {
        Mode.ONLINE: _("Online"),
        Mode.ON_SITE: _("On site"),
        Mode.HYBRID: _("On site and online at the same time"),
    }


def enrolment_modes() -> dict[EnrolmentMode, str]:
    return {
        EnrolmentMode.OPEN: _("Open: whoever comes first"),
        EnrolmentMode.APPROVAL: _("The centre decides about each person"),
        EnrolmentMode.INVITATION: _("Only whom the centre invites"),
    }


def stages() -> dict[Stage, str]:
    return {
        Stage.PLANNED: _("In preparation"),
        Stage.COMING: _("Opens later"),
        Stage.OPEN: _("Open for enrolment"),
        Stage.CLOSED: _("Enrolment is closed"),
        Stage.RUNNING: _("Under way"),
        Stage.FINISHED: _("Over"),
        Stage.CANCELLED: _("Cancelled"),
    }


STAGE_CHIPS = {
    Stage.PLANNED: "",
    Stage.COMING: "now",
    Stage.OPEN: "good",
    Stage.CLOSED: "warn",
    Stage.RUNNING: "now",
    Stage.FINISHED: "",
    Stage.CANCELLED: "bad",
}


IN_ORDER = (
    EnrolmentState.ASKED,
    EnrolmentState.ACCEPTED,
    EnrolmentState.OFFERED,
    EnrolmentState.WAITING,
    EnrolmentState.DECLINED,
    EnrolmentState.LAPSED,
    EnrolmentState.WITHDRAWN,
)
HOLDING = HOLDS_A_SEAT
ENROLMENT_CHIPS = {
    EnrolmentState.ASKED: "warn",
    EnrolmentState.ACCEPTED: "good",
    EnrolmentState.OFFERED: "now",
    EnrolmentState.WAITING: "",
    EnrolmentState.DECLINED: "bad",
    EnrolmentState.LAPSED: "",
    EnrolmentState.WITHDRAWN: "",
}


def enrolment_states() -> dict[EnrolmentState, str]:
    return {
        EnrolmentState.ASKED: _("Asks for a seat"),
        EnrolmentState.ACCEPTED: _("Has a seat"),
        EnrolmentState.OFFERED: _("Was offered a seat"),
        EnrolmentState.WAITING: _("Stands in line"),
        EnrolmentState.DECLINED: _("Turned down"),
        EnrolmentState.LAPSED: _("Did not answer in time"),
        EnrolmentState.WITHDRAWN: _("Gave it back"),
    }
