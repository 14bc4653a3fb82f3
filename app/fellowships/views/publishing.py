"""Pages that ask once more before a call is published, extended, closed, reopened, cancelled."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.states import ApplicationState
from app.fellowships import policy, queries
from app.fellowships.forms.publishing import CloseForm, ExtendForm, ReasonForm
from app.fellowships.models import Call
from app.fellowships.operations import (
    cancel_call,
    close_call,
    extend_call,
    publish_call,
    reopen_call,
)
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import needs
from app.foundation.work import Work
from app.opportunities.deadlines import accepts_until
from app.opportunities.forms import wall


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


def _page(template: str) -> Callable[..., str]:
    """A page that says what will happen, and whom it concerns."""

    def page(call: Call, form: Any, **values: Any) -> str:
        counts = queries.application_counts(db.session(), [call.id]).get(call.id, {})
        drafts = counts.get(ApplicationState.DRAFT.value, 0)
        live = sum(counts.get(state.value, 0) for state in queries.LIVE)
        return office_page(
            template,
            call,
            form=form,
            drafts=drafts,
            sent=live - drafts,
            early=not has_passed_with_grace(call),
            **values,
        )

    return page


def has_passed_with_grace(call: Call) -> bool:
    """Whether nothing sent now would be taken, however slow the connection."""
    if call.closes_at is None:
        return False
    return clock.now() > accepts_until(call.closes_at, call.grace_minutes)


def _confirm_form(_call: Call, *, bound: bool) -> Button:
    return Button(formdata=_sent(bound=bound))


def _done(call_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".call", call_id=call_id))


@bp.get("/office/<int:call_id>/publish")
@needs(policy.PUBLISH)
def publish(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page("publish")(call, _confirm_form(call, bound=False))


@bp.post("/office/<int:call_id>/publish")
@needs(policy.PUBLISH)
def make_public(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, _form: Button) -> None:
        publish_call(work, call)

    again = edit_call(call_id, _confirm_form, save, _page("publish"))
    return again or _done(call_id, _("The call is published. Everybody can see it."))


@bp.get("/office/<int:call_id>/extend")
@needs(policy.EXTEND)
def extend(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page("extend")(call, _extend_form(call, bound=False))


@bp.post("/office/<int:call_id>/extend")
@needs(policy.EXTEND)
def set_later(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: ExtendForm) -> None:
        work.edit(call, form.version.data)
        extend_call(
            work,
            call,
            closes_wall=wall(form.closes.data) or "",
            reason=form.reason.data or "",
        )

    again = edit_call(call_id, _extend_form, save, _page("extend"))
    return again or _done(call_id, _("The deadline is later now. Everybody concerned is told."))


def _extend_form(call: Call, *, bound: bool) -> ExtendForm:
    form = ExtendForm(formdata=_sent(bound=bound), data={"version": call.version})
    form.zone, form.before = call.closes_zone or "UTC", call.closes_at
    return form


@bp.get("/office/<int:call_id>/close")
@needs(policy.CLOSE)
def close(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page("close")(call, _close_form(call, bound=False))


@bp.post("/office/<int:call_id>/close")
@needs(policy.CLOSE)
def stop(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: CloseForm) -> None:
        work.edit(call, form.version.data)
        close_call(work, call, reason=form.reason.data or "")

    again = edit_call(call_id, _close_form, save, _page("close"))
    return again or _done(call_id, _("The call is closed."))


def _close_form(call: Call, *, bound: bool) -> CloseForm:
    return CloseForm(formdata=_sent(bound=bound), data={"version": call.version})


@bp.get("/office/<int:call_id>/reopen")
@needs(policy.CLOSE)
def reopen(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page("reopen")(call, _confirm_form(call, bound=False))


@bp.post("/office/<int:call_id>/reopen")
@needs(policy.CLOSE)
def open_again(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, _form: Button) -> None:
        reopen_call(work, call)

    again = edit_call(call_id, _confirm_form, save, _page("reopen"))
    return again or _done(call_id, _("The call is open again."))


@bp.get("/office/<int:call_id>/cancel")
@needs(policy.CANCEL)
def cancel(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _page("cancel")(call, _reason_form(call, bound=False))


@bp.post("/office/<int:call_id>/cancel")
@needs(policy.CANCEL)
def call_off(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: ReasonForm) -> None:
        work.edit(call, form.version.data)
        cancel_call(work, call, reason=form.reason.data or "")

    again = edit_call(call_id, _reason_form, save, _page("cancel"))
    return again or _done(call_id, _("The call is cancelled. Everybody concerned is told."))


def _reason_form(call: Call, *, bound: bool) -> ReasonForm:
    return ReasonForm(formdata=_sent(bound=bound), data={"version": call.version})
