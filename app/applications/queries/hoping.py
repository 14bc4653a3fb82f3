"""Who applies for an opportunity, and who of them still hopes for it."""

from collections.abc import Iterable

from sqlalchemy import Select, select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import UNDECIDED, ApplicationState

# A decision that can be appealed is not yet the last word.
HOPING = (*sorted(UNDECIDED), ApplicationState.INELIGIBLE)


def applicants_in(
    opportunity_id: int, states: Iterable[ApplicationState]
) -> Select[Application, User]:
    """The applications that are in one of these states, each with who applies."""
    return (
        select(Application, User)
        .join(User, User.id == Application.applicant_id)
        .where(Application.opportunity_id == opportunity_id, Application.state.in_(states))
        .order_by(Application.id)
    )
