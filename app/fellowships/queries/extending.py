"""Later deadlines of a call, for countries and for people: as its office sees them."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.opportunities.models import LaterDeadline


def later_deadlines(call_id: int) -> Select[LaterDeadline]:
    return (
        select(LaterDeadline)
        .where(LaterDeadline.opportunity_id == call_id)
        .options(joinedload(LaterDeadline.person))
        .order_by(LaterDeadline.id.desc())
    )
