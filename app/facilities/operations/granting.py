"""Use is offered, agreed to, begun, ended or taken back; on no day more than there is.

Every verb holds the facility first, then the application, then the grant: two that want the last
of it wait for each other there, and the database refuses what would be too much.
"""

from datetime import date, timedelta
from hashlib import sha256

from app.applications.models import Application
from app.applications.operations import change_state
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationFlow, ApplicationState
from app.facilities import policy, queries
from app.facilities.capacity import most_taken
from app.facilities.messages import UseWithdrawn
from app.facilities.models import Facility, FacilityConditions, FacilityGrant
from app.facilities.operations.telling import (
    ask,
    due_report,
    offered,
    record_grant,
    report_due,
    tell,
    today_at,
)
from app.facilities.states import GrantFlow, GrantState
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.states import Move
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.opportunities.states import Kind, OpportunityState

TO_ANSWER = "use to answer"
TO_REPORT = "use to report on"
DAYS_TO_REPORT = 30
REMIND_DAYS_BEFORE = 7


def conditions_in(facility: Facility, locale: str) -> FacilityConditions:
    """The conditions as readers of this language read them, else the original's."""
    found = {one.locale: one for one in facility.conditions}
    return found.get(locale) or found[facility.original_locale]


def fingerprint(conditions: str) -> str:
    """The SHA-256 of the conditions in UTF-8: what somebody agreed to, and nothing else."""
    return sha256(conditions.encode()).hexdigest()


def find_application(work: Work, application_id: int) -> Application:
    """An application for use, if this actor may see it, with the facility held before it."""
    visible = applications_visible_to(work.actor).where(Application.id == application_id)
    facility_id = work.session.scalar(visible.with_only_columns(Application.opportunity_id))
    if facility_id is None or not hold_facility(work, facility_id):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return work.find(visible.execution_options(populate_existing=True))


def find_grant(work: Work, grant_id: int) -> FacilityGrant:
    """The grant, if this actor may see it, with its facility and application held before it."""
    visible = queries.grant_with_all(work.actor, grant_id)
    parts = visible.with_only_columns(FacilityGrant.facility_id, FacilityGrant.application_id)
    found = work.session.execute(parts).one_or_none()
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    hold_facility(work, found.facility_id)
    work.session.scalars(queries.application_held(found.application_id)).one()
    return work.find(visible)


def hold_facility(work: Work, opportunity_id: int) -> bool:
    """Hold what there is of a facility; False where the opportunity is none."""
    return work.session.scalar(queries.facility_held(opportunity_id)) is not None


def offer_use(
    work: Work,
    application: Application,
    *,
    amount: int,
    first_on: date,
    last_on: date,
    note: str = "",
) -> FacilityGrant:
    """Offer somebody of the shortlist so much, from a day to a day; it is theirs to answer.

    The facility must be held before (`find_application`). Whose earlier grant has ended may be
    offered more by the same application. Raises RuleBroken.
    """
    policy.GRANT.require(work.actor, application)
    facility = work.session.scalars(queries.facility_held(application.opportunity_id)).one()
    _refuse_given_up(facility)
    if work.session.scalar(queries.living_grant_of(application.id)) is not None:
        raise RuleBroken(_("This person has a grant that has not ended yet."))
    if application.state not in {ApplicationState.SHORTLISTED, ApplicationState.ACCEPTED}:
        raise RuleBroken(_("Use is granted to those on the shortlist."))
    _refuse_outside(facility, today_at(facility, work.now), amount, first_on, last_on)
    taken = queries.taken_of(work.session, facility.id)
    free = facility.available - most_taken(taken, first_on, last_on)
    if amount > free:
        raise RuleBroken(_("On some of these days only %(free)s is free.", free=max(0, free)))

    answer_by = work.now + timedelta(days=facility.days_to_answer)
    grant = FacilityGrant(
        facility=facility,
        application=application,
        person_id=application.applicant_id,
        amount=amount,
        first_on=first_on,
        last_on=last_on,
        note=note,
        offered_at=work.now,
        offered_by_id=work.actor.user_id,
        answer_by=answer_by,
        remind_at=work.now + (answer_by - work.now) / 2,
    )
    work.session.add(grant)
    if application.state is ApplicationState.ACCEPTED:
        change_state(work, application, ApplicationFlow.take_back_offer)
    change_state(work, application, ApplicationFlow.offer)

    record_grant(work, "grant.offered", grant, amount=amount)
    ask(work, TO_ANSWER, grant, answer_by)
    tell(work, grant, offered(grant))
    return grant


