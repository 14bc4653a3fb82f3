"""What an office decides about one document of one applicant: accepted, waived, another instead."""

from enum import StrEnum

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import DocumentDecided
from app.applications.models import Application, DocumentSlot
from app.applications.operations.applying import (
    refuse_unless_draft,
    refuse_unless_open,
    titles,
)
from app.applications.operations.documents import slot_for
from app.applications.queries import form_of
from app.applications.states import SlotFlow, SlotState
from app.audit.record import record
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.form_definitions import Question, text_in
from app.opportunities.queries import office_of, own_deadline

TASK = "document to decide"


class SlotDecision(StrEnum):
    ACCEPT = "accept"
    WAIVE = "waive"
    SUBSTITUTE = "substitute"
    INSIST = "insist"
    TAKE_BACK = "take back"


REASONED = frozenset({SlotDecision.WAIVE, SlotDecision.SUBSTITUTE, SlotDecision.INSIST})


def say_one_cannot(
    work: Work, application: Application, question: Question, *, because: str
) -> DocumentSlot:
    """An applicant cannot get a document: the office is asked whether it can do without.

    The application must be locked, its slots loaded.
    """
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    if question.kind != "document":
        raise NotFound(_("There is no such page, or it is not yours to see."))
    if not because:
        raise RuleBroken(_("Write why you cannot get it; the office reads it."))
    opportunity = application.opportunity
    own = own_deadline(work.session, work.actor, opportunity.id)
    refuse_unless_open(work, opportunity, own)
    slot = slot_for(work, application, question)
    if slot.asked_at is not None:
        raise RuleBroken(_("The office is asked about this document already, or has answered."))
    if slot.state is not SlotState.TO_DO:
        raise RuleBroken(_("This document is here already, or on its way."))
    slot.asked_because, slot.asked_at = because, work.now
    slot.version += 1

    record(
        work,
        "document.cannot be had",
        slot,
        application_id=application.id,
        opportunity_id=opportunity.id,
        slot=slot.kind,
        reason=because,
    )
    open_task(
        work,
        TASK,
        slot,
        **office_of(opportunity),
        opportunity_id=opportunity.id,
        ref=application.ref,
        about=opportunity.title,
    )
    return slot


def decide_slot(
    work: Work,
    slot: DocumentSlot,
    decision: SlotDecision,
    *,
    reason: str = "",
    instead: str = "",
    version: int | None = None,
) -> None:
    """Decide about one document of one applicant, who is told in words. Raises RuleBroken.

    Its application with call and form must be loaded.
    """
    policy.DECIDE_DOCUMENT.require(work.actor, slot)
    if decision in REASONED:
        _refuse_without(reason, _("Write the reason; the applicant reads it."))
    if decision is SlotDecision.SUBSTITUTE:
        _refuse_without(instead, _("Write what may come instead."))
    if decision not in possible(slot):
        raise RuleBroken(_("This is not possible for the document as it stands now."))
    work.edit(slot, version)
    taken_back = decision is SlotDecision.TAKE_BACK
    slot.decided_because = "" if taken_back else reason
    slot.decided_at = None if taken_back else work.now
    slot.instead = instead if decision is SlotDecision.SUBSTITUTE else ""
    close_tasks(work, TASK, slot)

    _do(work, slot, decision)
    _tell(work, slot, decision)


def possible(slot: DocumentSlot) -> list[SlotDecision]:
    """What an office may decide about a document as it stands. The application is loaded."""
    if slot.state is SlotState.UPLOADED:
        sent = slot.application.submitted_at is not None
        return [SlotDecision.ACCEPT, SlotDecision.SUBSTITUTE] if sent else []
    if slot.state in {SlotState.ACCEPTED, SlotState.WAIVED}:
        return [SlotDecision.TAKE_BACK]
    found = [SlotDecision.WAIVE, SlotDecision.SUBSTITUTE]
    if slot.asked_at is not None and slot.decided_at is None:
        found.append(SlotDecision.INSIST)
    return found


def _refuse_without(text: str, said: str) -> None:
    if not text.strip():
        raise RuleBroken(said)


def _do(work: Work, slot: DocumentSlot, decision: SlotDecision) -> None:
    match decision:
        case SlotDecision.ACCEPT:
            SlotFlow.accept(slot)
            _record(work, "document.accepted", slot)
        case SlotDecision.WAIVE:
            SlotFlow.waive(slot)
            _record(work, "document.waived", slot)
        case SlotDecision.SUBSTITUTE:
            _record(work, "document.another allowed", slot, instead=slot.instead)
        case SlotDecision.INSIST:
            _record(work, "document.still needed", slot)
        case SlotDecision.TAKE_BACK:
            if slot.state is SlotState.ACCEPTED:
                SlotFlow.look_again(slot)
            else:
                SlotFlow.ask_after_all(slot)
            _record(work, "document.decision taken back", slot)


def _tell(work: Work, slot: DocumentSlot, decision: SlotDecision) -> None:
    application = slot.application
    question = form_of(application).question(slot.kind)
    label = question.label if question else {}
    message = DocumentDecided(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        documents={code: text_in(label, code)[0] or slot.kind for code in LANGUAGES},
        decision=decision.value,
        reason=slot.decided_because,
        another=slot.instead,
        is_draft=application.submitted_at is None,
    )
    person = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(person), message, once=f"{slot.id}:{slot.version}")


def _record(work: Work, verb: str, slot: DocumentSlot, **details: str) -> None:
    record(
        work,
        verb,
        slot,
        application_id=slot.application_id,
        opportunity_id=slot.application.opportunity_id,
        slot=slot.kind,
        reason=slot.decided_because,
        **details,
    )
