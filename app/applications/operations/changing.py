"""Changes after submitting, by the applicant: kept while they are made, sent as a new version."""

from collections.abc import Mapping
from typing import Any

from app.applications import policy, queries
from app.applications.messages import ChangesReceived
from app.applications.models import Application, ChangeRequest, Document, Submission
from app.applications.operations.applying import titles
from app.applications.operations.asking_changes import (
    ask_the_office,
    form_of_changes,
    refuse_unless_open_still,
    tell_applicant,
)
from app.applications.operations.documents import refuse_beyond_attempts, slot_for
from app.applications.operations.institutions import as_listed
from app.applications.operations.versions import send_changed
from app.applications.queries import changes
from app.applications.states import IN_PROGRESS, ChangeFlow, SlotFlow
from app.audit.record import record
from app.files.operations import CheckedFile, keep_checked_file
from app.files.states import Sensitivity
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.opportunities.deadlines import accepts_until
from app.opportunities.form_definitions import (
    FormDefinition,
    Question,
    missing,
    read_answer,
    text_in,
)

RESUBMIT = "applications.resubmit"


def save_changes(
    work: Work, request: ChangeRequest, *, answers: Mapping[str, Any], version: int | None = None
) -> None:
    """Keep what the applicant has so far; the office sees it when it is sent. Raises RuleBroken."""
    policy.MAKE_CHANGES.require(work.actor, request)
    _refuse_unless_taken(work, request)
    form = form_of_changes(work, request.application)
    kept = dict(request.answers)
    for key in request.questions:
        question = form.question(key)
        if question is None or question.kind == "document" or key not in answers:
            continue
        value, problem = read_answer(question, answers[key])
        if problem and value is None:
            raise RuleBroken(problem)
        kept[key] = value
    kept = as_listed(work.session, kept)
    same = kept == request.answers
    if not same and version is not None and version != request.version:
        raise ChangedMeanwhile(_("This was saved on another page after you opened it."))
    request.saved_at = work.now
    if same:
        return
    request.answers = kept
    request.version += 1


def upload_change(
    work: Work,
    request: ChangeRequest,
    application: Application,
    question: Question,
    *,
    file: CheckedFile,
) -> Document:
    """Keep a file that goes with the changes; it takes its place when they are sent.

    `application` is the request's, with its slots.
    """
    policy.MAKE_CHANGES.require(work.actor, request)
    _refuse_unless_taken(work, request)
    if question.kind != "document" or question.key not in request.questions:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    slot = slot_for(work, application, question)
    refuse_beyond_attempts(work, slot)
    waiting = request.documents.get(question.key, [])
    most = question.most or 1
    if most > 1 and len(waiting) >= most:
        raise RuleBroken(_("At most %(most)s files fit here. Remove one first.", most=most))

    kept = keep_checked_file(
        work,
        file,
        owner_id=application.applicant_id,
        sensitivity=Sensitivity(question.sensitivity),
    )
    work.session.flush()
    # Until it is sent it lies beside the slot, where nobody but its owner finds it.
    document = Document(
        slot_id=slot.id,
        application_id=application.id,
        file_id=kept.id,
        file=kept,
        uploaded_by_id=work.actor.user_id,
        uploaded_at=work.now,
        removed_at=work.now,
    )
    work.session.add(document)
    work.session.flush()
    ids = [*waiting, document.id] if most > 1 else [document.id]
    request.documents = {**request.documents, question.key: ids}
    slot.infected_file = ""
    request.saved_at = work.now
    return document


def leave_out_document(work: Work, request: ChangeRequest, question: str, document_id: int) -> None:
    """Do not send this file with the changes after all; what was sent before stays."""
    policy.MAKE_CHANGES.require(work.actor, request)
    _refuse_unless_taken(work, request)
    waiting = request.documents.get(question, [])
    if document_id not in waiting:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    request.documents = {
        **request.documents,
        question: [i for i in waiting if i != document_id],
    }


def resubmit(
    work: Work, request: ChangeRequest, application: Application, *, key: str
) -> Submission:
    """Send the changed answers as a new version; everything else stays as it was sent.

    `application` is the request's, with everything of `queries.applications_to_fill_in`.
    """
    policy.MAKE_CHANGES.require(work.actor, request)
    earlier = earlier_result(work, RESUBMIT, key)
    if earlier is not None:
        return work.session.get_one(Submission, earlier)
    _refuse_unless_taken(work, request)
    form = queries.form_of(application)
    _refuse_unless_complete(form, request, application)

    _put_answers_in_place(work, request, application, form)
    _put_documents_in_place(work, request, application)
    submission = send_changed(work, application, request.questions)
    ChangeFlow.answer(request)
    request.answered_at, request.to_version = work.now, submission.number
    request.version += 1
    close_tasks(work, "changes not made", request)

    remember_result(work, RESUBMIT, key, submission.id)
    record(
        work,
        "application.changed",
        request,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        sha256=submission.sha256,
    )
    ask_the_office(work, "changes to read", request)
    message = ChangesReceived(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        number=submission.number,
        sha256=submission.sha256,
        sent_at=work.now,
    )
    tell_applicant(work, application, message, once=str(request.id))
    return submission


def _refuse_unless_taken(work: Work, request: ChangeRequest) -> None:
    refuse_unless_open_still(request)
    application = request.application
    if application.state not in IN_PROGRESS:
        raise RuleBroken(_("Only an application that is still being decided can be changed."))
    if work.now > accepts_until(request.closes_at, application.opportunity.grace_minutes):
        raise RuleBroken(
            _("The date has passed. The office knows; write to them if you need more time.")
        )


def _refuse_unless_complete(
    form: FormDefinition, request: ChangeRequest, application: Application
) -> None:
    given = {key: value for row in application.sections for key, value in row.answers.items()}
    changed = any(given.get(key) != value for key, value in request.answers.items())
    if not changed and not any(request.documents.values()):
        raise RuleBroken(_("Change at least one answer before you send."))
    for key in request.questions:
        question = form.question(key)
        if question is None or question.kind == "document" or key not in request.answers:
            continue
        problem = missing(question, request.answers[key]) or _too_long(question, request, key)
        if problem:
            label = text_in(question.label, reader().locale)[0]
            raise RuleBroken(_("%(question)s — %(problem)s", question=label, problem=problem))


def _too_long(question: Question, request: ChangeRequest, key: str) -> str | None:
    """Whether what is kept is longer than it may be: kept while one shortens it, never sent."""
    value = request.answers.get(key)
    return read_answer(question, value).problem if isinstance(value, str) else None


def _put_answers_in_place(
    work: Work, request: ChangeRequest, application: Application, form: FormDefinition
) -> None:
    for row in application.sections:
        section = form.section(row.section)
        mine = {
            q.key: request.answers[q.key]
            for q in (section.questions if section else ())
            if q.key in request.answers
        }
        if mine and {**row.answers, **mine} != row.answers:
            row.answers = {**row.answers, **mine}
            row.saved_at = work.now
            row.version += 1


def _put_documents_in_place(work: Work, request: ChangeRequest, application: Application) -> None:
    """New files take the place of those sent before, which stay with their version."""
    waiting = changes.waiting_documents(work.session, request)
    for slot in application.slots:
        if not waiting.get(slot.kind):
            continue
        for earlier in slot.documents:
            earlier.removed_at = work.now
        for document in waiting[slot.kind]:
            document.removed_at = None
        slot.documents = [*slot.documents, *waiting[slot.kind]]
        SlotFlow.upload(slot)  # accepted or waived before: the office looks at it anew
        slot.version += 1
