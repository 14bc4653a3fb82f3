"""The requests that invitations answer, and the places of the calls that those are for."""

from collections.abc import Iterable

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.applications.models import Application
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState
from app.foundation.actors import Actor
from app.invitations.models import Invitation
from app.invitations.queries.invitations import MOST_AT_ONCE, around, listed_for
from app.invitations.states import HOLDS_A_PLACE, LIVING, InvitationState
from app.opportunities.models import Opportunity
from app.opportunities.states import OpportunityState
from app.projects.models import Project
from app.research_stays.models import ResearchStayCall, StayRequest


def request_with_all(actor: Actor, application_id: int) -> Select[StayRequest]:
    """What somebody asks for in an application that the actor may see."""
    visible = applications_visible_to(actor).with_only_columns(Application.id)
    call = joinedload(StayRequest.call, innerjoin=True)
    return (
        select(StayRequest)
        .where(
            StayRequest.application_id == application_id,
            StayRequest.application_id.in_(visible),
        )
        .options(
            joinedload(StayRequest.application, innerjoin=True).joinedload(
                Application.applicant, innerjoin=True
            ),
            call.selectinload(ResearchStayCall.paid),
            call.selectinload(ResearchStayCall.texts),
            joinedload(StayRequest.host, innerjoin=True),
            joinedload(StayRequest.home),
            joinedload(StayRequest.project).selectinload(Project.texts),
        )
        .execution_options(populate_existing=True)
    )


def invitations_of_request(application_id: int) -> Select[Invitation]:
    """Every invitation that answered it, the newest first."""
    return (
        select(Invitation)
        .where(Invitation.application_id == application_id)
        .options(*around())
        .order_by(Invitation.id.desc())
    )


def living_invitation_of(application_id: int) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.application_id == application_id, Invitation.state.in_(LIVING)
    )


def not_sendable(session: Session, invitations: Iterable[Invitation]) -> set[int]:
    """Those in preparation that cannot be sent: off the shortlist, or of a cancelled call."""
    drafts = [one.id for one in invitations if one.state is InvitationState.DRAFT]
    if not drafts:
        return set()
    query = (
        select(Invitation.id)
        .join(Invitation.application)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .where(
            Invitation.id.in_(drafts),
            or_(
                Application.state != ApplicationState.SHORTLISTED,
                Opportunity.state == OpportunityState.CANCELLED,
            ),
        )
    )
    return set(session.scalars(query))


def application_held(application_id: int) -> Select[Application]:
    """Locked after its call."""
    return (
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )


def call_held(call_id: int) -> Select[ResearchStayCall]:
    """Locked before what is counted of it."""
    return (
        select(ResearchStayCall)
        .where(ResearchStayCall.id == call_id)
        .with_for_update(of=ResearchStayCall.__table__)
        .execution_options(populate_existing=True)
    )


def stays_left(session: Session, call: ResearchStayCall) -> int:
    """How many of a call's places no invitation holds."""
    held = select(func.count(Invitation.id)).where(
        Invitation.call_id == call.id, Invitation.state.in_(HOLDS_A_PLACE)
    )
    return call.stays - session.scalars(held).one()


def calls_answered(actor: Actor) -> Select[ResearchStayCall]:
    """The calls for which the actor's institutions have invited, the newest first."""
    ids = select(Invitation.call_id).where(*listed_for(actor, "", None))
    return (
        select(ResearchStayCall)
        .where(ResearchStayCall.id.in_(ids))
        .options(selectinload(ResearchStayCall.texts))
        .order_by(ResearchStayCall.id.desc())
        .limit(MOST_AT_ONCE)
    )
