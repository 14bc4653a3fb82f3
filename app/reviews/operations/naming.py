"""Who reviews for one opportunity, named by the office that decides on its applications."""

from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.accounts.operations import put_in_role, take_out_of_role
from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.models import Opportunity
from app.reviews import policy
from app.reviews.models import Review
from app.reviews.states import ReviewState


def name_reviewer(work: Work, opportunity: Opportunity, user: User) -> RoleGrant:
    """Let somebody review what comes for this opportunity, and tell them; twice is once."""
    policy.NAME_REVIEWER.require(work.actor, opportunity)
    grant = put_in_role(
        work, user, Role.REVIEWER, Scope.OPPORTUNITY, opportunity.id, on=opportunity.title
    )

    record(work, "opportunity.reviewer_named", opportunity, user_id=user.id)
    return grant


def dismiss_reviewer(work: Work, opportunity: Opportunity, grant: RoleGrant) -> None:
    """Give this person nothing more to review here; what they have reviewed stays."""
    policy.NAME_REVIEWER.require(work.actor, opportunity)
    if grant.scope is not Scope.OPPORTUNITY or grant.scope_id != opportunity.id:
        raise RuleBroken(_("This role belongs to somebody else."))
    waiting = select(Review.id).where(
        Review.opportunity_id == opportunity.id,
        Review.reviewer_id == grant.user_id,
        Review.state == ReviewState.ASSIGNED,
    )
    if work.session.scalar(waiting.limit(1)) is not None:
        raise RuleBroken(_("Take back first what this person still has to review."))

    take_out_of_role(work, grant.user, grant)

    record(work, "opportunity.reviewer_dismissed", opportunity, user_id=grant.user_id)
