"""What the link in a mail opens, without an account: one person's page in one group."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import digest
from app.accounts.throttle import at_most
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.forms import Form
from app.foundation.languages import gettext as _
from app.foundation.web import public
from app.foundation.work import Work, unit_of_work
from app.visits import queries
from app.visits.forms import NotComingForm
from app.visits.models import VisitPerson
from app.visits.operations import confirm_coming, decline_coming, guest, opened_with
from app.visits.operations.people import refuse_dead
from app.visits.states import PersonState
from app.visits.views.named import oneself_form, person_page

bp = Blueprint("visit_links", __name__, url_prefix="/visits/confirm")
at_most("120 per minute", bp)


@bp.after_request
def _keep_private(response: Response) -> Response:
    """The address is the key: it goes into no cache, no search engine and no other site's log."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("/<token>")
@public
def asked(token: str) -> ResponseReturnValue:
    """Reading changes nothing: a mail scanner that follows the link answers nothing."""
    return _page(token)


@bp.post("/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    form = oneself_form()

    def do(work: Work, found: VisitPerson) -> None:
        confirm_coming(work, found, form.oneself(), version=form.version.data)

    said = _("Thank you. Your host sees that you come.")
    return _do(token, form, do, said, confirming=form)


@bp.post("/<token>/decline")
@public
def decline(token: str) -> ResponseReturnValue:
    form = NotComingForm()

    def do(work: Work, found: VisitPerson) -> None:
        decline_coming(work, found, reason=form.reason.data or "")

    return _do(token, form, do, _("Your host is told that you do not come."), declining=form)


def _do(
    token: str,
    form: Form,
    do: Callable[[Work, VisitPerson], None],
    said: str,
    **shown: Any,
) -> ResponseReturnValue:
    """One unit for what a button of the page says, by whoever holds the link."""
    refusal, status = "", 422
    try:
        with unit_of_work(guest(_opened(token))) as work:
            found = opened_with(work, token)
            done = form.validate()
            if done:
                do(work, found)
    except (RuleBroken, ChangedMeanwhile) as broken:
        refusal, status, done = str(broken), broken.http_status, False
    if not done:
        return _page(token, refusal=refusal, **shown), status
    flash(said, "success")
    return redirect(url_for(".asked", token=token))


def _opened(token: str) -> VisitPerson:
    """Whoever this link is for, for reading. Raises NotFound, and NoLonger for a dead link."""
    found = db.session.scalar(queries.person_with_key(digest(token)))
    if found is None:
        raise NotFound(
            _("This link opens nothing. Copy the whole line from the mail, or ask your host again.")
        )
    if found.state in {PersonState.REPLACED, PersonState.LEFT_OUT}:
        refuse_dead()
    return found


def _page(token: str, **forms: Any) -> str:
    return person_page(
        _opened(token),
        confirm_at=url_for(".confirm", token=token),
        decline_at=url_for(".decline", token=token),
        **forms,
    )
