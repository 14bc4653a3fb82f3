"""Decisions about single documents in the demo: accepted, waived, another allowed, asked for."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.applications.models import Application, DocumentSlot
from app.applications.operations.deciding_slots import SlotDecision, decide_slot, say_one_cannot
from app.applications.queries import applications_to_fill_in, form_of
from app.applications.queries.slots import slots_visible_to
from app.applications.states import ApplicationState, SlotState
from app.foundation.database import db
from seeds.demo.calls import MadeCall
from seeds.demo.stage import Company

DECISIONS = (
    (SlotDecision.ACCEPT, SlotState.UPLOADED, "", ""),
    (
        SlotDecision.WAIVE,
        SlotState.TO_DO,
        "Your university was closed by the flood and issues no certificates this year.",
        "",
    ),
    (
        SlotDecision.SUBSTITUTE,
        SlotState.TO_DO,
        "The graduation is in March.",
        "A letter of the faculty with the expected day of graduation",
    ),
)


def decide_documents(company: Company, made: dict[str, MadeCall], now: datetime) -> None:
    research = made["call-research"]
    slots = list(
        db.session.execute(
            select(DocumentSlot.id, DocumentSlot.state)
            .join(DocumentSlot.application)
            .where(
                Application.opportunity_id == research.id,
                Application.state == ApplicationState.SUBMITTED,
                DocumentSlot.kind.in_(("transcript", "degree_certificate")),
            )
            .order_by(DocumentSlot.id)
        )
    )
    for decision, state, reason, instead in DECISIONS:
        chosen = next(row for row in slots if row.state is state)
        slots.remove(chosen)
        with company.acts(research.manager, now - timedelta(hours=3)) as work:
            slot = work.find(slots_visible_to(work.actor).where(DocumentSlot.id == chosen.id))
            decide_slot(work, slot, decision, reason=reason, instead=instead)
    with company.acts("applicant-kh", now - timedelta(hours=4)) as work:
        mine = applications_to_fill_in(work.actor).where(
            Application.opportunity_id == research.id, Application.state == ApplicationState.DRAFT
        )
        application = work.find(mine)
        question = form_of(application).question("degree_certificate")
        if question is not None:
            because = "My university prints certificates only once a year, in June."
            say_one_cannot(work, application, question, because=because)
