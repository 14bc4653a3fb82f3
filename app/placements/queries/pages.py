"""What the pages of placements show: rows of columns, one statement each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.fellowships.models import Call
from app.foundation.actors import Actor
from app.opportunities.models import Opportunity, Place
from app.opportunities.queries import title_in
from app.organisations.models import Organisation
from app.placements.models import Offer, PlacementRound
from app.placements.queries.visible import opportunities_to_place, rounds_visible_to
from app.placements.states import LIVE, OPEN, OfferState

Columns = Select[*tuple[Any, ...]]
PAGE = 25


def round_list(actor: Actor, locale: str, before: int | None) -> Columns:
    """A page of proposals, newest first, with how many offers stand where."""
    visible = rounds_visible_to(actor).with_only_columns(PlacementRound.id)
    if before is not None:
        visible = visible.where(PlacementRound.id < before)
    page = visible.order_by(PlacementRound.id.desc()).limit(PAGE + 1).subquery()

    def number(*states: OfferState) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((Offer.state.in_(states), 1), else_=0)), 0)

    return (
        select(
            PlacementRound.id,
            PlacementRound.number,
            PlacementRound.note,
            PlacementRound.state,
            PlacementRound.proposed_at,
            PlacementRound.released_at,
            Opportunity.id.label("opportunity_id"),
            Opportunity.kind,
            number(*LIVE).label("live"),
            number(OfferState.RELEASED).label("waiting"),
            number(OfferState.ACCEPTED).label("accepted"),
            *title_in(locale),
        )
        .join(page, page.c.id == PlacementRound.id)
        .join(Opportunity, Opportunity.id == PlacementRound.opportunity_id)
        .outerjoin(Offer, Offer.round_id == PlacementRound.id)
        .group_by(PlacementRound.id, Opportunity.id)
        .order_by(PlacementRound.id.desc())
    )


def ready_to_place(actor: Actor, locale: str) -> Columns:
    """Calls that one manages, with a shortlist and no proposal in the making."""
    making = exists().where(
        PlacementRound.opportunity_id == Opportunity.id, PlacementRound.state.in_(OPEN)
    )
    shortlisted = (
        select(ApplicationCount.number)
        .where(
            ApplicationCount.opportunity_id == Opportunity.id,
            ApplicationCount.country_code == "",
            ApplicationCount.state == ApplicationState.SHORTLISTED,
        )
        .correlate(Opportunity)
        .scalar_subquery()
    )
    return (
        opportunities_to_place(actor)
        .with_only_columns(
            Opportunity.id,
            Opportunity.kind,
            Opportunity.seats,
            shortlisted.label("shortlisted"),
            *title_in(locale),
        )
        .where(~making, shortlisted > 0)
        .order_by(Opportunity.closes_sort.desc(), Opportunity.id.desc())
        .limit(PAGE)
    )


def offers_to(actor: Actor, locale: str) -> Columns:
    """What this person is or was offered, the newest first."""
    return (
        select(
            Offer.id,
            Offer.state,
            Offer.answer_by,
            Offer.answered_at,
            Opportunity.kind,
            Opportunity.closes_zone,
            Organisation.name.label("host"),
            Organisation.country_code,
            *title_in(locale),
        )
        .join(Application, Application.id == Offer.application_id)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .join(Place, Place.id == Offer.place_id)
        .join(Organisation, Organisation.id == Place.host_id)
        .where(Application.applicant_id == actor.user_id, Offer.released_at.is_not(None))
        .order_by(Offer.id.desc())
        .limit(PAGE)
    )


def offers_of_round(round_id: int) -> Columns:
    """Every offer of a proposal, as the page needs it."""
    return (
        select(
            Offer.id,
            Offer.application_id,
            Offer.place_id,
            Offer.state,
            Offer.by_hand,
            Offer.reason,
            Offer.score,
            Offer.preference_rank,
            Offer.released_at,
            Offer.closed_because,
            Offer.withdrawn_from,
            Offer.proposed_by_id,
            Application.country_code,
        )
        .join(Application, Application.id == Offer.application_id)
        .where(Offer.round_id == round_id)
        .order_by(Offer.id)
    )


def people_named(applications: Sequence[int]) -> Columns:
    """Names and countries of these applications, for one page of people."""
    return select(
        Application.id,
        Application.ref,
        Application.applicant_id,
        Application.applicant_name,
        Application.country_code,
        Application.state,
        Application.headline,
    ).where(Application.id.in_(applications))


def who_comes(place_id: int) -> Columns:
    """The people who accepted a seat at this place: no more than their name and their country."""
    return (
        select(Application.applicant_name, Application.country_code, Offer.answered_at)
        .join(Offer, Offer.application_id == Application.id)
        .where(Offer.place_id == place_id, Offer.state == OfferState.ACCEPTED)
        .order_by(Application.sort_key, Application.id)
        .limit(500)
    )


def unanswered() -> Columns:
    """Released offers, by what their reminders and lapses depend on, oldest day first."""
    return (
        select(Offer.id, Offer.released_at, Offer.answer_by, Offer.reminded)
        .where(Offer.state == OfferState.RELEASED, Offer.answer_by.is_not(None))
        .order_by(Offer.answer_by, Offer.id)
    )


def history_of_round(round_id: int) -> Select[AuditEntry]:
    """What was done to a proposal as a whole, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "placement_round", AuditEntry.subject_id == round_id)
        .order_by(AuditEntry.id.desc())
        .limit(50)
    )


def history_of_offer(offer_id: int) -> Select[AuditEntry]:
    """What was done to one placement and its offer, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "offer", AuditEntry.subject_id == offer_id)
        .order_by(AuditEntry.id.desc())
        .limit(50)
    )


def how_many(session: Session, query: Select[Any]) -> int:
    """How many rows a query of applications finds."""
    counted = query.with_only_columns(func.count(Application.id)).order_by(None)
    return session.scalar(counted) or 0


def stipend_of(opportunity: Opportunity) -> tuple[int, str, str | None] | None:
    """Amount in the currency's smallest unit, currency, how often; None where nothing is said."""
    if not isinstance(opportunity, Call) or opportunity.stipend_amount is None:
        return None
    if opportunity.stipend_currency is None:
        return None
    return opportunity.stipend_amount, opportunity.stipend_currency, opportunity.stipend_period
