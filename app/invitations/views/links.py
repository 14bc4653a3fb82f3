"""What the link in a mail opens, without an account: one invitation, for one side."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.throttle import at_most
from app.foundation import clock, keys
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.forms import Form
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, keep_private, public
from app.foundation.work import Work, unit_of_work
from app.invitations import queries
from app.invitations.forms import AcceptForm, DeclineForm, SignedHomeForm
from app.invitations.models import Invitation, InvitationKey
from app.invitations.operations import (
    accept_invitation,
    answer_for_home,
    as_guest,
    decline_invitation,
    take_up_link,
)
from app.invitations.operations.links import hash_of_link, refuse_over
from app.invitations.states import WAITING, InvitationState, Side
from app.invitations.views.answering import accepted_with
from app.invitations.views.pages import around
from app.invitations.views.printed import letter_pdf

bp = Blueprint("invited", __name__, url_prefix="/research-stays/answer")
at_most("120 per minute", bp)
bp.after_request(keep_private)


@bp.get("/<token>")
@public
def asked(token: str) -> ResponseReturnValue:
    """Reading changes nothing: a mail scanner that follows the link uses nothing up."""
    return _page(token)


@bp.get("/<token>/letter.pdf")
@public
def letter(token: str) -> ResponseReturnValue:
    found, _key = _opened(token)
    return letter_pdf(found)


@bp.post("/<token>/accept")
@public
def accept(token: str) -> ResponseReturnValue:
    form = AcceptForm()

    def do(work: Work, found: Invitation, key: InvitationKey) -> None:
        _of(key, Side.PERSON)
        accept_invitation(work, found, key=key, **accepted_with(form))

    return _do(token, form, do, _("You accepted. Your institution is asked to agree."), "accepting")


@bp.post("/<token>/decline")
@public
def decline(token: str) -> ResponseReturnValue:
    form = DeclineForm()

    def do(work: Work, found: Invitation, key: InvitationKey) -> None:
        _of(key, Side.PERSON)
        seen, said = form.seen.data or 0, form.said.data or ""
        decline_invitation(work, found, seen=seen, said=said, key=key)

    return _do(token, form, do, _("The host is told that you do not come."), "declining")


@bp.post("/<token>/agree")
@public
def agree(token: str) -> ResponseReturnValue:
    return _for_home(token, _("Your institution agrees: it is certain."), yes=True)


@bp.post("/<token>/refuse")
@public
def refuse(token: str) -> ResponseReturnValue:
    return _for_home(token, _("The host and the person read why."), yes=False)


def _for_home(token: str, said: str, *, yes: bool) -> ResponseReturnValue:
    form = SignedHomeForm()

    def do(work: Work, found: Invitation, key: InvitationKey) -> None:
        _of(key, Side.HOME)
        answer_for_home(
            work,
            found,
            yes=yes,
            seen=form.seen.data or 0,
            said=form.said.data or "",
            signed=form.signature(),
            key=key,
        )

    return _do(token, form, do, said, "agreeing")


def _of(key: InvitationKey, side: Side) -> None:
    """A link for one side answers for no other."""
    if key.side is not side:
        keys.refuse_unknown()


def _do(
    token: str,
    form: Form,
    do: Callable[[Work, Invitation, InvitationKey], None],
    said: str,
    name: str,
) -> ResponseReturnValue:
    """One unit for what a button of the page says, by whoever holds the link."""
    refusal, status = "", 422
    try:
        _found, key = _opened(token)
        actor = as_guest(key)
        db.session.rollback()
        with unit_of_work(actor) as work:
            found, key = take_up_link(work, token)
            done = form.validate()
            if done:
                do(work, found, key)
    except (RuleBroken, ChangedMeanwhile) as broken:
        refusal, status, done = str(broken), broken.http_status, False
    if not done:
        return _page(token, refusal=refusal, **{name: form}), status
    flash(said, "success")
    return redirect(url_for(".asked", token=token))


def _opened(token: str) -> tuple[Invitation, InvitationKey]:
    """What this link opens now, for reading. Raises NotFound and NoLonger."""
    key = db.session.scalar(queries.key_with(hash_of_link(token)))
    if key is None:
        keys.refuse_unknown()
    refuse_answered(key)
    found = db.session.scalars(queries.invitation_by_link(key.invitation_id)).unique().one()
    # The person's own browser is no place to agree for the home, however the link came there.
    if key.side is Side.HOME and current_actor().user_id in {found.person_id} - {None}:
        keys.refuse_unknown()
    return found, key


def refuse_answered(key: InvitationKey) -> None:
    refuse_over(key, clock.now())


def _page(token: str, *, refusal: str = "", **forms: Any) -> str:
    db.session.rollback()
    found, key = _opened(token)
    seen = found.letters[-1].number
    made = {
        "accepting": AcceptForm(formdata=None),
        "declining": DeclineForm(formdata=None),
        "agreeing": SignedHomeForm(formdata=None, name=key.name),
    } | forms
    # After a clash the page shows what is newest: what is sent again answers that.
    for form in made.values():
        form.seen.data = seen
    own = key.side is Side.PERSON
    return render_template(
        "invitations/linked.html",
        **around(found),
        **made,
        key=key,
        token=token,
        own=own,
        refusals=[refusal] if refusal else [],
        wrong=next((one for one in forms.values() if one.errors), made["accepting"]),
        may_accept=own and found.state is InvitationState.SENT,
        may_decline=own and found.state in WAITING,
        may_agree=not own and found.state is InvitationState.ACCEPTED,
        home_off=not queries.home_signs_in(db.session(), found),
        has_account=found.person_id is not None,
    )
