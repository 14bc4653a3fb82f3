"""How one signs in, in which browsers one is signed in, and what was agreed to."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.accounts import policy, queries
from app.accounts.models import SessionRow, User
from app.accounts.operations import (
    PRIVACY_NOTICE,
    end_calendar_address,
    end_other_sessions,
    end_session,
    make_calendar_address,
)
from app.accounts.queries import digest
from app.accounts.views.blueprint import bp
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404, public
from app.foundation.work import unit_of_work


def _this_browser() -> str:
    """What the table of sessions keeps of this browser's key."""
    return digest(getattr(session, "key", ""))


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("accounts/privacy.html", version=PRIVACY_NOTICE)


@bp.get("/account")
@needs(SIGNED_IN)
def account() -> ResponseReturnValue:
    person = one_or_404(queries.person_with_passkeys(current_actor()))
    return _account_page(person)


def _account_page(person: User, *, calendar: str = "") -> str:
    """`calendar` is the address that was made just now: it is shown this once."""
    actor = current_actor()
    return render_template(
        "accounts/account.html",
        person=person,
        sessions=db.session.scalars(queries.sessions_of(actor)).all(),
        here=_this_browser(),
        kept=db.session.scalar(queries.calendar_address(actor)),
        calendar=calendar,
    )


@bp.post("/account/calendar")
@needs(policy.EDIT_PROFILE)
def make_calendar() -> ResponseReturnValue:
    """A new address of one's calendar; the page shows it this once."""
    form = Button(request.form)
    with unit_of_work(current_actor()) as work:
        person: User = work.find(queries.person(work.actor))
        if not form.validate():
            raise RuleBroken(form.first_error())
        secret = make_calendar_address(work, person)
    person = one_or_404(queries.person_with_passkeys(current_actor()))
    address = url_for("dashboards.calendar", secret=secret, _external=True)
    return _account_page(person, calendar=address)


@bp.post("/account/calendar/end")
@needs(policy.EDIT_PROFILE)
def end_calendar() -> ResponseReturnValue:
    form = Button(request.form)
    with unit_of_work(current_actor()) as work:
        person: User = work.find(queries.person(work.actor))
        if not form.validate():
            raise RuleBroken(form.first_error())
        end_calendar_address(work, person)
    flash(_("The address of your calendar opens nothing any more."), "success")
    return redirect(url_for(".account"))


@bp.post("/account/sessions/<int:session_id>/end")
@needs(policy.END_SESSION)
def end(session_id: int) -> ResponseReturnValue:
    form = Button(request.form)
    with unit_of_work(current_actor()) as work:
        person = work.find(queries.person(work.actor))
        row = work.find(queries.sessions_of(work.actor).where(SessionRow.id == session_id))
        if not form.validate():
            raise RuleBroken(form.first_error())
        end_session(work, person, row)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".account"))


@bp.post("/account/sessions/end-others")
@needs(policy.EDIT_PROFILE)
def end_others() -> ResponseReturnValue:
    form = Button(request.form)
    with unit_of_work(current_actor()) as work:
        person: User = work.find(queries.person(work.actor))
        if not form.validate():
            raise RuleBroken(form.first_error())
        ended = end_other_sessions(work, person, keep=_this_browser())
    said = ngettext(
        "%(num)s other browser is signed out.", "%(num)s other browsers are signed out.", ended
    )
    flash(said, "success")
    return redirect(url_for(".account"))
