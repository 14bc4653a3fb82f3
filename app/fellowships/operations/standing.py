"""What every operation on a call asks of its state."""

from app.fellowships.models import Call
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.opportunities.models import Opportunity
from app.opportunities.states import OpportunityState


def refuse_when_over(call: Call | Opportunity) -> None:
    """Nothing of a cancelled call changes any more."""
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call is cancelled; nothing in it can be changed any more."))
