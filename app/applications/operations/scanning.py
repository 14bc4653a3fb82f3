"""What comes of the virus scan: what is clean is read; of what is not, its people are told."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.deadlines import CHASED_AFTER
from app.applications.messages import DocumentInfected, LetterInfected, LetterUnread
from app.applications.models import (
    Application,
    ChangeRequest,
    Document,
    DocumentSlot,
    Letter,
    ReferenceRequest,
    UploadGrace,
)
from app.applications.operations.applying import titles
from app.applications.operations.keys import make_link
from app.applications.operations.letters import about, tell_recommender
from app.applications.operations.likeness import have_compared
from app.applications.queries import form_of
from app.applications.queries.changes import open_change
from app.applications.queries.grace import graces_of
from app.applications.queries.letters import COUNTING, requests_with_letters
from app.applications.states import (
    AWAITED,
    STILL_READ,
    ApplicationState,
    LetterWay,
    ReferenceFlow,
    ReferenceState,
    SlotFlow,
    SlotState,
)
from app.audit.record import record
from app.files.models import StoredFile
from app.files.operations import files_to_scan, note_scan
from app.foundation.database import Entity
from app.foundation.languages import LANGUAGES
from app.foundation.work import Work
from app.notifications.notify import notify
from app.notifications.tasks import open_task
from app.opportunities.deadlines import wall_of
from app.opportunities.form_definitions import text_in
from app.opportunities.queries import office_of

TO_BRING_ANEW = timedelta(days=5)
"""From the scan, or from the deadline if that is later: people look into their mail."""


def take_scan(work: Work, file_id: int, *, virus: str) -> None:
    """Keep what the scanner said of a file; of an infected one, its people are told what to do.

    Raises NotFound when the file was scanned or erased meanwhile.
    """
    policy.CHASE.require(work.actor, None)
    waiting = files_to_scan().where(StoredFile.id == file_id).limit(None)
    if not virus:
        note_scan(work, work.find(waiting), "")
        return
    # Locked as everybody locks: the application or the letter first, then the file.
    document_id = work.session.scalar(select(Document.id).where(Document.file_id == file_id))
    of_letter = select(Letter.request_id).where(Letter.file_id == file_id)
    if document_id is not None:
        _infected_document(work, document_id, waiting, virus)
    elif request_id := work.session.scalar(of_letter):
        _infected_letter(work, request_id, waiting, virus)
    else:
        note_scan(work, work.find(waiting), virus)


def _infected_document(
    work: Work, document_id: int, waiting: Select[StoredFile], virus: str
) -> None:
    of = select(Document.application_id).where(Document.id == document_id).scalar_subquery()
    application = work.find(
        select(Application)
        .where(Application.id == of)
        .options(
            joinedload(Application.opportunity, innerjoin=True),
            joinedload(Application.form_version, innerjoin=True),
        )
    )
    file = work.find(waiting)
    note_scan(work, file, virus)
    document = work.find(select(Document).where(Document.id == document_id))
    slot = work.session.get_one(DocumentSlot, document.slot_id, with_for_update=True)

    was_live, document.removed_at = document.removed_at is None, document.removed_at or work.now
    work.session.flush()
    wanted, until = False, None
    if change := _change_with(work, application, slot, document):
        wanted, until = True, _take_out_of_changes(work, change, slot.kind, document.id)
    elif was_live and application.state in STILL_READ:
        wanted, until = _ask_again(work, application, slot)
    if wanted:
        slot.infected_file = file.file_name
        slot.version += 1
    record(
        work,
        "document.infected" if wanted else "document.infected and not needed",
        document,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        slot=slot.kind,
    )
    if application.submitted_at is not None:
        have_compared(work, application.id)  # the digest of the file goes with it
    if (wanted or was_live) and application.submitted_at is not None:
        _show_the_office(work, "virus in document", application, application)
    question = form_of(application).question(slot.kind)
    label = question.label if question else {}
    message = DocumentInfected(
        application_id=application.id,
        titles=titles(work, application.opportunity),
        documents={code: text_in(label, code)[0] or slot.kind for code in LANGUAGES},
        file_name=file.file_name,
        wanted=wanted,
        until_at=until,
        zone=application.opportunity.closes_zone or "UTC",
    )
    person = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(person), message, once=str(document.id))


def _change_with(
    work: Work, application: Application, slot: DocumentSlot, document: Document
) -> ChangeRequest | None:
    """The open request for changes that this document was to go with."""
    change = work.session.scalars(open_change(application.id).with_for_update()).one_or_none()
    is_in = change is not None and document.id in change.documents.get(slot.kind, [])
    return change if is_in else None


def _ask_again(
    work: Work, application: Application, slot: DocumentSlot
) -> tuple[bool, datetime | None]:
    """Whether the slot asks for a clean file, and in a sent application until when.

    Once it is sent, other files that lie in the slot go on speaking for it: the office decides.
    """
    others = select(Document.id).where(Document.slot_id == slot.id, Document.removed_at.is_(None))
    is_draft = application.state is ApplicationState.DRAFT
    if work.session.scalar(others.limit(1)) is not None:
        return is_draft, None
    if slot.state in {SlotState.UPLOADED, SlotState.ACCEPTED}:
        SlotFlow.take_back(slot)
    if is_draft:
        return True, None
    if slot.state is SlotState.TO_DO:
        SlotFlow.give_time(slot)
    return True, _time_for(work, application, slot).until_at


def _take_out_of_changes(
    work: Work, change: ChangeRequest, question: str, document_id: int
) -> datetime:
    """The file does not go with the changes; they may come some days later if need be."""
    left = [i for i in change.documents[question] if i != document_id]
    change.documents = {**change.documents, question: left}
    change.version += 1
    until = (work.now + TO_BRING_ANEW).replace(second=0, microsecond=0)
    if change.closes_at < until:
        change.closes_at, change.closes_wall = until, wall_of(until, change.closes_zone)
    return change.closes_at


def _time_for(work: Work, application: Application, slot: DocumentSlot) -> UploadGrace:
    given = list(work.session.scalars(graces_of(application.id)))
    grace = next((g for g in given if g.kind == slot.kind), None)
    until = max(filter(None, (work.now, application.opportunity.closes_at))) + TO_BRING_ANEW
    if grace is None:
        grace = UploadGrace(
            application_id=application.id,
            kind=slot.kind,
            receipt=f"{application.ref}-U{len(given) + 1}",
            asked_at=work.now,
            until_at=until,
            zone=application.opportunity.closes_zone or "UTC",
        )
        work.session.add(grace)
    grace.until_at, grace.after_virus = max(grace.until_at, until), True
    return grace


def _infected_letter(work: Work, request_id: int, waiting: Select[StoredFile], virus: str) -> None:
    request = work.find(requests_with_letters().where(ReferenceRequest.id == request_id))
    file = work.find(waiting)
    letter = request.letter
    note_scan(work, file, virus)
    if letter is None or letter.file_id != file.id:
        return  # it was replaced, and is erased
    application, way = request.application, letter.way
    wanted = application.state in COUNTING and request.state in {*AWAITED, ReferenceState.RECEIVED}
    was_here = request.state is ReferenceState.RECEIVED
    if wanted:
        letter.file, request.infected_file = None, file.file_name
        letter.version += 1
        request.open_until = max(work.now + TO_BRING_ANEW, request.open_until or work.now)
        request.chased = len(CHASED_AFTER)  # the last reminder comes before the new date
        if was_here:
            letter.submitted_at = letter.way = letter.recorded_by_id = None
            work.session.flush()
            ReferenceFlow.open_again(request)
            request.answered_at = None

    record(
        work,
        "letter.infected" if wanted else "letter.infected and not needed",
        request,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        person=request.name,
    )
    if wanted and was_here and application.submitted_at is not None:
        _show_the_office(work, "virus in letter", request, application)
    until = request.open_until if wanted else None
    zone = application.opportunity.closes_zone or "UTC"
    # What the office scanned itself is its own to scan again: whoever wrote it did nothing wrong.
    if way is not LetterWay.POST:
        told = LetterInfected(
            **about(work, request),
            file_name=file.file_name,
            until_at=until,
            zone=zone,
            path=make_link(work, request) if wanted else "",
        )
        tell_recommender(work, request, told, once=f"{request.id}:{file.id}")
    if was_here and wanted:
        unread = LetterUnread(
            application_id=application.id,
            titles=about(work, request)["titles"],
            person=request.name,
            by_post=way is LetterWay.POST,
            until_at=until,
            zone=zone,
        )
        person = work.session.get_one(User, application.applicant_id)
        notify(work, recipient(person), unread, once=f"letter-{request.id}:{file.id}")


def _show_the_office(work: Work, kind: str, subject: Entity, application: Application) -> None:
    opportunity = application.opportunity
    open_task(
        work,
        kind,
        subject,
        **office_of(opportunity),
        opportunity_id=opportunity.id,
        application_id=application.id,
        ref=application.ref,
        about=opportunity.title,
    )
