"""What comes of the virus scan of documents and letters: clean ones are read, others come anew."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import DocumentInfected
from app.applications.models import Application, Document, DocumentSlot, UploadGrace
from app.applications.operations.applying import titles
from app.applications.operations.giving_time import A_DAY
from app.applications.queries import form_of
from app.applications.queries.grace import graces_of
from app.applications.states import ApplicationState, SlotFlow, SlotState
from app.audit.record import record
from app.files.models import StoredFile
from app.files.operations import note_scan
from app.foundation.languages import LANGUAGES
from app.foundation.work import Work
from app.notifications.notify import notify
from app.opportunities.form_definitions import text_in


def take_scan(work: Work, file: StoredFile, *, virus: str) -> None:
    """Keep what the scanner said of a file; of an infected document its owner is told.

    The document is asked for again: in a draft as before, and for a submitted application within
    a day, which does not count against it.
    """
    policy.CHASE.require(work.actor, None)
    if not note_scan(work, file, virus):
        return
    document = work.session.scalar(
        select(Document).where(Document.file_id == file.id, Document.removed_at.is_(None))
    )
    if document is None:
        return
    document.removed_at = work.now
    slot = work.session.get_one(DocumentSlot, document.slot_id, with_for_update=True)
    application = work.session.scalars(
        select(Application)
        .where(Application.id == document.application_id)
        .options(
            joinedload(Application.opportunity, innerjoin=True),
            joinedload(Application.form_version, innerjoin=True),
        )
    ).one()
    grace = _open_again(work, application, slot)

    record(
        work,
        "document.infected",
        document,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        slot=slot.kind,
    )
    question = form_of(application).question(slot.kind)
    label = question.label if question else {}
    message = DocumentInfected(
        application_id=application.id,
        titles=titles(work, application.opportunity),
        documents={code: text_in(label, code)[0] or slot.kind for code in LANGUAGES},
        file_name=file.file_name,
        until_at=grace.until_at if grace else None,
        zone=application.opportunity.closes_zone or "UTC",
    )
    person = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(person), message, once=str(document.id))


def _open_again(work: Work, application: Application, slot: DocumentSlot) -> UploadGrace | None:
    """The slot asks for the document again, unless another file lies in it."""
    others = select(Document.id).where(Document.slot_id == slot.id, Document.removed_at.is_(None))
    work.session.flush()
    if slot.state is not SlotState.UPLOADED or work.session.scalar(others) is not None:
        return None
    SlotFlow.take_back(slot)
    slot.version += 1
    if application.state is ApplicationState.DRAFT:
        return None
    SlotFlow.give_time(slot)
    given = list(work.session.scalars(graces_of(application.id)))
    grace = next((g for g in given if g.kind == slot.kind), None)
    if grace is None:
        grace = UploadGrace(
            application_id=application.id,
            kind=slot.kind,
            receipt=f"{application.ref}-U{len(given) + 1}",
            asked_at=work.now,
            until_at=work.now + A_DAY,
            zone=application.opportunity.closes_zone or "UTC",
        )
        work.session.add(grace)
    grace.until_at = max(grace.until_at, work.now + A_DAY)
    return grace
