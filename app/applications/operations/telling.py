"""Telling those who applied, or are about to, what became of what they apply for."""

from collections.abc import Callable, Iterable

from app.accounts.queries import recipient
from app.applications.messages import CalledOff
from app.applications.models import Application
from app.applications.operations.applying import titles
from app.applications.queries.hoping import HOPING, applicants_in
from app.applications.states import ApplicationState
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.opportunities.models import Opportunity


def tell_applicants(
    work: Work,
    opportunity: Opportunity,
    states: Iterable[ApplicationState],
    letter: Callable[[Application], Message | None],
    *,
    once: str,
) -> None:
    """Write to everybody whose application is in one of these states; a letter of None to nobody.

    What has the same `once` is not sent to the same person a second time.
    """
    rows = work.session.execute(applicants_in(opportunity.id, states))
    letters = [(recipient(person), letter(application)) for application, person in rows]
    notify_each(work, [(to, said) for to, said in letters if said is not None], once=once)


def tell_it_is_cancelled(work: Work, opportunity: Opportunity, *, reason: str) -> None:
    """Tell everybody with a draft or an undecided application why, each in their language.

    Whoever has or was offered something is told by the office that gave it.
    """
    named = titles(work, opportunity)
    tell_applicants(
        work,
        opportunity,
        HOPING,
        lambda application: CalledOff(
            application_id=application.id,
            ref=application.ref,
            titles=named,
            reason=reason,
            is_draft=application.submitted_at is None,
        ),
        once=f"{opportunity.id}:{work.now.isoformat()}",
    )
