"""How long applicants wait, noted as it happens and learned from once a day."""

from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Select, select

from app.applications.models import Application, UsualWait, Wait
from app.applications.states import WAITING_FOR, ApplicationState, Waiting
from app.foundation.work import Work
from app.opportunities.models import Opportunity, Programme
from app.opportunities.states import OpportunityState

# Fewer would tell how long one person waited.
FEWEST = 5
# The latest of a programme: offices change their ways.
LEARNED_FROM = 1000
NOT_AN_ANSWER = frozenset({ApplicationState.DRAFT, ApplicationState.WITHDRAWN})


def note_wait(work: Work, application: Application, before: ApplicationState) -> None:
    """Keep how long the applicant waited, when this move ends it; a withdrawal ends nothing."""
    waited_for, now = WAITING_FOR.get(before), WAITING_FOR.get(application.state)
    if waited_for is None or waited_for is now or application.state in NOT_AN_ANSWER:
        return
    began = _began(work, application, waited_for)
    if began is None or began > work.now:
        return
    work.session.add(
        Wait(
            application_id=application.id,
            opportunity_id=application.opportunity_id,
            kind=waited_for,
            seconds=int((work.now - began).total_seconds()),
            ended_at=work.now,
        )
    )


def _began(work: Work, application: Application, kind: Waiting) -> datetime | None:
    """The checking begins with the submission; the reading when the checking ended."""
    if kind is Waiting.CHECKING:
        return application.submitted_at
    query = select(Wait.ended_at).where(
        Wait.application_id == application.id, Wait.kind == Waiting.CHECKING
    )
    return work.session.scalar(query.order_by(Wait.id.desc()).limit(1))


def learn_usual_waits(work: Work) -> int:
    """Say of each programme how long its past applicants usually waited; how many it knows."""
    learned = 0
    for programme_id in work.session.scalars(select(Programme.id).order_by(Programme.id)).all():
        for kind in Waiting:
            seconds = work.session.scalars(_past(programme_id, kind)).all()
            if len(seconds) >= FEWEST:
                _keep(work, programme_id, kind, list(seconds))
                learned += 1
    return learned


def _past(programme_id: int, kind: Waiting) -> Select[int]:
    return (
        select(Wait.seconds)
        .join(Opportunity, Opportunity.id == Wait.opportunity_id)
        .where(
            Opportunity.programme_id == programme_id,
            Opportunity.state == OpportunityState.CLOSED,
            Wait.kind == kind,
        )
        .order_by(Wait.ended_at.desc())
        .limit(LEARNED_FROM)
    )


def _keep(work: Work, programme_id: int, kind: Waiting, seconds: list[int]) -> None:
    """Whole days, at least one: nobody is promised an hour."""
    days = max(1, round(timedelta(seconds=median(seconds)) / timedelta(days=1)))
    row = work.session.get(UsualWait, (programme_id, kind))
    if row is None:
        row = UsualWait(programme_id=programme_id, kind=kind)
        work.session.add(row)
    row.days, row.applications, row.learned_at = days, len(seconds), work.now
