"""Everything facilities reads: a function returns a Select or a plain value, never writes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.applications.models import Application, ApplicationCount
from app.applications.queries import applications_visible_to
from app.applications.states import IN_PROGRESS, ApplicationState
from app.facilities.capacity import Taken
from app.facilities.models import Facility, FacilityConditions, FacilityGrant, UseReport
from app.facilities.states import LIVING, GrantState
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.queries import title_in
from app.opportunities.states import Kind, OpportunityState
from app.organisations.models import Organisation

MOST_LISTED = 200


def centres_of(actor: Actor) -> Sequence[int]:
    return sorted(actor.scopes(Role.CENTRE, Scope.ORGANISATION))


def own_centres(actor: Actor) -> Select[Organisation]:
    """The centres that the actor is staff of, by name."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(centres_of(actor)), Organisation.is_centre)
        .order_by(Organisation.sort_key, Organisation.id)
    )


def own_centre(actor: Actor, centre_id: int) -> Select[Organisation]:
    return own_centres(actor).where(Organisation.id == centre_id)


# --- facilities


def facilities_visible_to(actor: Actor) -> Select[Facility]:
    """All that was published, and what one's own centres are preparing."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Facility)
    own = Facility.organisation_id.in_(centres_of(actor))
    return select(Facility).where(or_(Facility.published_at.is_not(None), own))


def _whole(query: Select[Facility]) -> Select[Facility]:
    return query.options(
        selectinload(Facility.texts),
        selectinload(Facility.conditions),
        joinedload(Facility.organisation, innerjoin=True),
    )


def facility_by_ref(actor: Actor, ref: str) -> Select[Facility]:
    """One that the actor may see, with what its page shows."""
    return _whole(facilities_visible_to(actor)).where(Facility.ref == ref)


def facility_to_change(actor: Actor, facility_id: int) -> Select[Facility]:
    """The same for a page of its office: only of one's own centres."""
    own = select(Facility).where(
        Facility.id == facility_id, Facility.organisation_id.in_(centres_of(actor))
    )
    return _whole(own)


def facility_held(facility_id: int) -> Select[Facility]:
    """The facility, locked and read anew: the first thing that every verb about grants does."""
    return (
        select(Facility)
        .where(Facility.id == facility_id)
        .options(joinedload(Facility.organisation, innerjoin=True))
        .with_for_update(of=Facility)
        .execution_options(populate_existing=True)
    )


def conditions_of(facility_id: int, locale: str) -> Select[FacilityConditions]:
    return select(FacilityConditions).where(
        FacilityConditions.facility_id == facility_id, FacilityConditions.locale == locale
    )


def facilities_past_deadline(now: datetime) -> Select[Facility]:
    """Open ones whose last moment to apply is over."""
    return (
        select(Facility)
        .where(Facility.state == OpportunityState.PUBLISHED, Facility.closes_at < now)
        .order_by(Facility.closes_at, Facility.id)
    )


def use_on(today: date) -> list[ColumnElement[Any]]:
    """What there is of a facility and how it is used, as columns of a statement about Opportunity.

    `waiting` are applications that are not decided, `offered` grants that are not answered,
    `in_use` the amount of today's living grants and `users` of how many people, `freed_on` the
    last day of the one that ends next. Of anything else `available` is null.
    """

    def of_facility(column: str) -> ColumnElement[Any]:
        table = Facility.__table__
        found = select(table.c[column]).where(table.c.id == Opportunity.id)
        return found.correlate(Opportunity).scalar_subquery().label(column)

    def of_grants(
        name: str, what: ColumnElement[Any], *where: ColumnElement[bool]
    ) -> ColumnElement[Any]:
        found = select(what).where(FacilityGrant.facility_id == Opportunity.id, *where)
        return found.correlate(Opportunity).scalar_subquery().label(name)

    on_today = and_(
        FacilityGrant.state.in_(LIVING),
        FacilityGrant.first_on <= today,
        FacilityGrant.last_on >= today,
    )
    waiting = select(func.coalesce(func.sum(ApplicationCount.number), 0)).where(
        ApplicationCount.opportunity_id == Opportunity.id,
        ApplicationCount.country_code == "",
        ApplicationCount.state.in_(IN_PROGRESS),
    )
    return [
        *map(of_facility, ("type", "unit", "per", "available")),
        waiting.correlate(Opportunity).scalar_subquery().label("waiting"),
        of_grants("offered", func.count(), FacilityGrant.state == GrantState.OFFERED),
        of_grants("in_use", func.coalesce(func.sum(FacilityGrant.amount), 0), on_today),
        of_grants("users", func.count(FacilityGrant.person_id.distinct()), on_today),
        of_grants("freed_on", func.min(FacilityGrant.last_on), on_today),
    ]


def facilities_of(
    session: Session, centres: Sequence[int], today: date, locale: str
) -> Sequence[Row[Any]]:
    """What these centres offer, the newest first, each with its use today. One statement."""
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.state,
            Organisation.name.label("organisation"),
            *title_in(locale),
            *use_on(today),
        )
        .join(Organisation, Organisation.id == Opportunity.organisation_id)
        .where(Opportunity.kind == Kind.FACILITY, Opportunity.organisation_id.in_(centres))
        .order_by(Opportunity.id.desc())
        .limit(MOST_LISTED)
    )
    return session.execute(query).all()


# --- grants


def grants_visible_to(actor: Actor) -> Select[FacilityGrant]:
    """One's own, and those of the facilities of one's own centres."""
    of_centre = select(Facility.id).where(Facility.organisation_id.in_(centres_of(actor)))
    return select(FacilityGrant).where(
        or_(FacilityGrant.person_id == actor.user_id, FacilityGrant.facility_id.in_(of_centre))
    )


