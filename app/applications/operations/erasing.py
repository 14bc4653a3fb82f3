"""Health and passport documents go sooner than the application that they came with."""

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from app.applications import policy
from app.applications.models import Application, Document, DocumentSlot
from app.applications.operations.likeness import have_compared
from app.applications.states import BEFORE_THE_OFFICE, OVER
from app.audit.record import record
from app.files.models import StoredFile
from app.files.operations import erase_file
from app.files.retention import days_kept_apart, kept_apart_for
from app.files.states import APART, FileState
from app.foundation.work import Work
from app.opportunities.models import Opportunity

AT_ONCE = 200


def erase_what_was_kept_apart(work: Work) -> int:
    """Erase what is kept apart some days after its application is decided; answers how many.

    What was never sent goes as long after the deadline of its call.
    """
    policy.CHASE.require(work.actor, None)
    before = work.now - kept_apart_for()
    due = (
        select(Document, Application.opportunity_id, DocumentSlot.kind)
        .join(Document.file)
        .join(Application, Application.id == Document.application_id)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .join(DocumentSlot, DocumentSlot.id == Document.slot_id)
        .options(contains_eager(Document.file))
        .where(
            StoredFile.sensitivity.in_(APART),
            StoredFile.state == FileState.KEPT,
            or_(
                Application.state.in_(OVER) & (Application.state_since < before),
                Application.state.in_(BEFORE_THE_OFFICE) & (Opportunity.closes_at < before),
            ),
        )
        .order_by(Document.id)
        .limit(AT_ONCE)
        .with_for_update(of=StoredFile, skip_locked=True)
    )
    erased = work.session.execute(due).all()
    for document, opportunity_id, kind in erased:
        erase_file(work, document.file)
        record(
            work,
            "document.erased",
            document,
            application_id=document.application_id,
            opportunity_id=opportunity_id,
            slot=kind,
            days=days_kept_apart(),
        )
    for application_id in {document.application_id for document, *_rest in erased}:
        have_compared(work, application_id)
    return len(erased)
