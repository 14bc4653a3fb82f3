"""Calls as their office sees them: lists, counts, texts, forms, and who counts on them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import User
from app.applications.models import Application, ApplicationCount
from app.applications.queries.hoping import HOPING, applicants_in
from app.applications.states import ApplicationState
from app.fellowships.models import Call
from app.foundation.actors import Actor, Role
from app.opportunities.models import (
    Extension,
    Opportunity,
    OpportunityCountry,
    OpportunityText,
)
from app.opportunities.queries import programmes_of
from app.opportunities.states import OpportunityState

# The states in which somebody still counts on the call.
LIVE = (*HOPING, ApplicationState.OFFERED, ApplicationState.ACCEPTED)
OFFER_UNDER_WAY = ("proposed", "approved", "released", "accepted")


def calls_visible_to(actor: Actor) -> Select[Call]:
    """The calls of one's office, drafts too, with programme and organisation loaded."""
    query = (
        select(Call)
        .join(Call.programme)
        .join(Call.organisation)
        .options(contains_eager(Call.programme), contains_eager(Call.organisation))
    )
    mine = _of_office(actor)
    return query if mine is None else query.where(mine)


def calls_past_deadline(now: datetime) -> Select[Call]:
    """Published calls whose deadline is over; the grace of each is the operation's to know."""
    return (
        select(Call)
        .join(Call.programme)
        .join(Call.organisation)
        .options(contains_eager(Call.programme), contains_eager(Call.organisation))
        .where(Call.state == OpportunityState.PUBLISHED, Call.closes_at < now)
        .order_by(Call.closes_at, Call.id)
    )


def _of_office(actor: Actor) -> ColumnElement[bool] | None:
    if actor.is_a(Role.SECRETARIAT):
        return None
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return Opportunity.programme_id.in_(offices)


def office_list(
    actor: Actor,
    *,
    state: OpportunityState | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 25,
) -> Select[Call]:
    """One page of the office's list: the latest deadline first, after this one of the last page.

    One row more than `limit`, to know whether there is a next page.
    """
    query = calls_visible_to(actor).order_by(Call.closes_sort.desc(), Call.id.desc())
    if state is not None:
        query = query.where(Call.state == state)
    if after is not None:
        closes, last = after
        query = query.where(
            or_(Call.closes_sort < closes, and_(Call.closes_sort == closes, Call.id < last))
        )
    return query.limit(limit + 1)


def calls_by_state(session: Session, actor: Actor) -> dict[str, int]:
    """How many calls the office has in each state."""
    counted = select(Call.state, func.count(Call.id)).group_by(Call.state)
    mine = _of_office(actor)
    if mine is not None:
        counted = counted.where(mine)
    return {state.value: n for state, n in session.execute(counted)}


def application_counts(session: Session, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """The kept counts of applications by state, of each opportunity."""
    rows = session.execute(
        select(
            ApplicationCount.opportunity_id, ApplicationCount.state, ApplicationCount.number
        ).where(ApplicationCount.opportunity_id.in_(list(ids)), ApplicationCount.country_code == "")
    )
    counts: dict[int, dict[str, int]] = {}
    for opportunity_id, state, number in rows:
        counts.setdefault(opportunity_id, {})[state] = number
    return counts


def texts(call_id: int) -> Select[OpportunityText]:
    return (
        select(OpportunityText)
        .where(OpportunityText.opportunity_id == call_id)
        .order_by(OpportunityText.is_original.desc(), OpportunityText.locale)
    )


def countries(call_id: int) -> Select[OpportunityCountry]:
    return select(OpportunityCountry).where(OpportunityCountry.opportunity_id == call_id)


def extensions(call_id: int) -> Select[Extension]:
    return (
        select(Extension).where(Extension.opportunity_id == call_id).order_by(Extension.id.desc())
    )


def live_applicants(call_id: int) -> Select[Application, User]:
    """Everyone who counts on the call, with a draft or with what was sent."""
    return applicants_in(call_id, LIVE)


def offers_are_under_way(session: Session, call_id: int) -> bool:
    """Whether a seat of this call is proposed, approved, offered or accepted."""
    one = select(Application.id).where(
        Application.opportunity_id == call_id,
        or_(
            Application.offer_state.in_(OFFER_UNDER_WAY),
            Application.state.in_((ApplicationState.OFFERED, ApplicationState.ACCEPTED)),
        ),
    )
    return session.scalar(one.limit(1)) is not None


def results_are_out(session: Session, call_id: int) -> bool:
    """Whether somebody already learned a result: then nobody else may apply any more."""
    told = (
        ApplicationState.OFFERED,
        ApplicationState.ACCEPTED,
        ApplicationState.DECLINED,
        ApplicationState.LAPSED,
        ApplicationState.NOT_SELECTED,
    )
    known = select(func.sum(ApplicationCount.number)).where(
        ApplicationCount.opportunity_id == call_id, ApplicationCount.state.in_(told)
    )
    return bool(session.scalar(known))
