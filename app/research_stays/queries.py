"""Everything calls for research stays read: a Select or a plain value, never writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.applications.models import Application, ApplicationCount
from app.applications.queries import applications_visible_to
from app.applications.states import IN_PROGRESS
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.queries import title_in
from app.opportunities.states import OFFICES, Kind, OpportunityState
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState
from app.projects.models import Project, ProjectPartner
from app.projects.states import PartnerState, ProjectState
from app.research_stays.models import ResearchStayCall, StayRequest

MOST_LISTED = 200


def bodies_of(actor: Actor) -> list[int]:
    """The institutions in whose office the actor is."""
    return sorted({one for role in OFFICES for one in actor.scopes(role, Scope.ORGANISATION)})


def own_hosts(actor: Actor) -> Select[Organisation]:
    """Those of them that still receive people, by name."""
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(bodies_of(actor)), Organisation.state == OrganisationState.ACTIVE
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def own_host(actor: Actor, host_id: int) -> Select[Organisation]:
    return own_hosts(actor).where(Organisation.id == host_id)


# --- calls


def calls_visible_to(actor: Actor) -> Select[ResearchStayCall]:
    """All that was published, and what one's own institutions are preparing."""
    if actor.is_a(Role.SECRETARIAT):
        return select(ResearchStayCall)
    own = ResearchStayCall.organisation_id.in_(bodies_of(actor))
    return select(ResearchStayCall).where(or_(ResearchStayCall.published_at.is_not(None), own))


def _whole(query: Select[ResearchStayCall]) -> Select[ResearchStayCall]:
    return query.options(
        selectinload(ResearchStayCall.texts),
        selectinload(ResearchStayCall.paid),
        selectinload(ResearchStayCall.countries),
        joinedload(ResearchStayCall.organisation, innerjoin=True),
    )


def call_by_ref(actor: Actor, ref: str) -> Select[ResearchStayCall]:
    return _whole(calls_visible_to(actor)).where(ResearchStayCall.ref == ref)


def call_by_id(actor: Actor, call_id: int) -> Select[ResearchStayCall]:
    return _whole(calls_visible_to(actor)).where(ResearchStayCall.id == call_id)


def call_to_change(actor: Actor, call_id: int) -> Select[ResearchStayCall]:
    """One of the institutions in whose office the actor is, with what its pages show."""
    own = ResearchStayCall.organisation_id.in_(bodies_of(actor))
    return _whole(select(ResearchStayCall).where(ResearchStayCall.id == call_id, own))


def calls_past_deadline(now: datetime) -> Select[ResearchStayCall]:
    return (
        select(ResearchStayCall)
        .where(
            ResearchStayCall.state == OpportunityState.PUBLISHED, ResearchStayCall.closes_at < now
        )
        .order_by(ResearchStayCall.closes_at, ResearchStayCall.id)
    )


def calls_of(session: Session, hosts: Sequence[int], locale: str) -> Sequence[Row[Any]]:
    """What these institutions call for, the newest first, with what waits. One statement."""
    call = ResearchStayCall.__table__
    waiting = (
        select(func.coalesce(func.sum(ApplicationCount.number), 0))
        .where(
            ApplicationCount.opportunity_id == Opportunity.id,
            ApplicationCount.country_code == "",
            ApplicationCount.state.in_(IN_PROGRESS),
        )
        .correlate(Opportunity)
        .scalar_subquery()
    )
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.state,
            Organisation.name.label("host"),
            call.c.stays,
            call.c.laboratory,
            waiting.label("waiting"),
            *title_in(locale),
        )
        .join(call, call.c.id == Opportunity.id)
        .join(Organisation, Organisation.id == Opportunity.organisation_id)
        .where(Opportunity.kind == Kind.RESEARCH_STAY, Opportunity.organisation_id.in_(hosts))
        .order_by(Opportunity.id.desc())
        .limit(MOST_LISTED)
    )
    return session.execute(query).all()


# --- requests


def requests_waiting(hosts: Sequence[int]) -> ScalarSelect[int]:
    """How many requests these hosts have that are not decided, from the kept counts."""
    return (
        select(func.coalesce(func.sum(ApplicationCount.number), 0))
        .join(Opportunity, Opportunity.id == ApplicationCount.opportunity_id)
        .where(
            Opportunity.kind == Kind.RESEARCH_STAY,
            Opportunity.organisation_id.in_(hosts),
            ApplicationCount.country_code == "",
            ApplicationCount.state.in_(IN_PROGRESS),
        )
        .scalar_subquery()
    )


def stay_applications(actor: Actor) -> Select[Application]:
    """Applications for research stays that the actor may see, whoever applied."""
    return applications_visible_to(actor).where(Opportunity.kind == Kind.RESEARCH_STAY)


def own_application(actor: Actor, application_id: int) -> Select[Application]:
    """The actor's own application for a research stay."""
    return stay_applications(actor).where(
        Application.id == application_id, Application.applicant_id == actor.user_id
    )


def requests_visible_to(actor: Actor) -> Select[StayRequest]:
    """Those of the applications that the actor may see."""
    seen = stay_applications(actor).with_only_columns(Application.id)
    return select(StayRequest).where(StayRequest.application_id.in_(seen))


def request_of(application_id: int) -> Select[StayRequest]:
    """What an application asks for, with what its page and an invitation say of it."""
    return (
        select(StayRequest)
        .where(StayRequest.application_id == application_id)
        .options(
            joinedload(StayRequest.host, innerjoin=True),
            joinedload(StayRequest.home),
            joinedload(StayRequest.project).selectinload(Project.texts),
        )
    )


def stay_asked_for(session: Session, application_id: int) -> dict[str, Any]:
    """What an application asks for, as it is frozen with what is sent (docs/exports.md)."""
    asked = session.scalars(request_of(application_id)).one()
    return {
        "starts_on": asked.starts_on.isoformat(),
        "ends_on": asked.ends_on.isoformat(),
        "purpose_kind": asked.purpose_kind.value,
        "purpose": asked.purpose,
        "brings": asked.brings,
        "home": asked.home.name if asked.home else asked.home_name,
        "home_country": asked.home_country,
        "function": asked.function,
        "project": asked.project_id,
    }


def person_with_home(user_id: int) -> Select[User]:
    return select(User).where(User.id == user_id).options(joinedload(User.home_institution))


def projects_of(host_ids: Sequence[int]) -> Select[Project]:
    """Projects that these bodies lead or take part in and that have not ended, by name."""
    part = select(ProjectPartner.project_id).where(
        ProjectPartner.organisation_id.in_(host_ids),
        ProjectPartner.state == PartnerState.CONFIRMED,
    )
    return (
        select(Project)
        .where(
            or_(Project.organisation_id.in_(host_ids), Project.id.in_(part)),
            Project.state == ProjectState.ACTIVE,
        )
        .options(selectinload(Project.texts))
        .order_by(Project.sort_key, Project.id)
        .limit(MOST_LISTED)
    )