def grant_with_all(actor: Actor, grant_id: int) -> Select[FacilityGrant]:
    """One that the actor may see, with what its page and its verbs read."""
    facility = joinedload(FacilityGrant.facility, innerjoin=True)
    return (
        grants_visible_to(actor)
        .where(FacilityGrant.id == grant_id)
        .options(
            facility.joinedload(Facility.organisation, innerjoin=True),
            facility.selectinload(Facility.texts),
            facility.selectinload(Facility.conditions),
            joinedload(FacilityGrant.person, innerjoin=True),
            joinedload(FacilityGrant.application, innerjoin=True),
            joinedload(FacilityGrant.report),
        )
        .execution_options(populate_existing=True)
    )


def grants_of_person(actor: Actor) -> Select[FacilityGrant]:
    """The actor's own, the newest first, with their facilities."""
    return (
        select(FacilityGrant)
        .where(FacilityGrant.person_id == actor.user_id)
        .options(
            joinedload(FacilityGrant.facility, innerjoin=True).selectinload(Facility.texts),
            joinedload(FacilityGrant.report),
        )
        .order_by(FacilityGrant.id.desc())
        .limit(MOST_LISTED)
    )


def grants_of_facility(facility_id: int) -> Select[FacilityGrant]:
    """What was granted of one, those that take of it first, with who uses it."""
    return (
        select(FacilityGrant)
        .where(FacilityGrant.facility_id == facility_id)
        .options(
            joinedload(FacilityGrant.person, innerjoin=True),
            joinedload(FacilityGrant.application, innerjoin=True),
            joinedload(FacilityGrant.report),
        )
        .order_by(FacilityGrant.state.not_in(LIVING), FacilityGrant.last_on, FacilityGrant.id)
        .limit(MOST_LISTED)
    )


def to_grant_use_to(facility_id: int) -> Select[Application]:
    """Who may be offered use now: the shortlist, and those whose earlier grant has ended."""
    living = select(FacilityGrant.application_id).where(
        FacilityGrant.facility_id == facility_id, FacilityGrant.state.in_(LIVING)
    )
    return (
        select(Application)
        .where(
            Application.opportunity_id == facility_id,
            Application.state.in_((ApplicationState.SHORTLISTED, ApplicationState.ACCEPTED)),
            Application.id.not_in(living),
        )
        .order_by(Application.state.desc(), Application.submitted_at, Application.id)
        .limit(MOST_LISTED)
    )


def application_for(actor: Actor, facility_id: int, application_id: int) -> Select[Application]:
    """An application for this facility that the actor's centre decides on."""
    return applications_visible_to(actor).where(
        Application.opportunity_id == facility_id, Application.id == application_id
    )


def taken_of(session: Session, facility_id: int) -> list[Taken]:
    """What living grants take."""
    rows = session.execute(
        select(FacilityGrant.amount, FacilityGrant.first_on, FacilityGrant.last_on).where(
            FacilityGrant.facility_id == facility_id, FacilityGrant.state.in_(LIVING)
        )
    )
    return [Taken(*row) for row in rows]


def application_held(application_id: int) -> Select[Application]:
    """The application that a grant is of, locked after the facility."""
    return (
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )


def living_grant_of(application_id: int) -> Select[FacilityGrant]:
    return select(FacilityGrant).where(
        FacilityGrant.application_id == application_id, FacilityGrant.state.in_(LIVING)
    )


def grants_held(ids: Sequence[int]) -> Select[FacilityGrant]:
    """These, locked after their facilities and applications."""
    return (
        select(FacilityGrant)
        .where(FacilityGrant.id.in_(ids))
        .options(
            joinedload(FacilityGrant.facility, innerjoin=True).joinedload(
                Facility.organisation, innerjoin=True
            )
        )
        .order_by(FacilityGrant.facility_id, FacilityGrant.id)
        .with_for_update(of=FacilityGrant)
        .execution_options(populate_existing=True)
    )


# --- what comes round


def grants_to_lapse(now: datetime) -> Select[FacilityGrant]:
    return select(FacilityGrant).where(
        FacilityGrant.state == GrantState.OFFERED, FacilityGrant.answer_by < now
    )


def grants_to_turn_over(latest: date) -> Select[FacilityGrant]:
    """Those that may begin or end by now; each facility counts days by its own clock."""
    return select(FacilityGrant).where(
        or_(
            and_(FacilityGrant.state == GrantState.ACCEPTED, FacilityGrant.first_on <= latest),
            and_(FacilityGrant.state == GrantState.RUNNING, FacilityGrant.last_on < latest),
        )
    )


def grants_to_remind_of(now: datetime) -> Select[FacilityGrant]:
    return select(FacilityGrant).where(FacilityGrant.remind_at <= now)


def report_of(grant_id: int) -> Select[UseReport]:
    return select(UseReport).where(UseReport.grant_id == grant_id)


def facilities_granted_beyond() -> Select[Any]:
    """Facilities of which more is granted on some day than there is: there must be none."""
    begins, others = FacilityGrant.__table__.alias(), FacilityGrant.__table__.alias()
    return (
        select(begins.c.facility_id, begins.c.first_on)
        .join(others, others.c.facility_id == begins.c.facility_id)
        .join(Facility.__table__, Facility.__table__.c.id == begins.c.facility_id)
        .where(
            begins.c.state.in_(LIVING),
            others.c.state.in_(LIVING),
            others.c.first_on <= begins.c.first_on,
            others.c.last_on >= begins.c.first_on,
        )
        .group_by(
            begins.c.id, begins.c.facility_id, begins.c.first_on, Facility.__table__.c.available
        )
        .having(func.sum(others.c.amount) > Facility.__table__.c.available)
    )
