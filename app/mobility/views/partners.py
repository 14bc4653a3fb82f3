"""For a host that has nobody who signs in here: a link opens one nomination, and no more."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.throttle import at_most
from app.exchanges import wording as exchange_words
from app.foundation import clock, keys
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.web import current_actor, keep_private, public
from app.foundation.work import unit_of_work
from app.mobility import policy, queries, wording
from app.mobility.forms import SignedAnswerForm
from app.mobility.models import ExchangeNomination, NominationKey
from app.mobility.operations import answer_by_link, partner_as_guest, take_up_link
from app.mobility.operations.links import hash_of_link, refuse_over
from app.mobility.states import NominationState
from app.mobility.views.printed import nomination_pdf

bp = Blueprint("partners", __name__, url_prefix="/partners")
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
    found, key = _opened(token)
    policy.ANSWER_BY_LINK.require(partner_as_guest(key), found)
    return nomination_pdf(found)


@bp.post("/<token>")
@public
def verify(token: str) -> ResponseReturnValue:
    return _answer(token, verified=True)


@bp.post("/<token>/refuse")
@public
def refuse(token: str) -> ResponseReturnValue:
    return _answer(token, verified=False)


def _answer(token: str, *, verified: bool) -> ResponseReturnValue:
    form = SignedAnswerForm()
    try:
        _found, key = _opened(token)
        actor = partner_as_guest(key)
        db.session.rollback()
        with unit_of_work(actor) as work:
            nomination, key = take_up_link(work, token)
            valid = form.validate()
            if valid:
                answer_by_link(
                    work,
                    nomination,
                    key,
                    form.signature(),
                    verified=verified,
                    seen=form.seen.data or 0,
                    comment=form.comment.data or "",
                )
    except (RuleBroken, ChangedMeanwhile) as broken:
        return _page(token, form=form, refusal=str(broken)), broken.http_status
    if valid:
        return redirect(url_for(".asked", token=token))
    return _page(token, form=form), 422


def _opened(token: str) -> tuple[ExchangeNomination, NominationKey]:
    """What this link opens now, for reading. Raises NotFound and NoLonger."""
    key = db.session.scalar(queries.key_with(hash_of_link(token)))
    if key is None:
        keys.refuse_unknown()
    refuse_over(key, clock.now())
    found = db.session.scalars(queries.nomination_by_link(key.nomination_id)).unique().one()
    # The student's own browser is no place to open it, however the link came there.
    if current_actor().user_id == found.person_id:
        keys.refuse_unknown()
    return found, key


def _page(token: str, *, form: SignedAnswerForm | None = None, refusal: str = "") -> str:
    db.session.rollback()
    found, key = _opened(token)
    policy.ANSWER_BY_LINK.require(partner_as_guest(key), found)
    if form is None:
        form = SignedAnswerForm(formdata=None, name=key.name)
    # After a clash the page shows what is newest: what is sent again answers that.
    form.seen.data = found.letters[-1].number
    values: dict[str, Any] = {"refusals": [refusal] if refusal else []}
    return render_template(
        "mobility/partner.html",
        found=found,
        key=key,
        token=token,
        form=form,
        may_answer=found.state is NominationState.SENT,
        wording=wording,
        exchange_words=exchange_words,
        **values,
    )
