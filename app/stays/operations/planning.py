"""Stays are planned as places are won, and called off when the place is lost."""

from collections.abc import Collection
from datetime import date

from app.audit.record import record
from app.foundation.work import Work
from app.invitations.models import Invitation
from app.mobility.models import ExchangeNomination
from app.notifications.tasks import close_tasks
from app.placements.models import Offer
from app.stays import policy, queries
from app.stays.messages import StayPlanned
from app.stays.models import Preparation, Stay, StayReport
from app.stays.operations.parts import tell
from app.stays.preparing import Step, due_on, needs, reports
from app.stays.states import ChangeFlow, ChangeState, PreparationFlow, StayFlow


def plan_stays(work: Work) -> int:
    """Plan a stay for each verified nomination, accepted offer and certain invitation."""
    policy.PLAN.require(work.actor, None)
    nominations = work.session.scalars(queries.nominations_without_stay()).all()
    offers = work.session.scalars(queries.offers_without_stay()).all()
    for nomination in nominations:
        _plan(work, _of_nomination(nomination), _countries(nomination.person.nationalities))
    for offer in offers:
        _plan(work, _of_offer(offer), _countries(offer.application.applicant.nationalities))
    invitations = work.session.scalars(queries.invitations_without_stay()).all()
    for invitation in invitations:
        person = invitation.person
        _plan(work, _of_invitation(invitation), _countries(person.nationalities if person else ()))
    return len(nominations) + len(offers) + len(invitations)


def call_off_stays(work: Work) -> int:
    """Call off what is planned for a nomination or invitation that is over, or a lost offer."""
    policy.PLAN.require(work.actor, None)
    over = work.session.scalars(queries.stays_without_ground()).all()
    for stay in over:
        StayFlow.call_off(stay)
        stay.version += 1
        close_tasks(work, queries.TO_CONFIRM, stay)
        for line in stay.preparations:
            close_tasks(work, queries.TO_PREPARE, line)
        for change in stay.changes:
            if change.state is ChangeState.ASKED:
                ChangeFlow.take_back(change)
        record(work, "stay.called off", stay)
    return len(over)


def _of_nomination(nomination: ExchangeNomination) -> Stay:
    term = nomination.posting.term
    return Stay(
        nomination_id=nomination.id,
        person=nomination.person,
        host=nomination.host,
        home_id=nomination.home_id,
        opportunity_id=nomination.posting_id,
        starts_on=term.first_on,
        ends_on=term.ends_on,
    )


def _of_offer(offer: Offer) -> Stay:
    place = offer.place
    call = place.opportunity
    return Stay(
        offer_id=offer.id,
        person=offer.application.applicant,
        host=place.host,
        programme_id=call.programme_id,
        opportunity_id=call.id,
        starts_on=place.starts_on or call.starts_on,
        ends_on=place.ends_on or call.ends_on,
    )


def _of_invitation(invitation: Invitation) -> Stay:
    return Stay(
        invitation_id=invitation.id,
        person=invitation.person,
        host=invitation.host,
        home_id=invitation.home_id,
        starts_on=invitation.starts_on,
        ends_on=invitation.ends_on,
    )


def _countries(nationalities: Collection[object]) -> set[str]:
    return {str(one.country_code) for one in nationalities}  # type: ignore[attr-defined]


def _plan(work: Work, stay: Stay, nationalities: set[str]) -> None:
    first, last = stay.starts_on, stay.ends_on
    days = (last - first).days + 1
    stay.preparations = [
        Preparation(step=need.step, side=need.side, due_on=due_on(need, first))
        for need in needs(nationalities, stay.host.country_code, days)
    ]
    stay.reports = [StayReport(kind=kind, due_on=due) for kind, due in reports(first, last)]
    work.session.add(stay)
    work.session.flush()
    for line in stay.preparations:
        if stay.invitation_id is not None and line.step is Step.INVITATION:
            PreparationFlow.do(line)  # the letter is there since everybody agreed
            line.settled_at = work.now
    record(work, "stay.planned", stay, host=stay.host.name)
    told = StayPlanned(
        stay_id=stay.id,
        host=stay.host.name,
        starts_on=first.isoformat(),
        ends_on=last.isoformat(),
    )
    tell(work, stay, [stay.person], told, once=f"{stay.id}")


def plan_anew(stay: Stay, starts_on: date, ends_on: date) -> None:
    """The stay has other days: what is open moves with the first one, reports with both."""
    moved = starts_on - stay.starts_on
    stay.starts_on, stay.ends_on = starts_on, ends_on
    for line in stay.preparations:
        if line.settled_at is None:
            line.due_on += moved
    due = dict(reports(starts_on, ends_on))
    kept = {report.kind: report for report in stay.reports}
    for kind, day in due.items():
        if kind not in kept:
            stay.reports.append(StayReport(kind=kind, due_on=day))
        elif kept[kind].sent_at is None:
            kept[kind].due_on = day
