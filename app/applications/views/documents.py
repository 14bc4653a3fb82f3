"""Documents: uploading into an application's slots, taking out, and everybody's downloads."""

import hashlib
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.applications import policy, queries
from app.applications.forms import UploadForm
from app.applications.models import Application, Document
from app.applications.operations import open_document, remove_document, upload_document
from app.applications.operations.uploads import deliver_document
from app.applications.states import ApplicationState
from app.applications.views.applicant import status_page
from app.applications.views.desk import Desk, Refused, desk
from app.applications.views.filling import (
    Sheet,
    keep_beside,
    refused_beside,
    wants_json,
    wrong_beside,
)
from app.files.binding import MOST_PHOTOS, one_document
from app.files.kinds import MEGABYTE
from app.files.operations import CheckedFile, check_file, open_file
from app.files.sending import sent_file
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import Question, text_in

bp = Blueprint("documents", __name__)

MOST_SENT = 64 * MEGABYTE  # several photos at once


@bp.post("/applications/<int:application_id>/files/<question_key>")
@needs(policy.FILL_IN)
def upload(application_id: int, question_key: str) -> ResponseReturnValue:
    request.max_content_length = MOST_SENT
    form = UploadForm()
    # A file is read and checked before the transaction begins: a picture takes its time.
    refusal, checked, digest = "", None, ""
    try:
        sent = files_sent(question_key)
        checked = checked_file(sent)
        digest = _digest(cast("BinaryIO", sent[0].stream))
    except RuleBroken as refused:
        refusal = str(refused)
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        application = work.find(query.where(Application.id == application_id))
        found = desk(work.session, application)
        question = found.form.question(question_key)
        if question is None or question.kind != "document":
            raise NotFound(_("There is no such page, or it is not yours to see."))
        if not form.validate():
            refusal = _("The page had been open for too long. Choose the file again.")
        draft, section = application.state is ApplicationState.DRAFT, found.section_of(question)
        typed = keep_beside(work, found, section) if draft else None
        try:
            file = readable(checked, refusal)
            _take(work, application, question, file, digest)
        except RuleBroken as broken:
            return _refused(found, question, str(broken), typed)
        flash(_("“%(name)s” is uploaded.", name=file.file_name), "success")
        if wrong := wrong_beside(desk(work.session, application), typed):
            return wrong
    address = (
        slot_address(application_id, section.key, question_key)
        if draft
        else url_for("applications.application", application_id=application_id)
    )
    return jsonify(url=address) if wants_json() else redirect(address)


def _take(
    work: Work, application: Application, question: Question, checked: CheckedFile, digest: str
) -> None:
    if application.state is ApplicationState.DRAFT:
        upload_document(work, application, question, file=checked)
    else:
        deliver_document(work, application, question, file=checked, sha256=digest)


def _refused(
    found: Desk, question: Question, refusal: str, typed: Sheet | None
) -> ResponseReturnValue:
    """To the page's script the sentence alone, else the page with it beside the document."""
    if wants_json():
        return jsonify(problem=refusal), 422
    if found.application.state is not ApplicationState.DRAFT:
        return status_page(found, {question.key: Refused(refusal)}), 422
    return refused_beside(found, question, Refused(refusal), typed=typed), 422


def files_sent(question_key: str) -> list[FileStorage]:
    """What was chosen for a document: one file, or several photos.

    Among the answers of its section the field is named after the document.
    """
    names = ("file", f"file-{question_key}")
    return [file for name in names for file in request.files.getlist(name) if file.filename]


def checked_file(sent: Sequence[FileStorage]) -> CheckedFile:
    """The file; or several photos as one PDF."""
    if not sent:
        raise RuleBroken(_("Choose a file first."))
    checked = [
        check_file(
            cast("BinaryIO", file.stream),
            file_name=file.filename or "",
            declared=file.mimetype or "",
        )
        for file in sent[: MOST_PHOTOS + 1]
    ]
    return checked[0] if len(checked) == 1 else one_document(checked)


def readable(checked: CheckedFile | None, refusal: str) -> CheckedFile:
    """The file that was checked. Raises RuleBroken where it was refused."""
    if refusal or checked is None:
        raise RuleBroken(refusal)
    return checked


def _digest(stream: BinaryIO) -> str:
    """SHA-256 of what was sent, before anything was taken out of it."""
    stream.seek(0)
    return hashlib.sha256(stream.read()).hexdigest()


def slot_address(application_id: int, section_key: str, question_key: str) -> str:
    return url_for(
        "filling.section",
        application_id=application_id,
        section_key=section_key,
        _anchor=f"slot-{question_key}",
    )


@bp.post("/applications/<int:application_id>/files/<question_key>/<int:document_id>/remove")
@needs(policy.FILL_IN)
def remove(application_id: int, question_key: str, document_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        application = work.find(query.where(Application.id == application_id))
        slot = next((s for s in application.slots if s.kind == question_key), None)
        document = next((d for d in slot.documents if d.id == document_id), None) if slot else None
        section = next(
            (s for s in queries.form_of(application).sections if s.question(question_key)), None
        )
        if document is None or section is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        typed = keep_beside(work, desk(work.session, application), section)
        if not form.validate():
            flash(_("The page had been open for too long. Please press the button again."))
            return wrong_beside(desk(work.session, application), typed) or redirect(
                slot_address(application_id, section.key, question_key)
            )
        remove_document(work, application, document)
        flash(_("“%(name)s” is taken out.", name=document.file.file_name), "success")
        if wrong := wrong_beside(desk(work.session, application), typed):
            return wrong
    return redirect(slot_address(application_id, section.key, question_key))


@bp.get("/documents")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    return render_template("applications/documents.html", groups=_by_application())


def _by_application() -> list[dict[str, Any]]:
    """One's documents under the title of what they were uploaded for."""
    locale = languages.reader().locale
    groups: dict[int, dict[str, Any]] = {}
    for own in queries.own_documents(db.session(), current_actor()):
        application = own.application
        if application.id not in groups:
            title, lang = queries.title_in(application.opportunity, locale)
            groups[application.id] = {
                "application": application,
                "title": title,
                "lang": lang,
                "rows": [],
            }
        question = queries.form_of(application).question(own.question)
        label, lang = text_in(question.label, locale) if question else (own.question, locale)
        groups[application.id]["rows"].append({"own": own, "label": label, "lang": lang})
    return list(groups.values())


@bp.get("/documents/<int:document_id>")
@needs(policy.VIEW)
def document(document_id: int) -> ResponseReturnValue:
    query = queries.documents_visible_to(current_actor()).where(Document.id == document_id)
    found = one_or_404(query)
    person_id = queries.owner_of(db.session(), found)
    if person_id == current_actor().user_id:
        return sent_file(found.file, open_file(found.file))
    with unit_of_work(current_actor()) as work:
        found = work.find(query)
        stream = open_document(work, found, person_id=person_id)
    return sent_file(found.file, stream)
