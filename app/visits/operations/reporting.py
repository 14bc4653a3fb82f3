"""After a visit: who came, what was done and what came of it; numbers by country, nothing else."""

from collections import Counter
from collections.abc import Collection

from app.accounts.queries import people_with, recipient
from app.foundation.actors import Role, Scope
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.notifications.tasks import close_tasks
from app.visits import policy
from app.visits.messages import ReportSent
from app.visits.models import VisitGroup, VisitReport
from app.visits.operations.deciding import TO_REPORT
from app.visits.operations.telling import did
from app.visits.states import GroupState, Part, PersonState


def send_report(
    work: Work,
    group: VisitGroup,
    *,
    came: Collection[int],
    done: str,
    outcome: str,
    version: int | None = None,
) -> VisitReport:
    """Report on a visit that is over; it may be corrected. `came` are ids of people who were here.

    Countries are counted from what those people confirmed themselves.
    """
    policy.HOST_GROUP.require(work.actor, group)
    confirmed = {one.id: one for one in group.people if one.state is PersonState.CONFIRMED}
    _refuse_what_cannot_be(group, confirmed, came, done=done, outcome=outcome)
    report = group.report
    is_new = report is None
    if report is None:
        if version:
            raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
        report = VisitReport(group=group, version=1)
        work.session.add(report)
    else:
        work.edit(report, version)
    for one in confirmed.values():
        one.came = one.id in came
    here = [one for one in confirmed.values() if one.came]
    report.done, report.outcome, report.sent_at = done, outcome, work.now
    report.by_country = dict(sorted(Counter(one.nationality or "" for one in here).items()))
    report.supervisors = sum(one.part is Part.SUPERVISOR for one in here)
    close_tasks(work, TO_REPORT, group)

    did(work, "visit.reported", group, number=len(here))
    if is_new:
        said = ReportSent(group_id=group.id, title=group.call.title, host=group.host.name)
        managers = work.session.scalars(
            people_with(Role.MANAGER, Scope.PROGRAMME, group.call.programme_id)
        )
        notify_each(work, [(recipient(one), said) for one in managers], once=str(group.id))
    return report


def _refuse_what_cannot_be(
    group: VisitGroup, confirmed: Collection[int], came: Collection[int], *, done: str, outcome: str
) -> None:
    if group.state is not GroupState.ENDED:
        raise RuleBroken(_("One reports on a visit when it is over."))
    if not (done.strip() and outcome.strip()):
        raise RuleBroken(_("Say what was done and what came of it."))
    if not came:
        raise RuleBroken(_("Say who came."))
    if not set(came) <= set(confirmed):
        raise RuleBroken(_("Only those who confirmed can have come."))
