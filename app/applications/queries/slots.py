"""Documents that are asked for, as an office decides about them and readers hear of it."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.applications.models import Application, DocumentSlot
from app.applications.states import SlotState
from app.foundation.actors import Actor
from app.foundation.languages import gettext as _
from app.opportunities.queries import is_decided_by


def slots_visible_to(actor: Actor) -> Select[DocumentSlot]:
    """Those that an office may decide about: of what was sent, and what it was asked about."""
    return (
        select(DocumentSlot)
        .join(DocumentSlot.application)
        .join(Application.opportunity)
        .options(
            contains_eager(DocumentSlot.application).options(
                contains_eager(Application.opportunity),
                joinedload(Application.applicant, innerjoin=True),
                joinedload(Application.form_version, innerjoin=True),
            )
        )
        .where(
            is_decided_by(actor),
            Application.applicant_id != actor.user_id,
            or_(Application.submitted_at.is_not(None), DocumentSlot.asked_at.is_not(None)),
        )
    )


def slots_of(session: Session, application_id: int) -> dict[str, DocumentSlot]:
    """The slots of an application by question."""
    query = select(DocumentSlot).where(DocumentSlot.application_id == application_id)
    return {slot.kind: slot for slot in session.scalars(query)}


def decided_slots(session: Session, application_id: int) -> list[Row[Any]]:
    """What the office decided about the documents of an application, for those who only read."""
    asked = {"application": application_id}
    return list(session.connection().execute(_decided_slots(), asked))


@lru_cache
def _decided_slots() -> Select[Any]:
    """Made once: `application` is filled in."""
    return decided_in(bindparam("application")).order_by(DocumentSlot.kind)


def decided_in(application_id: ColumnElement[int]) -> Select[Any]:
    """The same of any application, for statements that ask whether there are any."""
    columns: tuple[Any, ...] = (
        DocumentSlot.kind,
        DocumentSlot.state,
        DocumentSlot.decided_at,
        DocumentSlot.instead,
    )
    return select(*columns).where(
        DocumentSlot.application_id == application_id, DocumentSlot.decided_at.is_not(None)
    )


def said_of_slots(
    slots: Iterable[DocumentSlot | Row[Any]], *, reasons: bool = False
) -> dict[str, str]:
    """What readers hear of each document that was decided about; its reasons are the office's."""
    told = {slot.kind: said_of_slot(slot) for slot in slots}
    if reasons:
        because = {slot.kind: slot.decided_because for slot in slots}
        told = {k: f"{said} {because[k]}".strip() for k, said in told.items() if said}
    return {kind: said for kind, said in told.items() if said}


def said_of_slot(slot: DocumentSlot | Row[Any]) -> str:
    """In words what the office decided; "" for nothing."""
    if slot.state is SlotState.WAIVED:
        return _("The office does not ask for this document.")
    if slot.state is SlotState.ACCEPTED:
        return _("The office has accepted this document.")
    if slot.instead:
        return _("The office allows instead: %(what)s", what=slot.instead)
    if slot.decided_at is not None and slot.state is SlotState.TO_DO:
        return _("The office still asks for this document.")
    return ""
