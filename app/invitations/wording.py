"""What pages and letters say about invitations, in the reader's words. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.files.wording import how_it_came
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.invitations.states import InvitationState, Side
from app.research_stays.wording import paid_line, said_purpose

CHIPS = {
    InvitationState.DRAFT: "warn",
    InvitationState.SENT: "now",
    InvitationState.ACCEPTED: "now",
    InvitationState.AGREED: "good",
    InvitationState.DECLINED: "warn",
    InvitationState.WITHDRAWN: "",
    InvitationState.CANCELLED: "",
}


def states() -> dict[InvitationState, str]:
    return {
        InvitationState.DRAFT: _("In preparation"),
        InvitationState.SENT: _("Sent, the person has not answered"),
        InvitationState.ACCEPTED: _("Accepted, the home institution has not answered"),
        InvitationState.AGREED: _("Agreed by all"),
        InvitationState.DECLINED: _("Declined"),
        InvitationState.WITHDRAWN: _("Withdrawn"),
        InvitationState.CANCELLED: _("Called off"),
    }


def sides() -> dict[Side, str]:
    return {
        Side.PERSON: _("The invited person"),
        Side.HOST: _("The host institution"),
        Side.HOME: _("The home institution"),
    }


def headings() -> dict[str, str]:
    """What each part of an invitation is called; see `contents.TOLD`."""
    return {
        "laboratory": _("Laboratory or department"),
        "received_by": _("Received by"),
        "purpose_kind": _("Kind of stay"),
        "purpose": _("Purpose"),
        "project": _("Project"),
        "first_on": _("First day"),
        "last_on": _("Last day"),
        "language": _("Working language"),
        "paid": _("What is paid"),
        "programme": _("Programme"),
    }


def said(name: str, value: Any, contents: Mapping[str, Any]) -> str:
    """One part of a letter, as people read it; `contents` say what programme is meant."""
    if name == "paid":
        lines = [paid_line(line, contents.get("programme", "")) for line in value or []]
        return "; ".join(lines) or _("Nothing is paid.")
    if not value:
        return "–"
    if name in {"first_on", "last_on"}:
        return languages.day(date.fromisoformat(value))
    if name == "purpose_kind":
        return said_purpose(value)
    if name == "language":
        return languages.language_name(value)
    return str(value)


def how_answered(answer: Any, home: str) -> str:
    """Who answered where that was not the own page of a side; "" where it was."""
    recorder = answer.by.full_name if answer.by else ""
    said = (answer.way, answer.name, answer.function)
    return how_it_came(*said, recorder=recorder, side=home)


def next_step(invitation: Any, home: str, *, own: bool = False, sendable: bool = True) -> str:
    """What happens next, and who has it now. The host must be loaded."""
    state, host = invitation.state, invitation.host.name
    if own and state is InvitationState.SENT:
        return _("It waits for your answer.")
    if not sendable:
        return _(
            "Who asked is not on the shortlist any more, or the call was cancelled: this cannot be"
            " sent. Withdraw it, or put the request back on the shortlist."
        )
    if state is InvitationState.DRAFT:
        return _("%(host)s still prepares it; nobody else reads it.", host=host)
    if state is InvitationState.SENT:
        return _("%(name)s reads it and answers.", name=invitation.person_name)
    if state is InvitationState.ACCEPTED:
        return _(
            "%(name)s has accepted. %(home)s has to agree.", name=invitation.person_name, home=home
        )
    if state is InvitationState.AGREED and invitation.person_id is None:
        return _(
            "Everybody has agreed. The stay is planned as soon as %(name)s has an account with"
            " the address of the invitation.",
            name=invitation.person_name,
        )
    if state is InvitationState.AGREED:
        return _("Everybody has agreed. What has to be ready is on the list of the stay.")
    return ""
