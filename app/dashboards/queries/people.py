"""What applicants and reviewers see: what they applied for, what suits them, what they read."""

from typing import Any

from sqlalchemy import Row, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.dashboards.queries.counting import MANY, Rows, how_many
from app.facilities.models import FacilityGrant
from app.foundation import clock
from app.foundation.actors import Actor
from app.opportunities.deadlines import closing_day
from app.opportunities.eligibility import Facts, check, may_apply, rule_set
from app.opportunities.models import (
    Opportunity,
    OpportunityCountry,
    Place,
)
from app.opportunities.queries import closes_for, title_in
from app.opportunities.states import BY_HOSTS, OpportunityState
from app.organisations.models import Organisation
from app.placements.models import Offer
from app.placements.states import OfferState
from app.reviews.models import Review
from app.reviews.states import ReviewState


def my_applications(session: Session, actor: Actor, locale: str) -> Rows:
    """One's applications, the newest change first, with the live offer's day to answer.

    Of those for use of something also what was granted last.
    """
    newest_grant = (
        select(func.max(FacilityGrant.id))
        .where(FacilityGrant.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    query = (
        select(
            Application.id,
            Application.ref,
            Application.state,
            Application.state_since,
            Application.saved_at,
            Application.submitted_at,
            Opportunity.kind,
            closes_for(actor).label("closes_at"),
            Opportunity.closes_zone,
            Opportunity.state.label("opportunity_state"),
            Offer.id.label("offer_id"),
            Offer.answer_by,
            Organisation.name.label("host"),
            FacilityGrant.id.label("grant_id"),
            FacilityGrant.state.label("grant_state"),
            FacilityGrant.first_on,
            FacilityGrant.last_on,
        )
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .outerjoin(FacilityGrant, FacilityGrant.id == newest_grant)
        .outerjoin(
            Offer,
            and_(
                Offer.application_id == Application.id,
                Offer.state.in_([OfferState.RELEASED, OfferState.ACCEPTED]),
            ),
        )
        .outerjoin(Place, Place.id == Offer.place_id)
        .outerjoin(Organisation, Organisation.id == Place.host_id)
        .where(Application.applicant_id == actor.user_id)
        .order_by(Application.saved_at.desc(), Application.id.desc())
        .limit(MANY)
    )
    return list(session.execute(query.add_columns(*title_in(locale))))


def suggested(session: Session, actor: Actor, locale: str) -> Rows:
    """Open opportunities for which nothing in the profile stands against the person.

    Those for the person's own track come first, then what closes soonest; what the person has
    applied for already is left out.
    """
    applied = exists().where(
        Application.opportunity_id == Opportunity.id,
        Application.applicant_id == actor.user_id,
        Application.state != ApplicationState.WITHDRAWN,
    )
    country_list = OpportunityCountry.opportunity_id == Opportunity.id
    open_to_me = or_(
        ~exists().where(country_list),
        exists().where(country_list, OpportunityCountry.country_code.in_(actor.nationalities)),
    )
    now = clock.now()
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.tracks,
            Opportunity.closes_at,
            Opportunity.closes_zone,
            Opportunity.starts_on,
            Opportunity.eligibility,
            User.track,
            User.born_on,
            User.residence_code,
        )
        .join(User, User.id == actor.user_id)
        .where(
            Opportunity.state == OpportunityState.PUBLISHED,
            or_(Opportunity.opens_at.is_(None), Opportunity.opens_at <= now),
            Opportunity.closes_sort > now,
            Opportunity.kind.not_in(BY_HOSTS),
            open_to_me,
            ~applied,
        )
        .order_by(Opportunity.closes_sort, Opportunity.id)
        .limit(MANY)
    )
    rows = session.execute(query.add_columns(*title_in(locale)))
    eligible = [row for row in rows if _nothing_stands_against(row, actor)]
    return sorted(eligible, key=lambda r: bool(r.track) and r.track not in (r.tracks or []))[:5]


def _nothing_stands_against(row: Row[Any], actor: Actor) -> bool:
    """By the rules of the opportunity; what the profile does not say yet is not held against."""
    rules = rule_set(
        row.eligibility,
        closes_on=closing_day(row.closes_at, row.closes_zone),
        starts_on=row.starts_on,
    )
    return may_apply(check(rules, Facts(actor.nationalities, row.residence_code, row.born_on)))


def my_reviews(session: Session, actor: Actor, locale: str) -> Rows:
    """Per opportunity: how many files one was given and has read, and the next due moment."""
    done = how_many(Review.state == ReviewState.SUBMITTED)
    waiting = how_many(Review.state == ReviewState.ASSIGNED)
    due = func.min(case((Review.state == ReviewState.ASSIGNED, Review.due_at)))
    query = (
        select(
            Opportunity.id,
            Opportunity.kind,
            Opportunity.closes_zone,
            done.label("done"),
            waiting.label("waiting"),
            due.label("due_at"),
        )
        .join(Opportunity, Opportunity.id == Review.opportunity_id)
        .where(
            Review.reviewer_id == actor.user_id,
            Review.state.in_([ReviewState.ASSIGNED, ReviewState.SUBMITTED]),
        )
        .limit(MANY)
    )
    query = query.add_columns(*title_in(locale)).group_by(Opportunity.id).order_by(Opportunity.id)
    return list(session.execute(query))
