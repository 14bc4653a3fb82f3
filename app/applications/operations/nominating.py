"""Choosing a way to apply, and what the body that nominates answers, within its quota."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.applications import policy, queries
from app.applications.messages import (
    NominationAsked,
    NominationDeclined,
    NominationMade,
    NominationTakenBack,
)
from app.applications.models import Application, Nomination, Nominator, Route
from app.applications.operations.applying import refuse_unless_draft, titles
from app.applications.operations.moves import change_state
from app.applications.queries import nominating
from app.applications.queries.nominating import ALSO, NOMINATES, Way
from app.applications.states import (
    ApplicationFlow,
    ApplicationState,
    NominationFlow,
    NominationState,
)
from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.models import Opportunity
from app.opportunities.queries import office_of

TO_NOMINATE = "people to nominate"
OVERDUE = "nominations overdue"


def choose_way(work: Work, application: Application, key: str) -> None:
    """Say by which way one applies. Only what is open to this person can be chosen."""
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    person = work.session.execute(
        queries.person_with_profile(application.applicant_id)
    ).scalar_one()
    found = nominating.ways(work.session, application, person)
    way = next((w for w in found.open if w.key == key), None) if found else None
    if way is None:
        raise RuleBroken(_("Choose one of the ways that are open to you."))

    application.route = way.route.kind.value
    application.saved_at = work.now
    held = work.session.scalar(nominating.nomination_of(application.id))
    if way.organisation is None:
        if held is not None:
            work.session.delete(held)
    else:
        nominator = _nominator(work, way)
        if held is None:
            work.session.add(Nomination(application_id=application.id, nominator_id=nominator.id))
        else:
            held.nominator_id = nominator.id

    record(
        work,
        "application.way chosen",
        application,
        opportunity_id=application.opportunity_id,
        name=way.organisation.name if way.organisation else "",
    )


def _nominator(work: Work, way: Way) -> Nominator:
    """The body's row on this way; made with its first applicant, one of several at once waits."""
    route = way.route
    work.session.execute(select(Route.id).where(Route.id == route.id).with_for_update())
    body = way.organisation.id if way.organisation else 0
    held = work.session.scalar(
        select(Nominator).where(Nominator.route_id == route.id, Nominator.organisation_id == body)
    )
    if held is None:
        held = Nominator(
            route_id=route.id,
            organisation_id=body,
            quota=route.quota or 1,
            due_at=route.due_at,
            due_zone=route.due_zone,
            due_wall=route.due_wall,
        )
        work.session.add(held)
        work.session.flush()
    return held


def way_taken(work: Work, application: Application, person: User) -> Nomination | None:
    """The nominator to ask when this is submitted; None for one who applies alone.

    Raises RuleBroken when the call has ways and none that is open was chosen.
    """
    found = nominating.ways(work.session, application, person)
    if found is None:
        return None
    if not found.is_settled:
        raise RuleBroken(_("Choose by which way you apply; it is in the task list."))
    return work.session.scalar(nominating.nomination_of(application.id))


def ask_nominator(work: Work, application: Application, nomination: Nomination) -> None:
    """Ask the body that was chosen: its people are told, and it waits for their answer."""
    NominationFlow.ask(nomination)
    nomination.asked_at = work.now
    nominator = nomination.nominator
    asked = NominationAsked(
        nominator_id=nominator.id,
        titles=titles(work, application.opportunity),
        name=application.applicant_name,
        organisation=nominator.organisation.name,
        due_at=nominator.due_at,
        due_zone=nominator.due_zone,
    )
    work.session.flush()
    told = _officers(work, nominator)
    for person in told:
        notify(work, person, asked, once=f"nomination-{nomination.id}-{work.now.isoformat()}")
    _keep_task(work, nominator, application.opportunity)
    if not told:  # the office finds somebody who answers for that body
        _ask_office(work, nominator, application.opportunity)


def nominate(work: Work, application: Application) -> None:
    """Nominate a person: from now on the application goes its way, and one of the quota is used.

    Needs the opportunity and the applicant.
    """
    nomination = _to_decide(work, application)
    nominator = _locked(work, nomination.nominator)
    if nominator.nominated >= nominator.quota:
        raise RuleBroken(_("All nominations of your quota are used."))

    NominationFlow.nominate(nomination)
    nominator.nominated += 1
    nomination.place = nominator.nominated
    nomination.reason = ""
    nomination.decided_at, nomination.decided_by_id = work.now, work.actor.user_id
    change_state(work, application, ApplicationFlow.nominate)
    _keep_task(work, nominator, application.opportunity)

    record(work, "nomination.made", application, **_about(application, nominator))
    made = NominationMade(**_of(work, application, nominator))
    once = f"{nomination.id}-{work.now.isoformat()}"
    notify(work, recipient(application.applicant), made, once=once)


