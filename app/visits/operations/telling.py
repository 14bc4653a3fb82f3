"""What the verbs of groups have in common: the record, who is told, and when it is too late."""

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.applications.states import ApplicationState
from app.audit.record import record
from app.foundation.actors import Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Message, notify_each
from app.visits.models import VisitGroup
from app.visits.states import HOST_ROLES, STILL_COMES


def tell_host(work: Work, group: VisitGroup, said: Message, *, once: str) -> None:
    """To who applied, and everybody who may receive the group for its institution."""
    people = {
        group.application.applicant_id: work.session.get_one(User, group.application.applicant_id)
    }
    for role in HOST_ROLES:
        for one in work.session.scalars(people_with(role, Scope.ORGANISATION, group.host_id)):
            people[one.id] = one
    notify_each(work, [(recipient(one), said) for one in people.values()], once=once)


def refuse_over(group: VisitGroup) -> None:
    """Refuse changes to a group that does not come, or was here."""
    gone = group.application.state in {
        ApplicationState.WITHDRAWN,
        ApplicationState.INELIGIBLE,
        ApplicationState.NOT_SELECTED,
    }
    if group.state not in STILL_COMES or gone:
        raise RuleBroken(_("This group is settled; nothing in it can be changed."))


def did(work: Work, verb: str, group: VisitGroup, **details: str | int) -> None:
    record(
        work,
        verb,
        group,
        application_id=group.application_id,
        opportunity_id=group.call_id,
        **details,
    )
