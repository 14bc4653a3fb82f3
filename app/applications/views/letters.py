"""The applicant's page of letters: whom one asks, who has answered, asking again or another."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy, queries
from app.applications.forms.letters import PersonForm
from app.applications.models import Application, Letter, ReferenceRequest
from app.applications.operations import (
    ask_for_letter,
    print_code,
    replace_request,
    resend_link,
    take_back_request,
)
from app.applications.operations.letters import until
from app.applications.queries import letters as letter_queries
from app.applications.views.desk import desk
from app.applications.views.printed import letter_form
from app.files.operations import open_file
from app.files.sending import sent_file
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work

bp = Blueprint("letters", __name__, url_prefix="/applications/<int:application_id>/letters")


@bp.get("")
@needs(policy.ASK_FOR_LETTERS)
def people(application_id: int) -> ResponseReturnValue:
    return _page(application_id, _blank())


@bp.post("")
@needs(policy.ASK_FOR_LETTERS)
def ask(application_id: int) -> ResponseReturnValue:
    form = PersonForm(request.form)
    return settle(
        form,
        find=lambda work: work.find(_own(work, application_id)),
        do=lambda work, application: ask_for_letter(
            work, application, form.person(), key=form.key.data or ""
        ),
        said=_asked,
        to=url_for(".people", application_id=application_id),
        again=lambda refusal: _page(application_id, form, refusal=refusal),
    )


def _own(work: Work, application_id: int) -> Any:
    return queries.own_applications(work.actor).where(Application.id == application_id)


def _asked(asked: ReferenceRequest) -> str:
    if asked.email:
        return _("%(name)s is asked for a letter and gets a mail with a link.", name=asked.name)
    return _(
        "Print the form for %(name)s now: it has the code to send the letter.", name=asked.name
    )


@bp.get("/<int:request_id>/instead")
@needs(policy.ASK_FOR_LETTERS)
def instead(application_id: int, request_id: int) -> ResponseReturnValue:
    found = one_or_404(_request(application_id, request_id))
    return _page(application_id, _blank(), instead_of=found)


@bp.post("/<int:request_id>/instead")
@needs(policy.ASK_FOR_LETTERS)
def replace(application_id: int, request_id: int) -> ResponseReturnValue:
    form = PersonForm(request.form)

    def again(refusal: str) -> str:
        before = one_or_404(_request(application_id, request_id))
        return _page(application_id, form, refusal=refusal, instead_of=before)

    return settle(
        form,
        find=lambda work: work.find(_request(application_id, request_id)),
        do=lambda work, before: replace_request(
            work, before, form.person(), key=form.key.data or ""
        ),
        said=_asked,
        to=url_for(".people", application_id=application_id),
        again=again,
    )


def _request(application_id: int, request_id: int) -> Any:
    return letter_queries.own_requests(current_actor()).where(
        ReferenceRequest.id == request_id, Application.id == application_id
    )


@bp.post("/<int:request_id>/again")
@needs(policy.ASK_FOR_LETTERS)
def again(application_id: int, request_id: int) -> ResponseReturnValue:
    """Send a new link; the earlier ones are dead."""
    return _press(
        application_id,
        request_id,
        resend_link,
        _("A new link is on its way. Links that were sent before do not work any more."),
    )


@bp.post("/<int:request_id>/take-back")
@needs(policy.ASK_FOR_LETTERS)
def take_back(application_id: int, request_id: int) -> ResponseReturnValue:
    return _press(
        application_id, request_id, take_back_request, _("This person is not asked any more.")
    )


@bp.post("/<int:request_id>/form")
@needs(policy.ASK_FOR_LETTERS)
def paper(application_id: int, request_id: int) -> ResponseReturnValue:
    """The form to print and hand over; its code makes the one that was printed before dead."""
    form = Button()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_request(application_id, request_id))
            if not form.validate():
                return _page(application_id, _blank(), refusal=form.first_error()), 422
            code = print_code(work, found)
            by = until(work, found)["letter_by"]
    except RuleBroken as refusal:
        return _page(application_id, _blank(), refusal=str(refusal)), refusal.http_status
    return letter_form(found, code, by)


def _press(
    application_id: int,
    request_id: int,
    do: Callable[[Work, ReferenceRequest], None],
    done: str,
) -> ResponseReturnValue:
    form = Button()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_request(application_id, request_id))
            valid = form.validate()
            if valid:
                do(work, found)
    except RuleBroken as refusal:
        return _page(application_id, _blank(), refusal=str(refusal)), refusal.http_status
    flash(done if valid else form.first_error(), "success" if valid else "warning")
    return redirect(url_for(".people", application_id=application_id))


@bp.get("/<int:request_id>/letter")
@needs(policy.ASK_FOR_LETTERS, policy.READ_LETTER)
def letter(application_id: int, request_id: int) -> ResponseReturnValue:
    """A letter that its writer lets the applicant read; a confidential one is not there."""
    found = _open_letter(application_id, request_id)
    person = one_or_404(_request(application_id, request_id))
    return render_template("applications/letter.html", letter=found, person=person)


@bp.get("/<int:request_id>/letter/file")
@needs(policy.ASK_FOR_LETTERS, policy.READ_LETTER)
def file(application_id: int, request_id: int) -> ResponseReturnValue:
    found = _open_letter(application_id, request_id)
    if found.file is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return sent_file(found.file, open_file(found.file))


def _open_letter(application_id: int, request_id: int) -> Letter:
    query = letter_queries.letters_visible_to(current_actor()).where(
        Application.id == application_id,
        Application.applicant_id == current_actor().user_id,
        Letter.request_id == request_id,
    )
    return one_or_404(query)


def _blank() -> PersonForm:
    form = PersonForm(formdata=None, key=secrets.token_urlsafe(16))
    reader = languages.reader().locale
    form.locale.data = reader
    return form


def _page(
    application_id: int,
    form: PersonForm,
    *,
    refusal: str = "",
    instead_of: ReferenceRequest | None = None,
) -> str:
    db.session.rollback()
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    if found.letters is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    readable = letter_queries.letters_visible_to(current_actor()).where(
        Application.id == application_id
    )
    return render_template(
        "applications/letters.html",
        desk=found,
        letters=found.letters,
        form=form,
        button=Button(formdata=None),
        refusal=refusal,
        instead_of=instead_of,
        undelivered=letter_queries.undelivered(db.session(), found.letters.requests),
        readable={open_one.request_id for open_one in db.session.scalars(readable)},
    )