def decline_to_nominate(work: Work, application: Application, *, reason: str) -> None:
    """Do not nominate a person, with the reason that the person reads."""
    nomination = _to_decide(work, application)
    if not reason.strip():
        raise RuleBroken(_("Write the reason for the applicant to read."))

    NominationFlow.decline(nomination)
    nomination.reason = reason.strip()
    nomination.decided_at, nomination.decided_by_id = work.now, work.actor.user_id
    change_state(work, application, ApplicationFlow.not_nominate)
    _keep_task(work, nomination.nominator, application.opportunity)

    record(
        work,
        "nomination.declined",
        application,
        **_about(application, nomination.nominator),
        reason=nomination.reason,
    )
    declined = NominationDeclined(
        **_of(work, application, nomination.nominator), reason=nomination.reason
    )
    once = f"{nomination.id}-{work.now.isoformat()}"
    notify(work, recipient(application.applicant), declined, once=once)


def take_back_nomination(work: Work, application: Application, *, reason: str) -> None:
    """Take a nomination back in time, before the office decides; the quota is free again."""
    nomination = _nomination_held(work, application)
    if nomination.state is not NominationState.NOMINATED:
        raise RuleBroken(_("This person is not nominated."))
    if application.state is not ApplicationState.SUBMITTED:
        raise RuleBroken(_("The office has begun to decide about this application already."))
    nominator = _locked(work, nomination.nominator)
    if nominator.due_at is not None and work.now > nominator.due_at:
        raise RuleBroken(_("Your deadline is over, so the nomination stands."))
    if not reason.strip():
        raise RuleBroken(_("Write the reason for the applicant to read."))

    nominator.nominated -= 1
    NominationFlow.give_back(nomination)
    nomination.place = nomination.decided_at = nomination.decided_by_id = None
    change_state(work, application, ApplicationFlow.take_back_nomination)
    _keep_task(work, nominator, application.opportunity)

    record(
        work,
        "nomination.taken back",
        application,
        **_about(application, nominator),
        reason=reason.strip(),
    )
    taken = NominationTakenBack(**_of(work, application, nominator), reason=reason.strip())
    once = f"{nomination.id}-{work.now.isoformat()}"
    notify(work, recipient(application.applicant), taken, once=once)


def rank_nominated(work: Work, nominator: Nominator, application_ids: Sequence[int]) -> None:
    """Put the people whom a body nominated in its own order. Needs route and call."""
    policy.RANK_NOMINATED.require(work.actor, nominator)
    held = {
        n.application_id: n
        for n in work.session.scalars(
            select(Nomination)
            .where(
                Nomination.nominator_id == nominator.id,
                Nomination.state == NominationState.NOMINATED,
            )
            .with_for_update()
        )
    }
    if set(application_ids) != set(held) or len(application_ids) != len(held):
        raise RuleBroken(_("The list changed meanwhile. Look at it again."))
    for place, application_id in enumerate(application_ids, 1):
        held[application_id].place = place

    record(
        work,
        "nominator.ranked",
        nominator,
        opportunity_id=nominator.route.opportunity_id,
        name=nominator.organisation.name,
    )


def leave_nominator(work: Work, application: Application) -> None:
    """Whoever withdraws leaves the body's desk, and the part of its quota is free again."""
    nomination = work.session.scalar(nominating.nomination_of(application.id))
    if nomination is None or nomination.state is not NominationState.NOMINATED:
        return
    nominator = _locked(work, nomination.nominator)
    nominator.nominated -= 1
    NominationFlow.give_back(nomination)
    nomination.place = nomination.decided_at = nomination.decided_by_id = None


def return_to_nominator(
    work: Work, application: Application, was: ApplicationState
) -> ApplicationState:
    """Where a withdrawal that is undone leads: on, if the body has room, else to its desk."""
    nomination = work.session.scalar(nominating.nomination_of(application.id))
    before = {ApplicationState.DRAFT, ApplicationState.AWAITING_NOMINATION}
    if nomination is None or was in before or nomination.state is not NominationState.WAITING:
        return was
    nominator = _locked(work, nomination.nominator)
    if nominator.nominated >= nominator.quota:
        return ApplicationState.AWAITING_NOMINATION
    nominator.nominated += 1
    NominationFlow.nominate(nomination)
    nomination.place = nominator.nominated
    nomination.decided_at, nomination.decided_by_id = work.now, work.actor.user_id
    return was


