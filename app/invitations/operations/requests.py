"""Invitations that answer a request: begun from it, within the places of its call.

Every verb holds the call first, then the application, then the invitation: two that want the last
place wait for each other there, and the database refuses what would be too much.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations import change_state
from app.applications.states import ApplicationFlow, ApplicationState
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.states import Move
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.models import Invitation
from app.invitations.operations.telling import ask_office, did, today_there
from app.invitations.operations.writing import Terms, Whom, name_person, write_terms
from app.invitations.queries import TO_SEND
from app.invitations.states import Side
from app.opportunities.deadlines import end_of_day
from app.opportunities.states import OpportunityState
from app.research_stays.models import ResearchStayCall, StayRequest
from app.research_stays.operations import Home, Line

TIME_TO_ANSWER = timedelta(days=14)

F = ApplicationFlow
# How an application goes along when its invitation ends; the person's no is the applicant's.
BACK_TO_THE_SHORTLIST = (F.take_back_offer,)
DECLINED = (F.decline,)
DECLINED_AFTER_ALL = (F.take_back_offer, F.offer, F.decline)
PASSED_OVER = (F.take_back_offer, F.pass_over)
OFFERED_ANEW = (F.take_back_offer, F.offer)


def find_request(work: Work, application_id: int) -> StayRequest:
    """What was asked for, with its call and application held before."""
    visible = queries.request_with_all(work.actor, application_id)
    call_id = work.session.scalar(visible.with_only_columns(StayRequest.call_id))
    if call_id is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    hold_call(work, call_id)
    work.session.scalars(queries.application_held(application_id)).one()
    return work.find(visible)


def find_invitation(work: Work, query: Select[Invitation]) -> Invitation:
    """An invitation, with the call and the application that it answers held before it."""
    answers = work.session.execute(
        query.with_only_columns(Invitation.call_id, Invitation.application_id)
    ).first()
    if answers is not None and answers.application_id is not None:
        hold_call(work, answers.call_id)
        work.session.scalars(queries.application_held(answers.application_id)).one()
    return work.find(query)


def hold_call(work: Work, call_id: int) -> None:
    """Hold what places a call has."""
    work.session.scalars(queries.call_held(call_id)).one()


def begin_from_request(work: Work, request: StayRequest) -> int:
    """Begin an invitation that says what was asked for and what the call pays; gives its id.

    The request must be found by `find_request`. One that is being prepared is answered again.
    """
    policy.INVITE.require(work.actor, request.application)
    living = work.session.scalar(queries.living_invitation_of(request.application_id))
    if living is not None and living.sent_at is None:
        return living.id
    _refuse_given_up(request.call)
    _refuse_off_the_list(request.application)
    if living is not None:
        raise RuleBroken(_("This person is invited already."))
    invitation = Invitation(
        host_id=request.host_id,
        host=request.host,
        application_id=request.application_id,
        call_id=request.call_id,
        person_id=request.application.applicant_id,
        begun_by_id=work.actor.user_id,
        begun_at=work.now,
    )
    name_person(work, invitation, _whom(request))
    write_terms(work, invitation, _terms(work, invitation, request))
    work.session.add(invitation)

    did(work, "invitation.begun", invitation, name=invitation.person_name)
    ask_office(work, invitation, TO_SEND, Side.HOST)
    return invitation.id


def take_place(work: Work, invitation: Invitation) -> None:
    """Let an invitation hold a place of its call, held before. Raises RuleBroken where none is."""
    if invitation.application_id is None or invitation.call is None:
        return
    application = work.session.scalars(queries.application_held(invitation.application_id)).one()
    _refuse_given_up(invitation.call)
    _refuse_off_the_list(application)
    living = work.session.scalar(queries.living_invitation_of(application.id))
    if living is not None and living is not invitation:
        raise RuleBroken(_("This person is invited already."))
    if queries.stays_left(work.session, invitation.call) < 1:
        raise RuleBroken(
            _("All places of this call are taken. Give it more, or withdraw an invitation.")
        )
    change_state(work, application, ApplicationFlow.offer)


def follow(work: Work, invitation: Invitation, steps: tuple[Move[ApplicationState], ...]) -> None:
    """Take the application along with the invitation that answers it."""
    if invitation.application_id is None:
        return
    application = work.session.scalars(queries.application_held(invitation.application_id)).one()
    for step in steps:
        change_state(work, application, step)


def _refuse_given_up(call: ResearchStayCall) -> None:
    if call.state not in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
        raise RuleBroken(_("This call was cancelled: nobody is invited for it any more."))


def _refuse_off_the_list(application: Application) -> None:
    if application.state is not ApplicationState.SHORTLISTED:
        raise RuleBroken(_("Only those on the shortlist are invited."))


def _whom(request: StayRequest) -> Whom:
    person: User = request.application.applicant
    home = Home(request.home, request.home_name, request.home_country)
    return Whom(person.passport_name or person.full_name, person.email, home)


def _terms(work: Work, invitation: Invitation, request: StayRequest) -> Terms:
    """As it was asked for; days that are over begin tomorrow, and are as many."""
    call, today = request.call, today_there(work, invitation)
    first = max(request.starts_on, today + timedelta(days=1))
    last: date = first + (request.ends_on - request.starts_on)
    answer_by = end_of_day(today + TIME_TO_ANSWER, invitation.host.zone)
    return Terms(
        purpose_kind=request.purpose_kind,
        purpose=request.purpose,
        starts_on=first,
        ends_on=last,
        answer_by=answer_by,
        laboratory=call.laboratory,
        received_by=call.received_by,
        project_id=_project(work, request),
        language=call.languages[0] if call.languages else "en",
        programme=call.funder,
        paid=tuple(Line(*_said(one)) for one in call.paid),
    )


def _said(line: Any) -> tuple[Any, ...]:
    return line.kind, line.payer, line.amount, line.currency, line.per


def _project(work: Work, request: StayRequest) -> int | None:
    """The project that was named, where the host takes part in it."""
    of_host = work.session.scalars(queries.projects_of([request.host_id])).all()
    return next((one.id for one in of_host if one.id == request.project_id), None)
