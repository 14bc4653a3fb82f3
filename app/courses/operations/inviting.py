"""Inviting people to dates that are by invitation."""

from collections.abc import Iterable

from app.audit.record import record
from app.courses import policy, queries
from app.courses.messages import InvitedToDates
from app.courses.models import CourseRun, Invitation
from app.courses.operations.planning import refuse_when_over
from app.courses.states import EnrolmentMode
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify_each
from app.opportunities.states import OpportunityState

MOST_AT_ONCE = 200


def invite(work: Work, run: CourseRun, addresses: Iterable[str]) -> int:
    """Let these addresses enrol, and write to each; who is invited already is passed over."""
    policy.EDIT_RUN.require(work.actor, run)
    refuse_when_over(run)
    if run.enrolment_mode is not EnrolmentMode.INVITATION:
        raise RuleBroken(_("These dates are open to others too; nobody needs an invitation."))
    if run.state is not OpportunityState.PUBLISHED:
        raise RuleBroken(_("Publish the dates first; then people can be invited."))
    wanted = list(dict.fromkeys(address.strip().lower() for address in addresses))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise RuleBroken(_("Invite from 1 to %(most)s people at once.", most=MOST_AT_ONCE))
    known = queries.addresses_invited(work.session, run.id)
    new = [address for address in wanted if address not in known]
    work.session.add_all(
        Invitation(
            run_id=run.id,
            address=address,
            invited_at=work.now,
            invited_by_id=work.actor.user_id or 0,
        )
        for address in new
    )

    record(work, "run.invited", run, number=len(new))
    said = InvitedToDates(ref=run.ref, title=run.title, centre=run.organisation.name)
    readers = queries.languages_of(work.session, new)
    letters = [
        (Recipient(address, readers.get(address, run.original_locale)), said) for address in new
    ]
    notify_each(work, letters, once=str(run.id))
    return len(new)
