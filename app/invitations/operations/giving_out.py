"""An office takes its list of invitations out as a table; who gets it and why is remembered."""

from collections.abc import Sequence

from app.accounts.models import User
from app.audit.record import record_all
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.models import Invitation
from app.invitations.queries import Show


def give_out_list(
    work: Work,
    *,
    show: Show,
    text: str,
    recipient: str,
    purpose: str,
    call_id: int | None = None,
) -> Sequence[Invitation]:
    """The invitations of a list, all of them, in its order."""
    policy.SEE_OFFICE.require(work.actor, None)
    query = queries.invitations_of_office(work.actor, show, text=text, call_id=call_id)
    found = work.session.scalars(query).all()
    bodies = work.session.scalars(queries.bodies_of(work.actor)).all()

    record_all(
        work,
        "invitations.exported",
        bodies or [work.session.get_one(User, work.actor.user_id)],
        recipient=recipient,
        reason=purpose,
        rows=len(found),
    )
    return found
