"""What each face of the dashboard shows: Core rows, one statement each, LIMIT inside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import left_tasks
from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.facilities.models import FacilityGrant
from app.facilities.queries import use_on
from app.foundation import clock
from app.foundation.actors import Actor, Role, Scope
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState
from app.notifications.models import Task
from app.notifications.tasks import tasks_of
from app.opportunities.deadlines import closing_day
from app.opportunities.eligibility import Facts, check, may_apply, rule_set
from app.opportunities.models import (
    Opportunity,
    OpportunityCountry,
    Place,
    Programme,
)
from app.opportunities.queries import closes_for, title_in
from app.opportunities.states import BY_CENTRES, BY_HOSTS, OpportunityState
from app.organisations.models import Organisation
from app.placements.models import Offer, PlacementRound
from app.placements.states import HOLDS_A_SEAT, OfferState, RoundState
from app.reviews.models import Review
from app.reviews.states import ReviewState
from app.visits.models import VisitCall

Rows = Sequence[Row[Any]]
MANY = 25
MOST_TASKS = 100
BEING_READ = (ApplicationState.IN_REVIEW, ApplicationState.SHORTLISTED)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def tasks_with_titles(session: Session, actor: Actor, locale: str) -> list[tuple[Task, str, str]]:
    """What waits for this person, with the opportunity's title as written and as one reads it."""
    query = (
        tasks_of(actor, *([left_tasks()] if actor.is_a(Role.SECRETARIAT) else []))
        .add_columns(Opportunity.title.label("written"), title_in(locale)[0])
        .outerjoin(Opportunity, Opportunity.id == Task.opportunity_id)
        .limit(MOST_TASKS)
    )
    return [(task, written or "", title or "") for task, written, title in session.execute(query)]


def offices_of(session: Session, tasks: Sequence[Task]) -> dict[int, str]:
    """The universities whose international offices these tasks are of, by id."""
    ids = {task.scope_id for task in tasks if task.role == Role.COORDINATOR and task.scope_id}
    if not ids:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(ids)))
    )
    return {row.id: row.name for row in rows}


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
    done = _number(Review.state == ReviewState.SUBMITTED)
    waiting = _number(Review.state == ReviewState.ASSIGNED)
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
    held = _number(Offer.state.in_(HOLDS_A_SEAT))
    accepted = _number(Offer.state == OfferState.ACCEPTED)
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
    accepted = _number(Offer.state == OfferState.ACCEPTED) + verified
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
        .where(Place.host_id.in_(hosts), Opportunity.kind.not_in((*BY_CENTRES, *BY_HOSTS)))
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
            _number(Application.state.in_(BEING_READ)).label("in_review"),
            _number(Application.state == ApplicationState.OFFERED).label("offered"),
            _number(Application.state == ApplicationState.ACCEPTED).label("accepted"),
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
    running = _number(Opportunity.state == OpportunityState.PUBLISHED)
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
