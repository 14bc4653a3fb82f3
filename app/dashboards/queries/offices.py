"""What offices see: calls, rounds, places, dates, applicants of theirs, and programmes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.dashboards.queries.counting import MANY, Rows, how_many
from app.facilities.queries import use_on
from app.foundation import clock
from app.foundation.actors import Actor, Role, Scope
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState
from app.notifications.models import Task
from app.opportunities.models import (
    Opportunity,
    OpportunityCountry,
    Place,
    Programme,
)
from app.opportunities.queries import title_in
from app.opportunities.states import BY_CENTRES, BY_HOSTS, BY_OFFICES, OpportunityState
from app.organisations.models import Organisation
from app.placements.models import Offer, PlacementRound
from app.placements.states import HOLDS_A_SEAT, OfferState, RoundState
from app.visits.models import VisitCall

BEING_READ = (ApplicationState.IN_REVIEW, ApplicationState.SHORTLISTED)


def offices_of(session: Session, tasks: Sequence[Task]) -> dict[int, str]:
    """The universities whose international offices these tasks are of, by id."""
    ids = {task.scope_id for task in tasks if task.role == Role.COORDINATOR and task.scope_id}
    if not ids:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(ids)))
    )
    return {row.id: row.name for row in rows}


# To these people do not come by being placed at a host.
NOT_PLACED = (*BY_CENTRES, *BY_HOSTS, *BY_OFFICES)


def _groups_paid_for() -> ColumnElement[Any]:
    """What a call for group visits gives away instead of seats; null for every other."""
    call = VisitCall.__table__
    found = select(call.c.groups).where(call.c.id == Opportunity.id)
    return found.correlate(Opportunity).scalar_subquery()


def calls_of(session: Session, programmes: list[int] | None, locale: str) -> Rows:
    """The programmes' calls with their applications by state; None means all programmes.

    One row an opportunity; `numbers` is a column per state of the kept counts.
    """
    numbers = [
        func.coalesce(
            func.sum(case((ApplicationCount.state == s, ApplicationCount.number), else_=0)), 0
        ).label(s.name.lower())
        for s in ApplicationState
    ]
    of_these = (
        Opportunity.programme_id.is_not(None)
        if programmes is None
        else Opportunity.programme_id.in_(programmes)
    )
    newest = (Opportunity.closes_sort.desc(), Opportunity.id.desc())
    chosen = select(Opportunity.id).where(of_these).order_by(*newest).limit(MANY).subquery()
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.state,
            func.coalesce(_groups_paid_for(), Opportunity.seats).label("seats"),
            Opportunity.closes_at,
            Opportunity.closes_zone,
            Programme.name.label("programme"),
            *title_in(locale),
            *numbers,
        )
        .join(chosen, chosen.c.id == Opportunity.id)
        .join(Programme, Programme.id == Opportunity.programme_id)
        .outerjoin(
            ApplicationCount,
            and_(
                ApplicationCount.opportunity_id == Opportunity.id,
                ApplicationCount.country_code == "",  # all countries together
            ),
        )
        .group_by(Opportunity.id, Programme.name)
        .order_by(*newest)
    )
    return list(session.execute(query))


def rounds_of(session: Session, programmes: list[int], locale: str) -> Rows:
    """The programmes' newest placement rounds, with how many offers stand where."""
    held = how_many(Offer.state.in_(HOLDS_A_SEAT))
    accepted = how_many(Offer.state == OfferState.ACCEPTED)
    query = (
        select(
            PlacementRound.id,
            PlacementRound.number,
            PlacementRound.state,
            PlacementRound.proposed_by_id,
            Opportunity.kind,
            Opportunity.seats,
            func.count(Offer.id).label("offers"),
            held.label("held"),
            accepted.label("accepted"),
            *title_in(locale),
        )
        .join(Opportunity, Opportunity.id == PlacementRound.opportunity_id)
        .outerjoin(Offer, Offer.round_id == PlacementRound.id)
        .where(
            Opportunity.programme_id.in_(programmes), PlacementRound.state != RoundState.WITHDRAWN
        )
        .group_by(PlacementRound.id, Opportunity.id)
        .order_by(PlacementRound.id.desc())
        .limit(MANY)
    )
    return list(session.execute(query))


