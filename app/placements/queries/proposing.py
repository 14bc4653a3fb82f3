"""What a proposal is worked out from, and who is told."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import RoleGrant, User
from app.applications.models import Application, Preference
from app.applications.states import ApplicationState
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.opportunities.models import Opportunity, OpportunityText
from app.placements.matching import Candidate
from app.placements.models import Offer, PlacementRound
from app.placements.states import LIVE, OPEN

Rows = Sequence[Row[Any]]
Columns = Select[*tuple[Any, ...]]
DAYS_TO_ANSWER = 14
PLACEABLE = (ApplicationState.SHORTLISTED, ApplicationState.IN_REVIEW)
WITHOUT_A_RESULT = (
    ApplicationState.ELIGIBLE,
    ApplicationState.IN_REVIEW,
    ApplicationState.SHORTLISTED,
)


def candidates(applications: Sequence[Application], places: Rows, wishes: Rows) -> list[Candidate]:
    """The applications as the mechanism sees them. `wishes` are rows of `wishes_of`."""
    tracks = {place.id: place.tracks for place in places}
    wanted: dict[int, list[int]] = {}
    for wish in wishes:
        wanted.setdefault(wish.application_id, []).append(wish.place_id)
    made = []
    for application in applications:
        asked = tuple(wanted.get(application.id, ()))
        made.append(
            Candidate(
                application.id,
                application.score_mean,
                application.submitted_at or clock.now(),
                asked,
                frozenset(
                    i
                    for i in asked
                    if tracks.get(i) and application.track and application.track not in tracks[i]
                ),
            )
        )
    return made


def wishes_of(applications: Sequence[int]) -> Columns:
    """(application_id, place_id) in the order of each person's wishes."""
    return (
        select(Preference.application_id, Preference.place_id)
        .where(Preference.application_id.in_(applications))
        .order_by(Preference.application_id, Preference.rank)
    )


def placeable(opportunity_id: int, *, with_in_review: bool) -> Select[Application]:
    """The shortlist; and, if the office says so, those in review who have a score already."""
    wanted = Application.state == ApplicationState.SHORTLISTED
    if with_in_review:
        scored = and_(
            Application.state == ApplicationState.IN_REVIEW, Application.score_mean.is_not(None)
        )
        wanted = or_(wanted, scored)
    return (
        select(Application)
        .where(Application.opportunity_id == opportunity_id, wanted)
        .order_by(Application.id)
    )


def open_round(session: Session, opportunity_id: int) -> PlacementRound | None:
    """The proposal that is in the making for this opportunity, if there is one."""
    return session.scalar(
        select(PlacementRound).where(
            PlacementRound.opportunity_id == opportunity_id, PlacementRound.state.in_(OPEN)
        )
    )


def next_number(session: Session, opportunity_id: int) -> int:
    last = session.scalar(
        select(func.max(PlacementRound.number)).where(
            PlacementRound.opportunity_id == opportunity_id
        )
    )
    return (last or 0) + 1


def without_a_result(opportunity_id: int) -> Select[Application]:
    """Who still waits to hear: no offer is alive for them, and none was answered."""
    alive = exists().where(Offer.application_id == Application.id, Offer.state.in_(LIVE))
    return (
        select(Application)
        .join(Application.applicant)
        .join(Application.opportunity)
        .options(contains_eager(Application.applicant), contains_eager(Application.opportunity))
        .where(
            Application.opportunity_id == opportunity_id,
            Application.state.in_(WITHOUT_A_RESULT),
            ~alive,
        )
        .order_by(Application.id)
    )


def days_to_answer(opportunity: Opportunity) -> int:
    """How many days the call gives to answer an offer."""
    return opportunity.days_to_answer if isinstance(opportunity, Call) else DAYS_TO_ANSWER


def people_of(roles: Sequence[Role], scope: Scope, scope_id: int | None) -> Select[User]:
    """Everybody who has one of these roles on this object today, once each."""
    holds = exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.role.in_(roles),
        RoleGrant.scope == scope,
        RoleGrant.scope_id == scope_id,
        or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now()),
    )
    return select(User).where(holds, User.active.is_(True)).order_by(User.id)


def titles(session: Session, opportunity: Opportunity) -> dict[str, str]:
    """What the opportunity is called in each language that it has; "" is the original."""
    query = select(OpportunityText.locale, OpportunityText.title).where(
        OpportunityText.opportunity_id == opportunity.id
    )
    return {"": opportunity.title, **{row.locale: row.title for row in session.execute(query)}}
