"""What lists and pages say about dates of courses, in the reader's words. Pure."""

from app.courses.states import EnrolmentMode, Mode, Stage
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
