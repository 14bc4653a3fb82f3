"""The office's page of changes to one application: asking for them, and reading what differs."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy as applications
from app.applications.forms.changing import AskForm, CloseChangesForm, LaterForm
from app.applications.models import Application, ChangeRequest
from app.applications.operations import close_changes, give_more_time, look_at_changes
from app.applications.queries import changes
from app.applications.states import IN_PROGRESS, ChangeState
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import parse_form, text_in
from app.reviews.operations import request_changes
from app.reviews.queries import office as office_queries

bp = Blueprint("changes", __name__, url_prefix="/tracking/<int:call_id>/<int:application_id>")


@bp.get("/changes")
@needs(applications.READ_AS_OFFICE)
def asked(call_id: int, application_id: int) -> ResponseReturnValue:
    return _page(call_id, application_id)


@bp.post("/changes")
@needs(applications.ASK_FOR_CHANGES)
def ask(call_id: int, application_id: int) -> ResponseReturnValue:
    form = AskForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            found = _find(work, call_id, application_id)
            applications.ASK_FOR_CHANGES.require(work.actor, found)
            form.offer([q.key for _section, some in _offered(found) for q in some])
            valid = form.validate()
            if valid:
                request_changes(
                    work,
                    found,
                    questions=form.questions.data,
                    reason=form.reason.data or "",
                    closes_wall=f"{form.closes.data:%Y-%m-%dT%H:%M}",
                    count=form.count.data,
                )
    except RuleBroken as refusal:
        return _page(call_id, application_id, refusal=str(refusal), ask=form), 409
    if not valid:
        return _page(call_id, application_id, ask=form), 422
    flash(_("These questions are open for the applicant, who is told."), "success")
    return redirect(url_for(".asked", call_id=call_id, application_id=application_id))


@bp.post("/changes/<int:request_id>/later")
@needs(applications.ASK_FOR_CHANGES)
def later(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    form = LaterForm(request.form)

    def do(work: Work, found: ChangeRequest) -> None:
        wall = f"{form.closes.data:%Y-%m-%dT%H:%M}"
        give_more_time(work, found, closes_wall=wall, version=form.version.data)

    again = _do(call_id, application_id, request_id, form, do, name="later")
    return again or _done(
        call_id, application_id, _("The date is later now; the applicant is told.")
    )


@bp.post("/changes/<int:request_id>/close")
@needs(applications.ASK_FOR_CHANGES)
def close(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    form = CloseChangesForm(request.form)

    def do(work: Work, found: ChangeRequest) -> None:
        close_changes(work, found, reason=form.reason.data or "", version=form.version.data)

    again = _do(call_id, application_id, request_id, form, do, name="closing")
    return again or _done(
        call_id, application_id, _("Nothing is open any more; the applicant is told.")
    )


@bp.post("/changes/<int:request_id>/read")
@needs(applications.ASK_FOR_CHANGES)
def read(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    form = Button()
    again = _do(call_id, application_id, request_id, form, look_at_changes, name="reading")
    return again or _done(call_id, application_id, _("Noted: the changes are read."))


def _do(
    call_id: int, application_id: int, request_id: int, form: Any, do: Any, *, name: str
) -> ResponseReturnValue | None:
    """One verb about one request: None when it is done, else the page with what stands against."""
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(
                changes.changes_visible_to(work.actor).where(
                    ChangeRequest.id == request_id,
                    ChangeRequest.application_id == application_id,
                    Application.opportunity_id == call_id,
                    Application.applicant_id != work.actor.user_id,
                )
            )
            applications.ASK_FOR_CHANGES.require(work.actor, found.application)
            valid = form.validate()
            if valid:
                do(work, found)
    except (RuleBroken, ChangedMeanwhile) as refusal:
        if isinstance(refusal, ChangedMeanwhile):
            form.version.data = None
        return _page(call_id, application_id, refusal=str(refusal), **{name: form}), 409
    return None if valid else (_page(call_id, application_id, **{name: form}), 422)


def _done(call_id: int, application_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".asked", call_id=call_id, application_id=application_id))


def _find(work: Work, call_id: int, application_id: int) -> Application:
    return work.find(office_queries.application_as_office(work.actor, call_id, application_id))


def _offered(found: Application) -> list[Any]:
    definition, content = office_queries.sent_last(db.session(), found)
    return changes.may_be_opened(parse_form(definition), content or {}, found.state)


def _page(call_id: int, application_id: int, *, refusal: str = "", **forms: Any) -> str:
    actor, session = current_actor(), db.session()
    session.rollback()
    found = one_or_404(office_queries.application_as_office(actor, call_id, application_id))
    definition, _content = office_queries.sent_last(session, found)
    form = parse_form(definition)
    locale = languages.reader().locale
    requests = session.scalars(changes.changes_of(found.id)).all()
    open_now = next((one for one in requests if one.state is ChangeState.OPEN), None)
    version = open_now.version if open_now else 0
    for name in ("later", "closing"):  # somebody was faster: sent again, it is about what is now
        if name in forms and forms[name].version.data is None:
            forms[name].version.data = version
    return render_template(
        "tracking/changes.html",
        a=found,
        opportunity=found.opportunity,
        requests=requests,
        open_now=open_now,
        offered=_offered(found),
        form_of=form,
        is_scored=changes.is_scored,
        versions=changes.versions(form, changes.sent_versions(session, found.id), locale),
        may_ask=applications.ASK_FOR_CHANGES.allows(actor, found) and found.state in IN_PROGRESS,
        ask=forms.get("ask") or AskForm(formdata=None),
        later=forms.get("later") or LaterForm(formdata=None, version=version),
        closing=forms.get("closing") or CloseChangesForm(formdata=None, version=version),
        reading=Button(formdata=None),
        unread=changes.unread(session, requests),
        refusal=refusal,
        at=clock.now(),
        text_in=lambda texts: text_in(texts, locale),
    )