def places_at(session: Session, hosts: list[int], locale: str) -> Rows:
    """The places at these institutions: seats, and how many are taken for certain.

    By an offer that was accepted, or, in an exchange, by a nomination that was verified.
    """
    verified = (
        select(func.count())
        .where(
            ExchangeNomination.posting_id == Opportunity.id,
            ExchangeNomination.state == NominationState.VERIFIED,
        )
        .correlate(Opportunity)
        .scalar_subquery()
    )
    accepted = how_many(Offer.state == OfferState.ACCEPTED) + verified
    query = (
        select(
            Place.id,
            Place.state,
            Place.seats,
            Place.starts_on,
            Place.ends_on,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.state.label("opportunity_state"),
            Organisation.name.label("host"),
            accepted.label("accepted"),
            *title_in(locale),
        )
        .join(Opportunity, Opportunity.id == Place.opportunity_id)
        .join(Organisation, Organisation.id == Place.host_id)
        .outerjoin(Offer, Offer.place_id == Place.id)
        .where(Place.host_id.in_(hosts), Opportunity.kind.not_in(NOT_PLACED))
        .group_by(Place.id, Opportunity.id, Organisation.name)
        .order_by(Opportunity.closes_sort.desc(), Place.id.desc())
        .limit(MANY)
    )
    return list(session.execute(query))


def run_by(session: Session, organisations: list[int], locale: str) -> Rows:
    """What these organisations publish themselves, whatever its kind, open ones first.

    With how each facility is used today.
    """
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.state,
            Opportunity.seats,
            Opportunity.closes_at,
            Opportunity.closes_zone,
            *use_on(clock.now().date()),
        )
        .where(
            Opportunity.organisation_id.in_(organisations),
            Opportunity.published_at.is_not(None),
        )
        .order_by(
            Opportunity.state != OpportunityState.PUBLISHED,
            Opportunity.closes_sort,
            Opportunity.id,
        )
        .limit(MANY)
    )
    return list(session.execute(query.add_columns(*title_in(locale))))


def names_beside(session: Session, organisations: list[int], *numbers: ColumnElement[Any]) -> Rows:
    """The names of these bodies, with numbers of them all beside each in the same question."""
    query = (
        select(Organisation.name, *numbers)
        .where(Organisation.id.in_(organisations))
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(MANY)
    )
    return list(session.execute(query))


def our_applicants(
    session: Session, *, locale: str, home: list[int] | None = None, country: str | None = None
) -> Rows:
    """How many of one's own people applied, opportunity by opportunity: numbers, no names.

    `home` are home institutions, `country` a country of residence at submission.
    """
    whose = (
        Application.home_institution_id.in_(home or [])
        if country is None
        else Application.country_code == country
    )

    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.state,
            func.count(Application.id).label("submitted"),
            how_many(Application.state.in_(BEING_READ)).label("in_review"),
            how_many(Application.state == ApplicationState.OFFERED).label("offered"),
            how_many(Application.state == ApplicationState.ACCEPTED).label("accepted"),
            *title_in(locale),
        )
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .where(whose, Application.submitted_at.is_not(None))
        .group_by(Opportunity.id)
        .order_by(Opportunity.closes_sort.desc(), Opportunity.id.desc())
        .limit(MANY)
    )
    return list(session.execute(query))


def open_to(session: Session, countries: list[str], locale: str) -> Rows:
    """Open opportunities that name one of these countries, closing soonest first."""
    listed = exists().where(
        OpportunityCountry.opportunity_id == Opportunity.id,
        OpportunityCountry.country_code.in_(countries),
    )
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.seats,
            Opportunity.closes_at,
            Opportunity.closes_zone,
        )
        .where(Opportunity.state == OpportunityState.PUBLISHED, listed)
        .order_by(Opportunity.closes_sort, Opportunity.id)
        .limit(MANY)
    )
    return list(session.execute(query.add_columns(*title_in(locale))))


def programmes_overview(session: Session) -> Rows:
    """Every programme with how many opportunities it has open, and who runs it."""
    running = how_many(Opportunity.state == OpportunityState.PUBLISHED)
    query = (
        select(
            Programme.id,
            Programme.name,
            Organisation.name.label("organisation"),
            running.label("open"),
            func.count(Opportunity.id).label("all"),
        )
        .join(Organisation, Organisation.id == Programme.organisation_id)
        .outerjoin(Opportunity, Opportunity.programme_id == Programme.id)
        .group_by(Programme.id, Organisation.name)
        .order_by(Programme.name, Programme.id)
        .limit(MANY)
    )
    return list(session.execute(query))


def hosts_of(actor: Actor) -> list[int]:
    """The institutions for which the actor answers as host, centre or international office."""
    roles = (Role.HOST, Role.CENTRE, Role.COORDINATOR)
    return sorted({i for role in roles for i in actor.scopes(role, Scope.ORGANISATION)})
