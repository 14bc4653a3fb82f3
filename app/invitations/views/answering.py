"""The buttons of the person, of the home's office, and of the host where the home has none."""

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from app.files.signed import Signed
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import needs
from app.foundation.work import Work
from app.invitations import policy
from app.invitations.forms import (
    AcceptForm,
    DeclineForm,
    EndForm,
    HomeForm,
    RecordForm,
)
from app.invitations.models import Invitation
from app.invitations.operations import (
    accept_invitation,
    answer_for_home,
    ask_home_by_link,
    cancel_invitation,
    decline_invitation,
    record_for_home,
    withdraw_invitation,
)
from app.invitations.views import bp
from app.invitations.views.pages import found_for, page_of, shown_page


@bp.post("/<int:invitation_id>/accept")
@needs(policy.ANSWER)
def accept(invitation_id: int) -> ResponseReturnValue:
    form = AcceptForm()
    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, policy.ANSWER),
        do=lambda work, found: accept_invitation(work, found, **accepted_with(form)),
        said=_("You accepted. Your institution is asked to agree."),
        to=page_of(invitation_id),
        again=lambda refusal: shown_page(invitation_id, accepting=form, refusal=refusal),
    )


def accepted_with(form: AcceptForm) -> dict[str, Any]:
    return {
        "seen": form.seen.data or 0,
        "said": form.said.data or "",
        "agrees": Signed(form.agrees_name.data or "", form.agrees_function.data or ""),
        "agrees_email": form.agrees_email.data or "",
    }


@bp.post("/<int:invitation_id>/decline")
@needs(policy.ANSWER)
def decline(invitation_id: int) -> ResponseReturnValue:
    form = DeclineForm()
    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, policy.ANSWER),
        do=lambda work, found: decline_invitation(
            work, found, seen=form.seen.data or 0, said=form.said.data or ""
        ),
        said=_("The host is told that you do not come."),
        to=page_of(invitation_id),
        again=lambda refusal: shown_page(invitation_id, declining=form, refusal=refusal),
    )


@bp.post("/<int:invitation_id>/agree")
@needs(policy.AGREE)
def agree(invitation_id: int) -> ResponseReturnValue:
    return _for_home(invitation_id, _("Your institution agrees: it is certain."), yes=True)


@bp.post("/<int:invitation_id>/refuse")
@needs(policy.AGREE)
def refuse(invitation_id: int) -> ResponseReturnValue:
    return _for_home(invitation_id, _("The host and the person read why."), yes=False)


def _for_home(invitation_id: int, said: str, *, yes: bool) -> ResponseReturnValue:
    form = HomeForm()
    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, policy.AGREE),
        do=lambda work, found: answer_for_home(
            work, found, yes=yes, seen=form.seen.data or 0, said=form.said.data or ""
        ),
        said=said,
        to=page_of(invitation_id),
        again=lambda refusal: shown_page(invitation_id, agreeing=form, refusal=refusal),
    )


@bp.post("/<int:invitation_id>/ask-home")
@needs(policy.SEND)
def ask_home(invitation_id: int) -> ResponseReturnValue:
    """Send whoever agrees at a home that has nobody here a link."""
    return settle(
        Button(),
        find=lambda work: found_for(work, invitation_id, policy.SEND),
        do=ask_home_by_link,
        said=_("A new link is on its way. Links that were sent before do not work any more."),
        to=page_of(invitation_id),
    )


@bp.post("/<int:invitation_id>/record")
@needs(policy.SEND)
def record(invitation_id: int) -> ResponseReturnValue:
    """Record what the home wrote on paper, with its scan."""
    form = RecordForm()
    checked = form.checked()
    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, policy.SEND),
        do=lambda work, found: record_for_home(
            work,
            found,
            checked,
            form.signature(),
            yes=form.answer.data == "yes",
            seen=form.seen.data or 0,
            said=form.words.data or "",
        ),
        said=_("The answer is recorded, with the letter."),
        to=page_of(invitation_id),
        again=lambda refusal: shown_page(invitation_id, recording=form, refusal=refusal),
    )


@bp.post("/<int:invitation_id>/withdraw")
@needs(policy.WRITE)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    said = _("The invitation is withdrawn.")
    return _end(invitation_id, policy.WRITE, withdraw_invitation, said)


@bp.post("/<int:invitation_id>/cancel")
@needs(policy.END)
def cancel(invitation_id: int) -> ResponseReturnValue:
    return _end(invitation_id, policy.END, cancel_invitation, _("The stay is called off."))


def _end(invitation_id: int, may: Any, do: Callable[..., None], said: str) -> ResponseReturnValue:
    form = EndForm()

    def end(work: Work, found: Invitation) -> None:
        do(work, found, because=form.because.data or "")

    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, may),
        do=end,
        said=said,
        to=page_of(invitation_id),
        again=lambda refusal: shown_page(invitation_id, ending=form, refusal=refusal),
    )