def clear_desk(work: Work, application: Application) -> None:
    """After a withdrawal or its undoing: what waits for the body is counted again."""
    nomination = work.session.scalar(nominating.nomination_of(application.id))
    if nomination is not None:
        _keep_task(work, nomination.nominator, application.opportunity)


def refresh_desk(work: Work, nominator: Nominator) -> None:
    """After a body's deadline or quota changed: what waits for it, and for the office, fits."""
    _keep_task(work, nominator, nominator.route.opportunity)


def note_overdue_nominations(work: Work) -> int:
    """A body's deadline is over: nobody is refused by the clock, its office is asked to look."""
    policy.CHASE.require(work.actor, None)
    late = list(work.session.scalars(nominating.overdue(work.now).limit(200)))
    for nominator in late:
        _ask_office(work, nominator, nominator.route.opportunity)
    return len(late)


def _nomination_held(work: Work, application: Application) -> Nomination:
    """The nomination that one asked for, for who may answer it, locked."""
    nomination = work.session.scalar(
        nominating.nomination_of(application.id)
        .with_for_update(of=Nomination)
        .execution_options(populate_existing=True)
    )
    if nomination is None:
        raise RuleBroken(_("This application came by a way that needs no nomination."))
    policy.NOMINATE.require(work.actor, nomination)
    policy.NOT_ONESELF.require(work.actor, application)
    return nomination


def _to_decide(work: Work, application: Application) -> Nomination:
    nomination = _nomination_held(work, application)
    if application.state not in {
        ApplicationState.AWAITING_NOMINATION,
        ApplicationState.NOT_NOMINATED,
    }:
        raise RuleBroken(_("This application does not wait for your answer any more."))
    return nomination


def _locked(work: Work, nominator: Nominator) -> Nominator:
    """Whatever has a capacity is locked before it is counted."""
    work.session.refresh(
        nominator, attribute_names=["nominated", "quota", "due_at"], with_for_update=True
    )
    return nominator


def _roles(nominator: Nominator) -> list[Role]:
    kind = nominator.route.kind
    return [*NOMINATES, *([ALSO[kind]] if kind in ALSO else [])]


def _officers(work: Work, nominator: Nominator) -> list[Recipient]:
    people = {
        user.id: recipient(user)
        for role in _roles(nominator)
        for user in work.session.scalars(
            people_with(role, Scope.ORGANISATION, nominator.organisation_id)
        )
    }
    return list(people.values())


def _keep_task(work: Work, nominator: Nominator, opportunity: Opportunity) -> None:
    """What waits for the body, with its number; settled when nobody waits any more."""
    work.session.flush()
    number = nominating.how_many_wait(work.session, nominator.id)
    if not number:
        close_tasks(work, TO_NOMINATE, nominator)
        close_tasks(work, OVERDUE, nominator)
        return
    for role in _roles(nominator):
        open_task(
            work,
            TO_NOMINATE,
            nominator,
            role=role,
            scope=Scope.ORGANISATION,
            scope_id=nominator.organisation_id,
            opportunity_id=opportunity.id,
            due_at=nominator.due_at,
            number=number,
            about=opportunity.title,
            zone=nominator.due_zone,
        )
    if nominator.due_at is None or nominator.due_at >= work.now:
        close_tasks(work, OVERDUE, nominator)


def _ask_office(work: Work, nominator: Nominator, opportunity: Opportunity) -> None:
    open_task(
        work,
        OVERDUE,
        nominator,
        **office_of(opportunity),
        opportunity_id=opportunity.id,
        due_at=nominator.due_at,
        number=nominating.how_many_wait(work.session, nominator.id) or 1,
        about=opportunity.title,
        name=nominator.organisation.name,
        of=opportunity.kind.value,
        zone=nominator.due_zone,
    )


def _about(application: Application, nominator: Nominator) -> dict[str, Any]:
    return {
        "opportunity_id": application.opportunity_id,
        "name": nominator.organisation.name,
        "nominator_id": nominator.id,
    }


def _of(work: Work, application: Application, nominator: Nominator) -> dict[str, Any]:
    return {
        "application_id": application.id,
        "ref": application.ref,
        "titles": titles(work, application.opportunity),
        "organisation": nominator.organisation.name,
    }
