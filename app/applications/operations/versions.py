"""Versions after the first: a promised document arrives, or named answers are changed."""

from collections.abc import Sequence
from typing import Any

from app.applications import queries
from app.applications.models import Application, Document, Submission
from app.applications.operations.likeness import have_compared
from app.applications.operations.listing import list_answers
from app.applications.operations.submitting import as_sent, digest, headline, sent_before
from app.applications.progress import not_asked
from app.files.states import APART
from app.foundation.work import Work


def add_version(
    work: Work, application: Application, *, arrived: Document, promised_sha256: str
) -> Submission:
    """The same once more with a document that was promised in it and has come."""
    newest = max(sent_before(work, application), key=lambda submission: submission.number)
    content = dict(newest.content)
    content["documents"] = [
        {**said, **_arrived(arrived, promised_sha256)}
        if said.get("promised") and said["sha256"] == promised_sha256
        else said
        for said in newest.content["documents"]
    ]
    submission = Submission(
        application_id=application.id,
        number=newest.number + 1,
        content=content,
        sha256=digest(content),
        submitted_by_id=application.applicant_id,
        submitted_at=work.now,
    )
    work.session.add(submission)
    have_compared(work, application.id)
    application.version += 1
    return submission


def send_changed(work: Work, application: Application, questions: Sequence[str]) -> Submission:
    """The same once more, with these questions as they are answered now; nothing else moves.

    Everything of `queries.applications_to_fill_in` must be loaded.
    """
    newest = max(sent_before(work, application), key=lambda submission: submission.number)
    form = queries.form_of(application)
    now = {row.section: row.answers for row in application.sections}
    content = dict(newest.content)
    content["answers"] = {
        key: {
            question: now.get(key, {}).get(question) if question in questions else value
            for question, value in given.items()
        }
        for key, given in newest.content["answers"].items()
    }
    for section in form.sections:
        for question in section.questions:
            if question.key in questions and question.kind != "document":
                given = content["answers"].setdefault(section.key, {})
                given[question.key] = now.get(section.key, {}).get(question.key)
    hidden = not_asked(form, content["answers"])
    back = not_asked(form, newest.content["answers"]) - hidden
    content["answers"] = {
        key: {
            question: None
            if question in hidden
            else now.get(key, {}).get(question)
            if question in back
            else value
            for question, value in given.items()
        }
        for key, given in content["answers"].items()
    }
    content["documents"] = [
        said for said in newest.content["documents"] if said["question"] not in questions
    ] + [
        as_sent(slot.kind, document)
        for slot in application.slots
        for document in slot.documents
        if slot.kind in questions and document.removed_at is None
    ]
    submission = Submission(
        application_id=application.id,
        number=newest.number + 1,
        content=content,
        sha256=digest(content),
        submitted_by_id=application.applicant_id,
        submitted_at=work.now,
    )
    work.session.add(submission)
    work.session.flush()
    list_answers(work, application, form, submission)
    have_compared(work, application.id)
    application.headline = headline(application, form)
    application.version += 1
    return submission


def _arrived(document: Document, promised_sha256: str) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "file_name": document.file.file_name,
        "media_type": document.file.media_type,
        "size": document.file.size,
        "sha256": document.file.sha256,
        "promised_sha256": promised_sha256,
        "promised": False,
        **({"apart": True} if document.file.sensitivity in APART else {}),
    }
