"""The applicant's pages of changes after submitting: what is open, and what differs."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy, queries
from app.applications.forms import UploadForm
from app.applications.forms.changing import ChangesForm, changes_form
from app.applications.models import Application, ChangeRequest
from app.applications.operations import (
    leave_out_document,
    resubmit,
    save_changes,
    upload_change,
)
from app.applications.queries import changes
from app.applications.states import ChangeState
from app.applications.views.desk import Desk, desk
from app.applications.views.documents import checked_file, files_sent, readable
from app.applications.views.filling import wants_json
from app.applications.views.institutions import looks_for_institution, offer_institutions
from app.applications.views.meanwhile import saved_elsewhere
from app.files.kinds import ACCEPT
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.deadlines import accepts_until
from app.opportunities.form_definitions import Question, text_in

bp = Blueprint("changing", __name__, url_prefix="/applications/<int:application_id>/changes")


@dataclass(frozen=True, slots=True)
class Opened:
    """A request on its applicant's desk, with the questions that it opens."""

    desk: Desk
    request: ChangeRequest

    @property
    def questions(self) -> list[Question]:
        wanted = set(self.request.questions)
        return [q for q in self.desk.form.questions() if q.key in wanted]

    @property
    def documents(self) -> list[Question]:
        return [q for q in self.questions if q.kind == "document"]

    @property
    def answers(self) -> dict[str, Any]:
        """What is written so far, over what was sent."""
        sent = (row.answers for row in self.desk.application.sections)
        return {k: v for given in sent for k, v in given.items()} | self.request.answers

    @property
    def takes(self) -> bool:
        grace = self.desk.opportunity.grace_minutes
        return self.request.state is ChangeState.OPEN and clock.now() <= accepts_until(
            self.request.closes_at, grace
        )

    def form(self, *, sent: bool = False) -> ChangesForm:
        return changes_form(
            self.questions,
            languages.reader().locale,
            answers=self.answers,
            version=self.request.version,
            formdata=request.form if sent else None,
        )


@bp.get("")
@needs(policy.FILL_IN)
def changed(application_id: int) -> ResponseReturnValue:
    """What was asked of this application, and how each version differs from the one before."""
    found = _desk(application_id)
    session = db.session()
    sent = changes.sent_versions(session, application_id)
    return render_template(
        "applications/changes.html",
        desk=found,
        requests=session.scalars(changes.changes_of(application_id)).all(),
        versions=changes.versions(found.form, sent, languages.reader().locale),
        said_in=lambda texts: text_in(texts, languages.reader().locale),
    )


@bp.get("/<int:request_id>")
@needs(policy.MAKE_CHANGES)
def change(application_id: int, request_id: int) -> ResponseReturnValue:
    found = _desk(application_id)
    asked = one_or_404(_own(application_id, request_id))
    opened = Opened(found, asked)
    if asked.state is not ChangeState.OPEN:
        return redirect(url_for(".changed", application_id=application_id))
    return _page(opened, opened.form())


@bp.post("/<int:request_id>")
@needs(policy.MAKE_CHANGES)
def save(application_id: int, request_id: int) -> ResponseReturnValue:
    """Keep what there is; with the button that sends, send it as a new version."""
    wants_it_sent = request.form.get("do") == "send"
    with unit_of_work(current_actor()) as work:
        opened = _opened(work, application_id, request_id)
        form = opened.form(sent=True)
        if wants_json():
            return _autosave(work, opened, form)
        if not form.validate():
            return _page(opened, form), 422
        try:
            _keep(work, opened, form)
            if looks_for_institution(form.asked):
                form.version.data = opened.request.version
                return _page(opened, form)
            if wants_it_sent:
                resubmit(
                    work,
                    opened.request,
                    opened.desk.application,
                    key=form.request_key.data or "",
                )
        except ChangedMeanwhile:
            return _with_both(opened, form), 409
        except RuleBroken as refusal:
            return _page(opened, form, refusal=str(refusal)), refusal.http_status
    if wants_it_sent:
        flash(_("The changed application is sent. A receipt is on its way by mail."), "success")
        return redirect(url_for(".changed", application_id=application_id))
    flash(_("Saved."), "success")
    return redirect(url_for(".change", application_id=application_id, request_id=request_id))


@bp.post("/<int:request_id>/files/<question_key>")
@needs(policy.MAKE_CHANGES)
def upload(application_id: int, request_id: int, question_key: str) -> ResponseReturnValue:
    form = UploadForm()
    refusal, checked = "", None
    try:
        checked = checked_file(files_sent(question_key))
    except RuleBroken as refused:
        refusal = str(refused)
    with unit_of_work(current_actor()) as work:
        opened = _opened(work, application_id, request_id)
        question = next((q for q in opened.documents if q.key == question_key), None)
        if question is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        if not form.validate():
            refusal = _("The page had been open for too long. Choose the file again.")
        typed, clash = _typed_beside(work, opened)
        try:
            file = readable(checked, refusal)
            upload_change(work, opened.request, opened.desk.application, question, file=file)
        except RuleBroken as broken:
            said = {question_key: str(broken)}
            status = 422 if refusal else broken.http_status
            return _page(opened, typed, refused=said, meanwhile=clash), status
        flash(_("“%(name)s” is uploaded.", name=file.file_name), "success")
        if wrong := _wrong_beside(work, opened, typed, clash):
            return wrong
    return redirect(_slot(application_id, request_id, question_key))


