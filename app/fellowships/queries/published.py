"""What a call's public page reads."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select, union_all
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.fellowships.models import Call
from app.foundation.actors import Actor
from app.opportunities.models import FormVersion, Opportunity, Place, Programme, RubricVersion
from app.opportunities.queries import opportunities_visible_to
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation


def call_page(actor: Actor, ref: str) -> Select[Call]:
    """A call that this person may see, with everything its page shows but form and rubric."""
    visible = opportunities_visible_to(actor).with_only_columns(Opportunity.id)
    return (
        select(Call)
        .join(Organisation, Organisation.id == Call.organisation_id)
        .outerjoin(Programme, Programme.id == Call.programme_id)
        .where(Call.ref == ref, Call.id.in_(visible))
        .options(
            contains_eager(Call.organisation),
            contains_eager(Call.programme),
            joinedload(Call.letters),
            selectinload(Call.texts),
            selectinload(Call.countries),
            selectinload(Call.places).joinedload(Place.host, innerjoin=True),
            selectinload(Call.extensions),
        )
    )


def definitions(session: Session, call: Call) -> tuple[Any, Any]:
    """The newest form and rubric of a call as they are stored; None where there is none."""
    forms = select(literal("form"), FormVersion.number, FormVersion.definition).where(
        FormVersion.opportunity_id == call.id
    )
    rubrics = select(literal("rubric"), RubricVersion.number, RubricVersion.definition).where(
        RubricVersion.opportunity_id == call.id
    )
    newest: dict[str, tuple[int, Any]] = {}
    for what, number, definition in session.execute(union_all(forms, rubrics)):
        if what not in newest or number > newest[what][0]:
            newest[what] = (number, definition)
    return newest.get("form", (0, None))[1], newest.get("rubric", (0, None))[1]


def open_calls(actor: Actor, at: datetime) -> Select[Call]:
    """Calls that take applications now, the next to close first, with what their rules need."""
    visible = opportunities_visible_to(actor).with_only_columns(Opportunity.id)
    return (
        select(Call)
        .where(
            Call.id.in_(visible),
            Call.state == OpportunityState.PUBLISHED,
            Call.opens_at <= at,
            Call.closes_at > at,
        )
        .options(
            selectinload(Call.texts),
            selectinload(Call.countries),
            selectinload(Call.places).joinedload(Place.host, innerjoin=True),
        )
        .order_by(Call.closes_at, Call.id)
        .limit(40)
    )
