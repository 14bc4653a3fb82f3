"""The group of an application: where and when it comes, what it does, and whether it is whole.

Every verb about a group holds the call first, then the application, then the group: whoever wants
the last of anything waits there, and the database refuses what would be too much.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.applications.models import Application
from app.applications.models.applying import A_GROUP
from app.applications.states import ApplicationState
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.visits import policy, queries
from app.visits.models import VisitCall, VisitDay, VisitGroup
from app.visits.operations.admitting import weigh_again
from app.visits.operations.telling import did, refuse_over

MOST_SENDERS = 10


def hold_call(work: Work, call_id: int) -> bool:
    """Hold what a call pays for; False where the opportunity is no call for visits."""
    return work.session.scalar(queries.call_held(call_id)) is not None


def find_group(work: Work, group_id: int) -> VisitGroup:
    """The group, if this actor may see it, with its call and application held before it."""
    visible = queries.group_with_all(work.actor, group_id)
    parts = visible.with_only_columns(VisitGroup.call_id, VisitGroup.application_id)
    found = work.session.execute(parts).one_or_none()
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    hold_call(work, found.call_id)
    work.session.scalars(queries.application_held(found.application_id)).one()
    return work.find(visible)


def find_application(work: Work, application_id: int) -> Application:
    """One's own application for a group visit, with its call held before it."""
    visible = queries.own_application(work.actor, application_id)
    call_id = work.session.scalar(visible.with_only_columns(Application.opportunity_id))
    if call_id is None or not hold_call(work, call_id):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return work.find(visible.execution_options(populate_existing=True))


def begin_group(
    work: Work,
    application: Application,
    host: Organisation,
    *,
    first_on: date,
    last_on: date,
    laboratory: str = "",
    senders: Sequence[str] = (),
) -> VisitGroup:
    """Say for which institution one applies, and when the group would come. Raises RuleBroken."""
    policy.WRITE_GROUP.require(work.actor, application)
    if host.id not in queries.hosts_of(work.actor):
        raise RuleBroken(_("Choose an institution for which you work."))
    _refuse_unless_draft(application)
    if work.session.scalar(queries.group_of_application(application.id)) is not None:
        raise RuleBroken(_("The group of this application is begun already."))
    call = work.session.scalars(queries.call_held(application.opportunity_id)).one()
    group = VisitGroup(
        call=call,
        application=application,
        host=host,
        first_on=first_on,
        last_on=last_on,
        laboratory=laboratory,
        senders=_senders(senders),
    )
    refuse_other_days(call, first_on, last_on)
    work.session.add(group)
    work.session.flush()

    did(work, "visit.begun", group)
    return group


def save_group(
    work: Work,
    group: VisitGroup,
    *,
    first_on: date,
    last_on: date,
    laboratory: str = "",
    senders: Sequence[str] = (),
    version: int | None = None,
) -> None:
    """Change when the group comes and who sends it, until the application is sent."""
    policy.HOST_GROUP.require(work.actor, group)
    _refuse_unless_draft(group.application)
    refuse_other_days(group.call, first_on, last_on)
    work.edit(group, version)
    group.first_on, group.last_on = first_on, last_on
    group.laboratory, group.senders = laboratory, _senders(senders)
    weigh_again(work, group)
    keep_whole(work, group)

    did(work, "visit.saved", group)


def plan_days(
    work: Work, group: VisitGroup, plan: Mapping[date, str], *, version: int | None = None
) -> None:
    """Say what the group does on each of its days. Nothing written takes a day's plan away."""
    policy.HOST_GROUP.require(work.actor, group)
    refuse_over(group)
    work.edit(group, version)
    if any(not group.first_on <= day <= group.last_on for day in plan):
        raise RuleBroken(_("Choose one of the days of the visit."))
    if group.application.submitted_at is not None and not all(map(str.strip, plan.values())):
        raise RuleBroken(_("Say what the group does on each day: the plan was sent."))
    kept = {one.day: one for one in group.plan}
    for day, what in sorted(plan.items()):
        if day in kept and what.strip():
            kept[day].what = what
        elif day in kept:
            work.session.delete(kept[day])
        elif what.strip():
            work.session.add(VisitDay(group_id=group.id, day=day, what=what))
    keep_whole(work, group)

    did(work, "visit.planned", group)


def keep_whole(work: Work, group: VisitGroup) -> None:
    """Keep on the application whether its group is whole: people, and a plan for every day."""
    application = group.application
    if application.submitted_at is not None:
        return
    work.session.flush()
    planned = select(func.count(VisitDay.id)).where(
        VisitDay.group_id == group.id, VisitDay.day.between(group.first_on, group.last_on)
    )
    days = (group.last_on - group.first_on).days + 1
    whole = (
        bool(group.senders)
        and work.session.scalar(planned) == days
        and queries.number_that_comes(work.session, group.id) > 0
    )
    application.lacks = "" if whole else A_GROUP


def today_at(group: VisitGroup, now: datetime) -> date:
    """The day that it is where the host is. The host must be loaded."""
    return now.astimezone(ZoneInfo(group.host.zone)).date()


def change_until(group: VisitGroup) -> date:
    """The last day on which somebody may be replaced. The call must be loaded."""
    return group.first_on - timedelta(days=group.call.change_days)


def refuse_other_days(call: VisitCall, first_on: date, last_on: date) -> None:
    """Refuse days that the call does not pay for."""
    days = (last_on - first_on).days + 1
    if days < 1:
        raise RuleBroken(_("The last day comes after the first."))
    if not call.fewest_days <= days <= call.most_days:
        raise RuleBroken(
            _(
                "A visit lasts from %(fewest)s to %(most)s days; this one has %(days)s.",
                fewest=call.fewest_days,
                most=call.most_days,
                days=days,
            )
        )
    early = call.starts_on is not None and first_on < call.starts_on
    if early or (call.ends_on is not None and last_on > call.ends_on):
        raise RuleBroken(_("The days are outside those that the call names."))


def _senders(said: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(one.strip()[:300] for one in said if one.strip()))
    if not named:
        raise RuleBroken(_("Name the institutions that send the group."))
    if len(named) > MOST_SENDERS:
        raise RuleBroken(_("Name at most ten institutions."))
    return named


def _refuse_unless_draft(application: Application) -> None:
    if application.state is not ApplicationState.DRAFT:
        raise RuleBroken(_("This application was submitted, so it cannot be changed any more."))
