"""Questions about calls with their answers, and corrections."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.fellowships.models import Correction, Enquiry
from app.fellowships.states import EnquiryState
from app.foundation.actors import Actor


def enquiries_about(call_id: int) -> Select[Enquiry]:
    """All that was asked about a call, with who asked: for its office. Those that wait first."""
    return (
        select(Enquiry)
        .where(Enquiry.opportunity_id == call_id)
        .options(joinedload(Enquiry.asker, innerjoin=True), selectinload(Enquiry.texts))
        .order_by(Enquiry.state != EnquiryState.WAITING, Enquiry.id.desc())
        .limit(200)
    )


def own_enquiries(actor: Actor, call_id: int) -> Select[Enquiry]:
    """What this person asked about a call, the newest first."""
    return (
        select(Enquiry)
        .where(Enquiry.opportunity_id == call_id, Enquiry.asked_by_id == actor.user_id)
        .options(selectinload(Enquiry.texts))
        .order_by(Enquiry.id.desc())
        .limit(50)
    )


def asked_since(session: Session, user_id: int, moment: datetime) -> int:
    query = select(func.count(Enquiry.id)).where(
        Enquiry.asked_by_id == user_id, Enquiry.asked_at > moment
    )
    return session.scalar(query) or 0


def number_waiting(session: Session, call_id: int) -> int:
    query = select(func.count(Enquiry.id)).where(
        Enquiry.opportunity_id == call_id, Enquiry.state == EnquiryState.WAITING
    )
    return session.scalar(query) or 0


def corrections(call_id: int) -> Select[Correction]:
    return (
        select(Correction)
        .where(Correction.opportunity_id == call_id)
        .options(selectinload(Correction.texts))
        .order_by(Correction.id.desc())
    )
