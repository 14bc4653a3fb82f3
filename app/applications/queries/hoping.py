"""Who still hopes for what an opportunity gives."""

from sqlalchemy import Select, select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import UNDECIDED, ApplicationState

# A decision that can be appealed is not yet the last word.
HOPING = (*sorted(UNDECIDED), ApplicationState.INELIGIBLE)


def hoping_for(opportunity_id: int) -> Select[Application, User]:
    """Everybody with a draft or an application that is not decided, and the person."""
    return (
        select(Application, User)
        .join(User, User.id == Application.applicant_id)
        .where(Application.opportunity_id == opportunity_id, Application.state.in_(HOPING))
        .order_by(Application.id)
    )
