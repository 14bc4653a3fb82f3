"""What came of use: the person says what was done, what came of it, and where to see it."""

import re
from collections.abc import Sequence

from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.facilities import policy
from app.facilities.messages import ReportReceived
from app.facilities.models import FacilityGrant, UseReport
from app.facilities.operations.granting import TO_REPORT
from app.facilities.states import GrantState
from app.foundation.actors import Role, Scope
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.notifications.tasks import close_tasks

MOST_LINKS = 10
LINK = re.compile(r"https?://[^\s<>\"]{1,480}")


def send_report(
    work: Work,
    grant: FacilityGrant,
    *,
    done: str,
    outcome: str,
    links: Sequence[str] = (),
    version: int | None = None,
) -> UseReport:
    """Report on use that runs or has ended; it may be corrected. Raises RuleBroken."""
    policy.REPORT.require(work.actor, grant)
    if grant.state not in {GrantState.RUNNING, GrantState.ENDED}:
        raise RuleBroken(_("One reports on use that has begun."))
    if not (done.strip() and outcome.strip()):
        raise RuleBroken(_("Say what was done and what came of it."))
    if len(links) > MOST_LINKS or not all(map(LINK.fullmatch, links)):
        raise RuleBroken(_("Write at most ten links, each beginning with https://."))
    report = grant.report
    is_new = report is None
    if report is None:
        if version:
            raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
        report = UseReport(grant=grant, version=1)
        work.session.add(report)
    else:
        work.edit(report, version)
    report.done, report.outcome, report.links = done, outcome, list(links)
    report.sent_at = work.now
    if grant.state is GrantState.ENDED:
        grant.remind_at = None
        close_tasks(work, TO_REPORT, grant)

    facility = grant.facility
    record(
        work,
        "grant.reported",
        grant,
        application_id=grant.application_id,
        opportunity_id=facility.id,
    )
    if is_new:
        said = ReportReceived(
            grant_id=grant.id, title=facility.title, person=grant.person.shown_name
        )
        staff = work.session.scalars(
            people_with(Role.CENTRE, Scope.ORGANISATION, facility.organisation_id)
        )
        notify_each(work, [(recipient(one), said) for one in staff], once=str(grant.id))
    return report
