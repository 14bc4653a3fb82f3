"""What pages and letters say about invitations, in the reader's words. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.files.wording import how_it_came
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.invitations.states import InvitationState, Paid, Payer, Purpose, Side
from app.opportunities.money import Period

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


def purposes() -> dict[Purpose, str]:
    return {
        Purpose.JOINT_RESEARCH: _("Joint research"),
        Purpose.TEACHING: _("Supervision and teaching"),
        Purpose.FACILITIES: _("Use of facilities"),
        Purpose.DATA: _("Data collection"),
        Purpose.TRAINING: _("Training"),
    }


def said_purpose(kind: str) -> str:
    return purposes()[Purpose(kind)]


def paid_kinds() -> dict[Paid, str]:
    return {
        Paid.TRAVEL: _("Travel"),
        Paid.LODGING: _("Lodging"),
        Paid.ALLOWANCE: _("Daily allowance"),
        Paid.INSURANCE: _("Insurance"),
    }


def payers() -> dict[Payer, str]:
    return {
        Payer.HOST: _("The host institution"),
        Payer.HOME: _("The home institution"),
        Payer.PROGRAMME: _("A programme"),
    }


def periods() -> dict[Period, str]:
    return {
        Period.ONCE: _("once"),
        Period.DAY: _("for each day"),
        Period.MONTH: _("for each month"),
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
        return purposes()[Purpose(value)]
    if name == "language":
        return languages.language_name(value)
    return str(value)


def paid_line(line: Mapping[str, Any], programme: str = "") -> str:
    """Daily allowance, paid by the host institution: 6,000 Japanese yen for each day."""
    payer = payers()[Payer(line["payer"])]
    if line["payer"] == Payer.PROGRAMME and programme:
        payer = programme
    what = paid_kinds()[Paid(line["kind"])]
    if line["amount"] is None:
        return _("%(what)s, paid by: %(payer)s", what=what, payer=payer)
    return _(
        "%(what)s, paid by: %(payer)s (%(amount)s, %(per)s)",
        what=what,
        payer=payer,
        amount=languages.money(line["amount"], line["currency"]),
        per=periods()[Period(line["per"])],
    )


def how_answered(answer: Any, home: str) -> str:
    """Who answered where that was not the own page of a side; "" where it was."""
    recorder = answer.by.full_name if answer.by else ""
    said = (answer.way, answer.name, answer.function)
    return how_it_came(*said, recorder=recorder, side=home)


def next_step(invitation: Any, home: str, *, own: bool = False) -> str:
    """What happens next, and who has it now. The host must be loaded."""
    state, host = invitation.state, invitation.host.name
    if own and state is InvitationState.SENT:
        return _("It waits for your answer.")
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
