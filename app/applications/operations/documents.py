"""Documents of an application: uploaded into their slot, replaced, taken out, opened."""

from typing import BinaryIO

from sqlalchemy import func, select

from app.applications import policy
from app.applications.models import Application, Document, DocumentSlot
from app.applications.operations.applying import refuse_unless_draft
from app.applications.queries.visible import applications
from app.applications.states import SlotFlow
from app.audit.record import record
from app.files.operations import CheckedFile, erase_file, keep_checked_file, open_file
from app.files.states import APART, Sensitivity
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.ledger.operations import note_view
from app.opportunities.form_definitions import Question

# Nobody needs more attempts; without a limit one account could fill the disk.
MOST_ATTEMPTS = 40


def upload_document(
    work: Work, application: Application, question: Question, *, file: CheckedFile
) -> Document:
    """Put a file into its slot; where one file is asked for, it takes the place of the earlier.

    `slots` with their live documents must be loaded.
    """
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    slot = slot_for(work, application, question)
    live = [d for d in slot.documents if d.removed_at is None]
    _refuse_beyond_limits(work, slot, question, len(live))

    if not question.most or question.most == 1:
        for earlier in live:
            _take_out(work, earlier)
    document = put_into_slot(work, application, slot, question, file)
    application.saved_at = work.now

    record(
        work,
        "document.uploaded",
        document,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        slot=question.key,
    )
    return document


def put_into_slot(
    work: Work, application: Application, slot: DocumentSlot, question: Question, file: CheckedFile
) -> Document:
    """Keep a file and say which slot it lies in."""
    kept = keep_checked_file(
        work,
        file,
        owner_id=application.applicant_id,
        sensitivity=Sensitivity(question.sensitivity),
    )
    work.session.flush()
    document = Document(
        slot_id=slot.id,
        application_id=application.id,
        file_id=kept.id,
        file=kept,
        uploaded_by_id=work.actor.user_id,
        uploaded_at=work.now,
    )
    work.session.add(document)
    SlotFlow.upload(slot)
    slot.infected_file = ""
    slot.version += 1
    return document


def remove_document(work: Work, application: Application, document: Document) -> None:
    """Take a document out of a draft; nobody else has seen it, so its bytes go too."""
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    if document.removed_at is not None:
        return
    slot = next(s for s in application.slots if s.id == document.slot_id)

    _take_out(work, document)
    if all(d.removed_at is not None for d in slot.documents):
        SlotFlow.take_back(slot)
    slot.version += 1
    application.saved_at = work.now

    record(
        work,
        "document.removed",
        document,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        slot=slot.kind,
    )


def open_document(work: Work, document: Document, *, person_id: int) -> BinaryIO:
    """Open a document of `person_id` for the actor, whose page found it among what one may see.

    A view by somebody else is written into the ledger, which the applicant can read. The file
    must be loaded. What is kept apart has a permission of its own.
    """
    if document.file.sensitivity in APART:
        whole = applications().where(Application.id == document.application_id)
        policy.READ_APART.require(work.actor, work.session.scalars(whole).one())
    note_view(
        work,
        document,
        person_id=person_id,
        what="document",
        application_id=document.application_id,
    )
    return open_file(document.file)


def slot_for(work: Work, application: Application, question: Question) -> DocumentSlot:
    """The slot of a question. `slots` must be loaded."""
    slot = next((s for s in application.slots if s.kind == question.key), None)
    if slot is not None:
        return slot
    # A draft that was begun otherwise (loaded in bulk, say) gets its slot when it is needed.
    slot = DocumentSlot(application_id=application.id, kind=question.key, documents=[])
    application.slots.append(slot)
    work.session.flush()
    return slot


def _refuse_beyond_limits(work: Work, slot: DocumentSlot, question: Question, live: int) -> None:
    if question.kind != "document":
        raise NotFound(_("There is no such page, or it is not yours to see."))
    if question.most and question.most > 1 and live >= question.most:
        raise RuleBroken(
            _("At most %(most)s files fit here. Remove one first.", most=question.most)
        )
    refuse_beyond_attempts(work, slot)


def refuse_beyond_attempts(work: Work, slot: DocumentSlot) -> None:
    attempts = work.session.scalar(
        select(func.count(Document.id)).where(Document.slot_id == slot.id)
    )
    if (attempts or 0) >= MOST_ATTEMPTS:
        raise RuleBroken(
            _("This document was uploaded very often. Please write to the office for help.")
        )


def _take_out(work: Work, document: Document) -> None:
    document.removed_at = work.now
    erase_file(work, document.file)
