"""An opportunity is shown, closed, opened again or cancelled, and the catalogue knows of it.

Who may, when that is in order, and whom it is told to, says the office that calls these.
"""

from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.tasks import close_tasks_of
from app.opportunities.models import Opportunity
from app.opportunities.operations.showing import show_in_catalogue
from app.opportunities.states import OpportunityFlow, OpportunityState


def publish(work: Work, opportunity: Opportunity) -> None:
    OpportunityFlow.publish(opportunity)
    opportunity.published_at = work.now
    opportunity.opens_at = opportunity.opens_at or work.now
    show_in_catalogue(work, opportunity)


def close(work: Work, opportunity: Opportunity) -> None:
    OpportunityFlow.close(opportunity)
    opportunity.closed_at = work.now
    opportunity.version += 1
    stamp_catalogue(work)


def reopen(work: Work, opportunity: Opportunity) -> None:
    OpportunityFlow.reopen(opportunity)
    opportunity.closed_at = None
    opportunity.version += 1
    show_in_catalogue(work, opportunity)


def cancel(work: Work, opportunity: Opportunity, *, reason: str) -> None:
    OpportunityFlow.cancel(opportunity)
    opportunity.cancelled_at, opportunity.cancelled_because = work.now, reason
    opportunity.version += 1
    close_tasks_of(work, opportunity.id)
    stamp_catalogue(work)


def refuse_unless(opportunity: Opportunity, state: OpportunityState, said: str) -> None:
    if opportunity.state is not state:
        raise RuleBroken(said)


def refuse_without_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(_("Give the reason: it is published."))


def refuse_past(work: Work, opportunity: Opportunity) -> None:
    if opportunity.closes_at is not None and opportunity.closes_at <= work.now:
        raise RuleBroken(_("The last day to apply is over. Choose a later one."))
