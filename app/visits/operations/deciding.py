"""Awards: proposed by one, approved by another, answered by the host; the application follows."""

from datetime import timedelta

from sqlalchemy import Select

from app.applications.models import Application
from app.applications.operations import change_state
from app.applications.states import ApplicationFlow, ApplicationState
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.states import Move
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify_each
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import end_of_day
from app.opportunities.states import Kind, OpportunityState
from app.visits import policy, queries
from app.visits.messages import AwardLapsed, GroupAwarded, ReportDue, VisitCalledOff
from app.visits.models import VisitGroup
from app.visits.operations.grouping import hold_call, today_at
from app.visits.operations.people import TO_CONFIRM, TO_REPLACE
from app.visits.operations.telling import did, tell_host
from app.visits.states import COMES, GroupFlow, GroupState

TO_APPROVE = "award to approve"
TO_ANSWER = "award to answer"
TO_REPORT = "visit to report on"
DAYS_TO_REPORT = 30
MOST_AT_ONCE = 50


def propose_award(work: Work, group: VisitGroup) -> None:
    """Propose a group of the shortlist for an award; somebody else approves it.

    The group must be found by `find_group`, here and below.
    """
    policy.PROPOSE.require(work.actor, group)
    if group.application.state is not ApplicationState.SHORTLISTED:
        raise RuleBroken(_("Awards are proposed for groups on the shortlist."))
    if group.state is not GroupState.PLANNED:
        raise RuleBroken(_("An award for this group is proposed or decided already."))
    _refuse_cancelled(group)
    group.proposed_by_id, group.proposed_at = work.actor.user_id, work.now
    GroupFlow.propose(group)
    group.version += 1

    did(work, "visit.proposed", group)
    open_task(
        work,
        TO_APPROVE,
        group,
        role=Role.APPROVER,
        scope=Scope.PROGRAMME,
        scope_id=group.call.programme_id,
        opportunity_id=group.call_id,
        title=group.call.title,
        host=group.host.name,
    )


def send_back(work: Work, group: VisitGroup, *, reason: str) -> None:
    """Not award it as it was proposed; the managers read why in the history."""
    policy.AWARD.require(work.actor, group)
    if group.state is not GroupState.PROPOSED:
        raise RuleBroken(_("No award is proposed for this group now."))
    if not reason.strip():
        raise RuleBroken(_("Say why; the managers of the programme read it."))
    GroupFlow.send_back(group)
    group.version += 1
    close_tasks(work, TO_APPROVE, group)

    did(work, "visit.sent_back", group, reason=reason)


def award_visit(work: Work, group: VisitGroup) -> None:
    """Approve a proposed award: it takes one of the groups that the call pays for."""
    policy.AWARD.require(work.actor, group)
    if group.state is not GroupState.PROPOSED:
        raise RuleBroken(_("No award is proposed for this group now."))
    _refuse_cancelled(group)
    if queries.groups_held(work.session, group.call_id) >= group.call.groups:
        raise RuleBroken(_("The call pays for no further group."))
    if group.first_on <= today_at(group, work.now):
        raise RuleBroken(_("The first day of this visit is over."))
    group.awarded_by_id, group.awarded_at = work.actor.user_id, work.now
    group.answer_by = work.now + timedelta(days=group.call.days_to_answer)
    GroupFlow.award(group)
    group.version += 1
    _follow(work, group, ApplicationFlow.offer)
    close_tasks(work, TO_APPROVE, group)

    did(work, "visit.awarded", group)
    open_task(
        work,
        TO_ANSWER,
        group,
        holder_id=group.application.applicant_id,
        opportunity_id=group.call_id,
        due_at=group.answer_by,
        title=group.call.title,
        zone=group.host.zone,
    )
    said = GroupAwarded(
        group_id=group.id,
        title=group.call.title,
        answer_by=group.answer_by,
        zone=group.host.zone,
    )
    tell_host(work, group, said, once=f"{group.id}:{work.now.isoformat()}")


def accept_award(work: Work, group: VisitGroup) -> None:
    """The group comes."""
    policy.HOST_GROUP.require(work.actor, group)
    if group.state is GroupState.ACCEPTED:
        return
    _refuse_unless_awarded(work, group)
    group.accepted_at = work.now
    GroupFlow.accept(group)
    group.version += 1
    _follow(work, group, ApplicationFlow.accept)
    close_tasks(work, TO_ANSWER, group)

    did(work, "visit.accepted", group)


def decline_award(work: Work, group: VisitGroup) -> None:
    """The group does not come; another may have the award."""
    policy.HOST_GROUP.require(work.actor, group)
    _refuse_unless_awarded(work, group)
    GroupFlow.decline(group)
    _settle(work, group)
    _follow(work, group, ApplicationFlow.decline)

    did(work, "visit.declined", group)