def accept_use(work: Work, grant: FacilityGrant, *, locale: str, seen: str) -> None:
    """Agree to the conditions as they were read, and have the use.

    `seen` is the fingerprint of the words on the page, in `locale`: words that were changed since
    have to be read again. The grant must be found by `find_grant`, here and below.
    """
    policy.ANSWER_GRANT.require(work.actor, grant)
    if grant.state in {GrantState.ACCEPTED, GrantState.RUNNING}:
        return
    _refuse_unless_offered(work, grant)
    _refuse_given_up(grant.facility)
    conditions = conditions_in(grant.facility, locale)
    if fingerprint(conditions.words) != seen:
        raise ChangedMeanwhile(_("The conditions were changed after you opened them: read again."))
    today = today_at(grant.facility, work.now)
    if grant.last_on < today:
        raise RuleBroken(_("The days for which this was offered are over."))

    grant.accepted_at, grant.remind_at = work.now, None
    grant.conditions_locale, grant.conditions_words = conditions.locale, conditions.words
    grant.conditions_sha256 = seen
    GrantFlow.accept(grant)
    grant.version += 1
    follow(work, grant, ApplicationFlow.accept)
    close_tasks(work, TO_ANSWER, grant)

    record_grant(work, "grant.accepted", grant, sha256=seen, locale=conditions.locale)
    if grant.first_on <= today:
        begin(work, grant)


def decline_use(work: Work, grant: FacilityGrant) -> None:
    """Not use it; what was offered is free for others."""
    policy.ANSWER_GRANT.require(work.actor, grant)
    _refuse_unless_offered(work, grant)

    GrantFlow.decline(grant)
    close(work, grant)
    follow(work, grant, ApplicationFlow.decline)

    record_grant(work, "grant.declined", grant)


def withdraw_use(work: Work, grant: FacilityGrant, *, reason: str) -> None:
    """Take the grant back, for a reason that the person reads."""
    policy.WITHDRAW_GRANT.require(work.actor, grant)
    if grant.state not in GrantFlow.withdraw.sources:
        raise RuleBroken(_("This grant has ended already."))
    if not reason.strip():
        raise RuleBroken(_("Say why; the person reads it."))

    grant.ended_because = reason
    grant.ended_by_id = work.actor.user_id
    GrantFlow.withdraw(grant)
    close(work, grant)
    follow(work, grant, ApplicationFlow.take_back_offer)
    follow(work, grant, ApplicationFlow.pass_over)

    record_grant(work, "grant.withdrawn", grant, reason=reason)
    tell(work, grant, UseWithdrawn(grant_id=grant.id, title=grant.facility.title, reason=reason))


def end_use(work: Work, grant: FacilityGrant) -> None:
    """End use before its last day; the rest is free from now on, and a report is due."""
    policy.END_GRANT.require(work.actor, grant)
    if grant.state is not GrantState.RUNNING:
        raise RuleBroken(_("This grant is not in use now."))
    grant.ended_by_id = work.actor.user_id
    end(work, grant)


def leave_with(work: Work, application: Application, *, reason: str = "") -> None:
    """Who withdraws the application gives the use back with it. Hold the facility before."""
    if application.opportunity.kind is not Kind.FACILITY:
        return
    grant_id = work.session.scalar(
        queries.living_grant_of(application.id).with_only_columns(FacilityGrant.id)
    )
    if grant_id is None:
        return
    [grant] = work.session.scalars(queries.grants_held([grant_id]))
    grant.ended_by_id, grant.ended_because = work.actor.user_id, reason
    GrantFlow.withdraw(grant)
    close(work, grant)

    record_grant(work, "grant.given_back", grant)


def begin(work: Work, grant: FacilityGrant) -> None:
    GrantFlow.begin(grant)
    grant.version += 1
    record_grant(work, "grant.begun", grant)


def end(work: Work, grant: FacilityGrant) -> None:
    grant.report_by = today_at(grant.facility, work.now) + timedelta(days=DAYS_TO_REPORT)
    GrantFlow.end(grant)
    close(work, grant)
    due = report_due(grant)
    grant.remind_at = due - timedelta(days=REMIND_DAYS_BEFORE)
    record_grant(work, "grant.ended", grant)
    ask(work, TO_REPORT, grant, due)
    tell(work, grant, due_report(grant, due))


def follow(work: Work, grant: FacilityGrant, step: Move[ApplicationState]) -> None:
    """Take the application along with its grant."""
    application = work.session.scalars(queries.application_held(grant.application_id)).one()
    change_state(work, application, step)


def close(work: Work, grant: FacilityGrant) -> None:
    grant.ended_at, grant.remind_at = work.now, None
    grant.version += 1
    close_tasks(work, TO_ANSWER, grant)


def _refuse_given_up(facility: Facility) -> None:
    if facility.state not in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
        raise RuleBroken(_("This facility is not offered any more; nothing in it can be changed."))


def _refuse_unless_offered(work: Work, grant: FacilityGrant) -> None:
    if grant.state is not GrantState.OFFERED:
        raise RuleBroken(_("No use is offered to you now."))
    if grant.answer_by < work.now:
        raise RuleBroken(_("The time to answer is over."))


def _refuse_outside(
    facility: Facility, today: date, amount: int, first_on: date, last_on: date
) -> None:
    """Refuse what the facility does not offer, whoever asks."""
    if not 1 <= amount <= facility.most:
        raise RuleBroken(_("One person gets from 1 to %(most)s.", most=facility.most))
    if first_on < today:
        raise RuleBroken(_("The first day is over. Choose today or a later one."))
    if last_on < first_on:
        raise RuleBroken(_("The last day of use comes after the first."))
    too_early = facility.starts_on is not None and first_on < facility.starts_on
    too_late = facility.ends_on is not None and last_on > facility.ends_on
    if too_early or too_late:
        raise RuleBroken(_("It can be used only within the days that its page names."))
