"""How far calls are prepared, collected for `readiness` in one statement."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant
from app.applications.models import Route
from app.applications.states import RouteKind
from app.fellowships.models import Call
from app.fellowships.queries.programmes import in_force
from app.fellowships.readiness import Preparation
from app.foundation.actors import Role, Scope
from app.opportunities.models import (
    FormVersion,
    Opportunity,
    OpportunityCountry,
    OpportunityText,
    Place,
    RubricVersion,
)
from app.opportunities.states import PlaceState
from app.organisations.models import Organisation

SEPARATOR = "\n"


def preparations(session: Session, ids: Iterable[int]) -> dict[int, Preparation]:
    """How far these calls are prepared: one statement, however many they are."""
    rows = session.execute(_preparations().where(Call.id.in_(list(ids)))).all()
    return {row.call_id: _preparation(row) for row in rows}


def _preparations() -> Select[Any]:
    original = OpportunityText.is_original.is_(True)
    mine = Place.opportunity_id == Call.id
    return select(
        Call.id.label("call_id"),
        Call.original_locale,
        Call.title,
        Call.opens_at,
        Call.closes_at,
        Call.closes_zone,
        Call.starts_on,
        Call.results_at,
        Call.eligibility,
        Call.tracks,
        Call.languages,
        Call.contact,
        Call.stipend_amount,
        Call.costs_nothing,
        Call.reviews_wanted,
        _text(OpportunityText.description, original).label("description"),
        _text(OpportunityText.who_may_apply, original).label("who_may_apply"),
        _one(
            select(func.aggregate_strings(OpportunityText.locale, SEPARATOR)).where(
                OpportunityText.opportunity_id == Call.id
            )
        ).label("locales"),
        _one(
            select(func.count(OpportunityCountry.id)).where(
                OpportunityCountry.opportunity_id == Call.id
            )
        ).label("countries"),
        _one(select(func.count(Place.id)).where(mine, Place.state == PlaceState.CONFIRMED)).label(
            "confirmed"
        ),
        _one(
            select(func.coalesce(func.sum(Place.seats), 0)).where(
                mine, Place.state == PlaceState.CONFIRMED
            )
        ).label("seats"),
        _hosts(PlaceState.ASKED).label("waiting"),
        _hosts(PlaceState.REFUSED).label("refused"),
        _newest(FormVersion).label("form"),
        _newest(RubricVersion).label("rubric"),
        _routes(
            Route.named_only.is_(True), ~Route.nominators.any(), Route.kind != RouteKind.DIRECT
        ).label("routes_without"),
        _routes(Route.due_at <= Call.opens_at).label("routes_early"),
        _holders(Role.REVIEWER).label("reviewers"),
        _holders(Role.APPROVER).label("approvers"),
    )


def _one(query: Select[Any]) -> Any:
    return query.correlate(Call, Opportunity).scalar_subquery()


def _text(column: Any, *where: ColumnElement[bool]) -> Any:
    return _one(select(column).where(OpportunityText.opportunity_id == Call.id, *where).limit(1))


def _hosts(state: PlaceState) -> Any:
    return _one(
        select(func.aggregate_strings(Organisation.name, SEPARATOR))
        .join(Place, Place.host_id == Organisation.id)
        .where(Place.opportunity_id == Call.id, Place.state == state)
    )


def _routes(*where: ColumnElement[bool]) -> Any:
    return _one(
        select(func.aggregate_strings(Route.kind, SEPARATOR)).where(
            Route.opportunity_id == Call.id, *where
        )
    )


def _newest(version: type[FormVersion] | type[RubricVersion]) -> Any:
    return _one(
        select(version.definition)
        .where(version.opportunity_id == Call.id)
        .order_by(version.number.desc())
        .limit(1)
    )


def _holders(role: Role) -> Any:
    """How many people have this role on the call or on its programme."""
    on_it = or_(
        and_(RoleGrant.scope == Scope.OPPORTUNITY, RoleGrant.scope_id == Call.id),
        and_(RoleGrant.scope == Scope.PROGRAMME, RoleGrant.scope_id == Call.programme_id),
    )
    return _one(
        select(func.count(RoleGrant.user_id.distinct())).where(
            RoleGrant.role == role, on_it, in_force()
        )
    )


def _preparation(row: Any) -> Preparation:
    return Preparation(
        call_id=row.call_id,
        original_locale=row.original_locale,
        title=row.title,
        description=row.description or "",
        who_may_apply=row.who_may_apply or "",
        locales=frozenset(_split(row.locales)),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closes_zone=row.closes_zone,
        starts_on=row.starts_on,
        results_at=row.results_at,
        eligibility=row.eligibility or {},
        countries=row.countries,
        tracks=tuple(row.tracks),
        languages=tuple(row.languages),
        contact=row.contact,
        stipend_amount=row.stipend_amount,
        costs_nothing=row.costs_nothing,
        confirmed=row.confirmed,
        seats=int(row.seats),
        waiting=_split(row.waiting),
        refused=_split(row.refused),
        form=row.form,
        rubric=row.rubric,
        reviews_wanted=row.reviews_wanted,
        reviewers=row.reviewers,
        approvers=row.approvers,
        routes_without=_split(row.routes_without),
        routes_early=_split(row.routes_early),
    )


def _split(names: str | None) -> tuple[str, ...]:
    return tuple(sorted(set(names.split(SEPARATOR)))) if names else ()
