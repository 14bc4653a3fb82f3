"""An upload fails before the deadline: the document may follow for a day, with a receipt."""

from datetime import timedelta

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import UploadGraceGiven
from app.applications.models import Application, Document, DocumentSlot, UploadGrace
from app.applications.operations.applying import (
    refuse_unless_draft,
    refuse_unless_open,
    titles,
)
from app.applications.operations.documents import put_into_slot, slot_for
from app.applications.operations.versions import send_changed
from app.applications.queries.grace import graces_of, graces_run_out
from app.applications.states import SlotFlow, SlotState
from app.audit.record import record
from app.files.operations import CheckedFile
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.form_definitions import Question, text_in
from app.opportunities.models import Opportunity
from app.opportunities.queries import office_of, own_deadline

A_DAY = timedelta(hours=24)


def say_upload_fails(
    work: Work, application: Application, question: Question, *, note: str
) -> UploadGrace:
    """Give a document a day after the deadline, once: its receipt comes back however often asked.

    The application must be locked, its slots loaded.
    """
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    if question.kind != "document":
        raise NotFound(_("There is no such page, or it is not yours to see."))
    given = {grace.kind: grace for grace in work.session.scalars(graces_of(application.id))}
    if question.key in given:
        return given[question.key]
    opportunity = application.opportunity
    own = own_deadline(work.session, work.actor, opportunity.id)
    refuse_unless_open(work, opportunity, own)
    slot = slot_for(work, application, question)
    if slot.state is not SlotState.TO_DO:
        raise RuleBroken(_("This document is here already, or on its way."))

    ends = max(filter(None, (opportunity.closes_at, own)), default=work.now)
    grace = UploadGrace(
        application_id=application.id,
        kind=question.key,
        receipt=f"{application.ref}-U{len(given) + 1}",
        note=note,
        asked_at=work.now,
        until_at=ends + A_DAY,
        zone=opportunity.closes_zone or "UTC",
    )
    work.session.add(grace)
    SlotFlow.give_time(slot)
    slot.version += 1

    record(
        work,
        "document.given time",
        grace,
        application_id=application.id,
        opportunity_id=opportunity.id,
        receipt=grace.receipt,
        note=note,
    )
    _send_receipt(work, application, question, grace)
    return grace


def take_in_given_time(
    work: Work,
    application: Application,
    slot: DocumentSlot,
    question: Question,
    *,
    file: CheckedFile,
) -> Document:
    """The document has come within its day: the submission gets a version that has it."""
    grace = work.session.scalar(graces_of(application.id).where(UploadGrace.kind == question.key))
    if grace is None or work.now > grace.until_at:
        raise RuleBroken(_("The day for this document is over. Write to the office."))
    document = put_into_slot(work, application, slot, question, file)
    slot.documents = [*slot.documents, document]
    send_changed(work, application, [question.key])
    if not any(s.infected_file for s in application.slots):
        close_tasks(work, "virus in document", application)

    record(
        work,
        "document.arrived in its day",
        document,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        receipt=grace.receipt,
    )
    return document


def note_days_over(work: Work) -> int:
    """Documents that did not follow in their day: of a submitted application the office decides."""
    policy.CHASE.require(work.actor, None)
    late = work.session.execute(graces_run_out(work.now).with_for_update(of=DocumentSlot)).all()
    for grace, slot, application in late:
        SlotFlow.run_out(slot)
        slot.version += 1
        record(
            work,
            "document.did not follow",
            grace,
            application_id=application.id,
            opportunity_id=application.opportunity_id,
            receipt=grace.receipt,
        )
        if application.submitted_at is not None:
            _ask_the_office(work, application)
    return len(late)


def _ask_the_office(work: Work, application: Application) -> None:
    opportunity = work.session.get_one(Opportunity, application.opportunity_id)
    open_task(
        work,
        "document did not follow",
        application,
        **office_of(opportunity),
        opportunity_id=opportunity.id,
        ref=application.ref,
        about=opportunity.title,
    )


def _send_receipt(
    work: Work, application: Application, question: Question, grace: UploadGrace
) -> None:
    person = work.session.get_one(User, application.applicant_id)
    message = UploadGraceGiven(
        application_id=application.id,
        titles=titles(work, application.opportunity),
        documents={code: text_in(question.label, code)[0] for code in LANGUAGES},
        receipt=grace.receipt,
        until_at=grace.until_at,
        zone=grace.zone,
    )
    notify(work, recipient(person), message, once=grace.receipt)
