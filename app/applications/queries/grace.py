"""Documents whose upload failed before the deadline, and until when they may follow."""

from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

from app.applications.models import Application, DocumentSlot, UploadGrace
from app.applications.states import SlotState


def graces_of(application_id: int) -> Select[UploadGrace]:
    return (
        select(UploadGrace)
        .where(UploadGrace.application_id == application_id)
        .order_by(UploadGrace.id)
    )


def graces_with_slots(session: Session, application_id: int) -> list[Row[UploadGrace, SlotState]]:
    """The same with what came of each."""
    query = (
        graces_of(application_id)
        .add_columns(DocumentSlot.state)
        .join(DocumentSlot, _slot_of_grace())
    )
    return list(session.execute(query))


def graces_run_out(now: datetime) -> Select[UploadGrace, DocumentSlot, Application]:
    """Those whose day is over and whose document has not come."""
    return (
        select(UploadGrace, DocumentSlot, Application)
        .join(DocumentSlot, _slot_of_grace())
        .join(Application, Application.id == UploadGrace.application_id)
        .where(UploadGrace.until_at < now, DocumentSlot.state == SlotState.GIVEN_TIME)
        .order_by(UploadGrace.id)
        .limit(200)
    )


def _slot_of_grace() -> ColumnElement[bool]:
    return and_(
        DocumentSlot.application_id == UploadGrace.application_id,
        DocumentSlot.kind == UploadGrace.kind,
    )
