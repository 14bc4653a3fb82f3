"""The office's page of the letters about one application; those that come by post enter here."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy
from app.applications.forms.letters import PostedForm
from app.applications.models import Application, Letter, ReferenceRequest
from app.applications.operations import (
    open_letter,
    print_as_office,
    record_posted_letter,
    resend_as_office,
)
from app.applications.operations.letters import until
from app.applications.queries import applications_visible_to
from app.applications.queries import letters as queries
from app.applications.states import AWAITED
from app.applications.views.printed import letter_form
from app.applications.views.recommending import checked_letter, refuse_file
from app.files.kinds import ACCEPT
from app.files.sending import sent_file
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work

bp = Blueprint(
    "posted", __name__, url_prefix="/tracking/<int:call_id>/<int:application_id>/letters"
)


@bp.get("")
@needs(policy.READ_AS_OFFICE)
def letters(call_id: int, application_id: int) -> ResponseReturnValue:
    return _page(call_id, application_id)


@bp.post("/<int:request_id>/record")
@needs(policy.HANDLE_LETTERS)
def record(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    """Enter a letter that came by post, with its scan."""
    form = PostedForm()
    refusal, checked = checked_letter(form.file.data)
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_request(call_id, application_id, request_id))
            policy.HANDLE_LETTERS.require(work.actor, found.application)
            valid = form.validate()
            if refusal:
                refuse_file(form, refusal)
            elif valid:
                record_posted_letter(work, found, form.written(checked))
    except RuleBroken as broken:
        page = _page(call_id, application_id, str(broken), {request_id: form})
        return page, broken.http_status
    if refusal or not valid:
        return _page(call_id, application_id, refusal, {request_id: form}), 422
    flash(_("The letter of %(name)s is recorded.", name=found.name), "success")
    return redirect(_here(call_id, application_id))


@bp.post("/<int:request_id>/again")
@needs(policy.HANDLE_LETTERS)
def again(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    """Send a new link; the earlier ones are dead."""
    form = Button()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_request(call_id, application_id, request_id))
            policy.HANDLE_LETTERS.require(work.actor, found.application)
            valid = form.validate()
            if valid:
                resend_as_office(work, found)
    except RuleBroken as broken:
        return _page(call_id, application_id, str(broken)), broken.http_status
    if not valid:
        return _page(call_id, application_id, form.first_error()), 422
    flash(
        _("A new link is on its way. Links that were sent before do not work any more."), "success"
    )
    return redirect(_here(call_id, application_id))


@bp.post("/<int:request_id>/form")
@needs(policy.HANDLE_LETTERS)
def paper(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    """The form that the office prints and posts."""
    form = Button()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_request(call_id, application_id, request_id))
            policy.HANDLE_LETTERS.require(work.actor, found.application)
            if not form.validate():
                return _page(call_id, application_id, form.first_error()), 422
            code = print_as_office(work, found)
            by = until(work, found)["letter_by"]
    except RuleBroken as broken:
        return _page(call_id, application_id, str(broken)), broken.http_status
    return letter_form(found, code, by)


@bp.get("/<int:request_id>/file")
@needs(policy.READ_AS_OFFICE, policy.READ_LETTER)
def file(call_id: int, application_id: int, request_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        query = queries.letters_as_office(work.actor, application_id).where(
            Application.opportunity_id == call_id, Letter.request_id == request_id
        )
        found = work.find(query)
        if found.file is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        stream = open_letter(work, found)
    return sent_file(found.file, stream)


def _request(call_id: int, application_id: int, request_id: int) -> Any:
    return queries.requests_visible_to(current_actor()).where(
        ReferenceRequest.id == request_id,
        Application.id == application_id,
        Application.opportunity_id == call_id,
    )


def _here(call_id: int, application_id: int) -> str:
    return url_for(".letters", call_id=call_id, application_id=application_id)


def _page(
    call_id: int,
    application_id: int,
    refusal: str = "",
    forms: dict[int, PostedForm] | None = None,
) -> str:
    db.session.rollback()
    actor = current_actor()
    query = applications_visible_to(actor).where(
        Application.id == application_id, Application.opportunity_id == call_id
    )
    application = one_or_404(query)
    policy.READ_AS_OFFICE.require(actor, application)
    standing = queries.letters(db.session(), application)
    if standing is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    sent = db.session.scalars(queries.letters_as_office(actor, application_id))
    return render_template(
        "tracking/letters.html",
        a=application,
        opportunity=application.opportunity,
        standing=standing,
        undelivered=queries.undelivered(db.session(), standing.requests),
        sent={letter.request_id: letter for letter in sent},
        may_handle=policy.HANDLE_LETTERS.allows(actor, application),
        awaited=AWAITED,
        opened=set(forms or {}),
        forms_of={r.id: _with_ids((forms or {}).get(r.id), r.id) for r in standing.requests},
        button=Button(formdata=None),
        refusal=refusal or _first_error(forms),
        accept=ACCEPT,
    )


def _with_ids(form: PostedForm | None, request_id: int) -> PostedForm:
    """There is one such form for each person, so each field says whose it is."""
    form = form or PostedForm(formdata=None)
    for field in form:
        field.id = field.label.field_id = f"{field.name}-{request_id}"
    return form


def _first_error(forms: dict[int, PostedForm] | None) -> str:
    return next((form.first_error() for form in (forms or {}).values()), "")
