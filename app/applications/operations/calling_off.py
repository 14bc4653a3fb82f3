"""What people applied for is cancelled: everybody who hoped for it is told."""

from app.accounts.queries import recipient
from app.applications.messages import CalledOff
from app.applications.operations.applying import titles
from app.applications.queries.hoping import hoping_for
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.opportunities.models import Opportunity


def tell_it_is_cancelled(work: Work, opportunity: Opportunity, *, reason: str) -> None:
    """Tell everybody with a draft or an undecided application why, each in their language.

    Whoever has or was offered something is told by the office that gave it.
    """
    named = titles(work, opportunity)
    letters = [
        (
            recipient(person),
            CalledOff(
                application_id=application.id,
                ref=application.ref,
                titles=named,
                reason=reason,
                is_draft=application.submitted_at is None,
            ),
        )
        for application, person in work.session.execute(hoping_for(opportunity.id))
    ]
    notify_each(work, letters, once=f"{opportunity.id}:{work.now.isoformat()}")