@bp.post("/<int:request_id>/files/<question_key>/<int:document_id>/leave-out")
@needs(policy.MAKE_CHANGES)
def leave_out(
    application_id: int, request_id: int, question_key: str, document_id: int
) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        opened = _opened(work, application_id, request_id)
        typed, clash = _typed_beside(work, opened)
        if form.validate():
            leave_out_document(work, opened.request, question_key, document_id)
        if wrong := _wrong_beside(work, opened, typed, clash):
            return wrong
    return redirect(_slot(application_id, request_id, question_key))


def _desk(application_id: int) -> Desk:
    query = queries.applications_to_fill_in(current_actor())
    return desk(db.session(), one_or_404(query.where(Application.id == application_id)))


def _own(application_id: int, request_id: int) -> Any:
    return changes.own_changes(current_actor()).where(
        ChangeRequest.id == request_id, ChangeRequest.application_id == application_id
    )


def _opened(work: Work, application_id: int, request_id: int) -> Opened:
    """Both locked, the application first, as everybody locks."""
    query = queries.applications_to_fill_in(work.actor).where(Application.id == application_id)
    application = work.find(query)
    asked = work.find(_own(application_id, request_id))
    policy.MAKE_CHANGES.require(work.actor, asked)
    return Opened(desk(work.session, application), asked)


def _keep(work: Work, opened: Opened, form: ChangesForm) -> None:
    save_changes(work, opened.request, answers=form.answers, version=form.version.data)


def _autosave(work: Work, opened: Opened, form: ChangesForm) -> ResponseReturnValue:
    valid = form.validate()
    if not valid and "csrf_token" in form.errors:
        return jsonify(problem=_("This page has been open for too long. Load it again.")), 422
    try:
        _keep_what_can_be(work, opened, form)
    except ChangedMeanwhile as clash:
        return jsonify(problem=str(clash), changed=True), 409
    except RuleBroken as broken:
        return jsonify(problem=str(broken)), broken.http_status
    work.session.flush()
    return jsonify(
        saved=_saved_line(opened),
        version=opened.request.version,
        problems={name: str(said[0]) for name, said in form.errors.items()},
    )


def _keep_what_can_be(work: Work, opened: Opened, form: ChangesForm) -> None:
    """Keep every answer that can be kept; one that cannot leaves what was kept before it."""
    kept = opened.answers
    for field in form.asked:
        if field.errors and field.data is None:
            field.data = kept.get(field.question.key)
    _keep(work, opened, form)


def _typed_beside(work: Work, opened: Opened) -> tuple[ChangesForm, dict[str, str] | None]:
    """Keep the answers that a document's button sent along: without a script it has to.

    Returns the form to show again, and what was saved elsewhere where that is otherwise.
    """
    if "version" not in request.form:
        return opened.form(), None
    form, meanwhile = opened.form(sent=True), None
    if not form.validate() and "csrf_token" in form.errors:
        return form, None
    try:
        _keep_what_can_be(work, opened, form)
        work.session.flush()
    except ChangedMeanwhile:
        meanwhile = saved_elsewhere(form.asked, opened.answers)
    form.version.data = opened.request.version
    return form, meanwhile


def _wrong_beside(
    work: Work, opened: Opened, typed: ChangesForm, clash: dict[str, str] | None
) -> ResponseReturnValue | None:
    """The page again, where not all that was sent along could be kept."""
    if not clash and not typed.errors:
        return None
    work.session.flush()
    return _page(opened, typed, meanwhile=clash), 409 if clash else 422


def _saved_line(opened: Opened) -> str:
    saved_at = opened.request.saved_at
    if saved_at is None:
        return ""
    zone = languages.reader().zone or opened.request.closes_zone
    return _(
        "Saved at %(time)s, %(place)s time.",
        time=languages.clock_time(saved_at, zone),
        place=languages.city(zone),
    )


def _with_both(opened: Opened, form: ChangesForm) -> str:
    """What was typed stays in the fields; what was saved meanwhile is shown below each."""
    form.version.data = opened.request.version
    return _page(opened, form, meanwhile=saved_elsewhere(form.asked, opened.answers))


def _page(
    opened: Opened,
    form: ChangesForm,
    *,
    refusal: str = "",
    refused: dict[str, str] | None = None,
    meanwhile: dict[str, str] | None = None,
) -> str:
    offer_institutions(db.session(), form.asked)
    return render_template(
        "applications/change.html",
        opened=opened,
        desk=opened.desk,
        asked=opened.request,
        form=form,
        waiting=changes.waiting_documents(db.session(), opened.request),
        upload=UploadForm(formdata=None),
        accept=ACCEPT,
        refusal=refusal,
        refused=refused or {},
        meanwhile=meanwhile or {},
        saved=_saved_line(opened),
    )


def _slot(application_id: int, request_id: int, question_key: str) -> str:
    return url_for(
        ".change",
        application_id=application_id,
        request_id=request_id,
        _anchor=f"slot-{question_key}",
    )
