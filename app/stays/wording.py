"""What pages say about stays, in the reader's words. Pure."""

from typing import Any

from app.foundation.languages import gettext as _
from app.research_stays.wording import purposes
from app.stays.preparing import Step
from app.stays.states import ChangeState, PreparationState, ReportKind, ReportState, Side, StayState

STAY_CHIPS = {
    StayState.PLANNED: "now",
    StayState.THERE: "good",
    StayState.INTERRUPTED: "warn",
    StayState.ENDED: "",
    StayState.CALLED_OFF: "",
}
PREPARATION_CHIPS = {
    PreparationState.OPEN: "now",
    PreparationState.DONE: "good",
    PreparationState.NOT_NEEDED: "",
}
CHANGE_CHIPS = {
    ChangeState.ASKED: "now",
    ChangeState.AGREED: "good",
    ChangeState.REFUSED: "warn",
    ChangeState.TAKEN_BACK: "",
}
REPORT_CHIPS = {
    ReportState.WAITED_FOR: "",
    ReportState.SENT: "now",
    ReportState.RETURNED: "warn",
    ReportState.ACCEPTED: "good",
}


def stay_states() -> dict[StayState, str]:
    return {
        StayState.PLANNED: _("Before arrival"),
        StayState.THERE: _("There"),
        StayState.INTERRUPTED: _("Interrupted"),
        StayState.ENDED: _("Stay over"),
        StayState.CALLED_OFF: _("Called off"),
    }


def purpose(stay: Any) -> str:
    """What somebody who was invited comes for. The invitation must be loaded."""
    return purposes()[stay.invitation.purpose_kind]


def sides() -> dict[Side, str]:
    return {
        Side.PERSON: _("Who goes"),
        Side.HOST: _("The host"),
        Side.HOME: _("Who sends"),
    }


def steps() -> dict[Step, str]:
    """What has to be ready; lines that an office added have words of their own."""
    return {
        Step.ELIGIBILITY_PAPERS: _("Papers for the certificate of eligibility are with the host"),
        Step.ELIGIBILITY_CERTIFICATE: _("Certificate of eligibility is issued and sent"),
        Step.INVITATION: _("Letter of invitation for the visa is sent"),
        Step.VISA: _("Visa, or certainty that none is needed"),
        Step.INSURANCE: _("Health insurance for the whole stay"),
        Step.HOUSING: _("Housing is offered or found"),
        Step.TRAVEL: _("Ticket"),
        Step.ARRIVAL: _("The host knows the hour and place of arrival"),
    }


def preparation_states() -> dict[PreparationState, str]:
    return {
        PreparationState.OPEN: _("To do"),
        PreparationState.DONE: _("Ready"),
        PreparationState.NOT_NEEDED: _("Not needed"),
    }


def change_states() -> dict[ChangeState, str]:
    return {
        ChangeState.ASKED: _("Waits for agreement"),
        ChangeState.AGREED: _("Agreed by all"),
        ChangeState.REFUSED: _("Refused"),
        ChangeState.TAKEN_BACK: _("Taken back"),
    }


def report_kinds() -> dict[ReportKind, str]:
    return {
        ReportKind.INTERIM: _("Report at half time"),
        ReportKind.FINAL: _("Report after the stay"),
    }


def report_states() -> dict[ReportState, str]:
    return {
        ReportState.WAITED_FOR: _("Not sent yet"),
        ReportState.SENT: _("Sent"),
        ReportState.RETURNED: _("Came back: something is missing"),
        ReportState.ACCEPTED: _("Accepted"),
    }