def call_off(work: Work, group: VisitGroup, *, reason: str) -> None:
    """Call an awarded visit off, for a reason that the host and the whole group read."""
    policy.CALL_OFF.require(work.actor, group)
    if group.state not in GroupFlow.call_off.sources:
        raise RuleBroken(_("Only a visit that was awarded and is not over can be called off."))
    if not reason.strip():
        raise RuleBroken(_("Say why; the host and the group read it."))
    group.ended_because = reason
    GroupFlow.call_off(group)
    _settle(work, group)
    _follow(work, group, ApplicationFlow.take_back_offer)
    _follow(work, group, ApplicationFlow.pass_over)

    did(work, "visit.called_off", group, reason=reason)
    said = VisitCalledOff(title=group.call.title, host=group.host.name, reason=reason)
    tell_host(work, group, said, once=str(group.id))
    everybody = [
        (Recipient(one.email, one.locale), said) for one in group.people if one.state in COMES
    ]
    notify_each(work, everybody, once=str(group.id))


def leave_with(work: Work, application: Application) -> None:
    """Who withdraws the application gives its award back with it. Hold the call before."""
    if application.opportunity.kind is not Kind.VISIT:
        return
    group_id = work.session.scalar(queries.group_of_application(application.id))
    if group_id is None:
        return
    [group] = work.session.scalars(queries.group_held(group_id))
    if group.state is GroupState.ENDED:
        raise RuleBroken(_("This visit is over; its application stays."))
    if group.state is GroupState.PROPOSED:
        GroupFlow.send_back(group)
    elif group.state in GroupFlow.give_back.sources:
        GroupFlow.give_back(group)
    group.version += 1
    for kind in (TO_APPROVE, TO_ANSWER, TO_REPLACE):
        close_tasks(work, kind, group)

    did(work, "visit.given_back", group)


# --- what comes round


def lapse_awards(work: Work) -> int:
    """Awards that nobody answered in time are free for other groups."""
    policy.LOOK_AFTER.require(work.actor, None)
    done = 0
    for group in _due(work, queries.awards_to_lapse(work.now)):
        if group.state is GroupState.AWARDED and group.answer_by and group.answer_by < work.now:
            GroupFlow.lapse(group)
            _settle(work, group)
            _follow(work, group, ApplicationFlow.lapse)
            did(work, "visit.lapsed", group)
            said = AwardLapsed(group_id=group.id, title=group.call.title)
            tell_host(work, group, said, once=f"{group.id}:{work.now.isoformat()}")
            done += 1
    return done


def end_visits(work: Work) -> int:
    """A visit is over after its last day where the host is; a report is due from then on."""
    policy.LOOK_AFTER.require(work.actor, None)
    done = 0
    # The first clocks on earth are fourteen hours ahead of UTC.
    latest = (work.now + timedelta(hours=14)).date()
    for group in _due(work, queries.visits_to_end(latest)):
        today = today_at(group, work.now)
        if group.state is not GroupState.ACCEPTED or group.last_on >= today:
            continue
        group.report_by = today + timedelta(days=DAYS_TO_REPORT)
        GroupFlow.end(group)
        _settle(work, group)
        did(work, "visit.ended", group)
        open_task(
            work,
            TO_REPORT,
            group,
            holder_id=group.application.applicant_id,
            opportunity_id=group.call_id,
            due_at=end_of_day(group.report_by, group.host.zone),
            title=group.call.title,
            zone=group.host.zone,
        )
        said = ReportDue(
            group_id=group.id, title=group.call.title, report_on=group.report_by.isoformat()
        )
        tell_host(work, group, said, once=str(group.id))
        done += 1
    return done


def _due(work: Work, query: Select[VisitGroup]) -> list[VisitGroup]:
    """Some of these, each with its call and application held before it, calls in order."""
    parts = (
        query.with_only_columns(VisitGroup.call_id, VisitGroup.application_id, VisitGroup.id)
        .order_by(VisitGroup.call_id, VisitGroup.application_id)
        .limit(MOST_AT_ONCE)
    )
    rows = work.session.execute(parts).all()
    for call_id in dict.fromkeys(row.call_id for row in rows):
        hold_call(work, call_id)
    for row in rows:
        work.session.scalars(queries.application_held(row.application_id)).one()
    return [work.session.scalars(queries.due_group_held(row.id)).one() for row in rows]


def _follow(work: Work, group: VisitGroup, step: Move[ApplicationState]) -> None:
    """Take the application along with its group."""
    application = work.session.scalars(queries.application_held(group.application_id)).one()
    change_state(work, application, step)


def _settle(work: Work, group: VisitGroup) -> None:
    group.ended_at = work.now
    group.version += 1
    for kind in (TO_ANSWER, TO_REPLACE):
        close_tasks(work, kind, group)
    for person in group.people:
        close_tasks(work, TO_CONFIRM, person)


def _refuse_unless_awarded(work: Work, group: VisitGroup) -> None:
    if group.state is not GroupState.AWARDED or group.answer_by is None:
        raise RuleBroken(_("No award waits for an answer now."))
    if group.answer_by < work.now:
        raise RuleBroken(_("The time to answer is over."))


def _refuse_cancelled(group: VisitGroup) -> None:
    if group.call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call was cancelled; nothing in it can be changed."))
