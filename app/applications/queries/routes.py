"""The ways to come to a call or to dates, and who nominates by each."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Text, and_, bindparam, cast, select
from sqlalchemy.orm import Session, selectinload

from app.applications.models import Nominator, Route
from app.applications.states import ROUTE_NAMES, RouteKind
from app.opportunities.form_definitions import text_in
from app.organisations.models import Organisation


def routes_of(opportunity_id: int) -> Select[Route]:
    """The routes of a call, in the order in which they were opened."""
    return select(Route).where(Route.opportunity_id == opportunity_id).order_by(Route.id)


def routes_with_nominators(opportunity_id: int) -> Select[Route]:
    return routes_of(opportunity_id).options(
        selectinload(Route.nominators).joinedload(Nominator.organisation, innerjoin=True)
    )


def route_of(opportunity_id: int, kind: RouteKind) -> Select[Route]:
    return routes_with_nominators(opportunity_id).where(Route.kind == kind)


def route_to_change(opportunity_id: int, kind: RouteKind) -> Select[Route]:
    """The same with the call itself."""
    return route_of(opportunity_id, kind).options(selectinload(Route.opportunity))


def nominator_of(opportunity_id: int, nominator_id: int) -> Select[Nominator]:
    """One nominator of a call, with its route and the call."""
    return (
        select(Nominator)
        .join(Nominator.route)
        .where(Nominator.id == nominator_id, Route.opportunity_id == opportunity_id)
        .options(
            selectinload(Nominator.route).joinedload(Route.opportunity, innerjoin=True),
            selectinload(Nominator.organisation),
        )
    )


def has_routes(session: Session, opportunity_id: int) -> bool:
    return session.scalar(routes_of(opportunity_id).limit(1)) is not None


_r, _n, _g = Route.__table__.c, Nominator.__table__.c, Organisation.__table__.c
# What everybody reads: each way of the opportunity `id`, once for each body named for it.
NAMED_WAYS = (
    select(
        _r.kind,
        _r.named_only,
        _r.quota,
        _r.due_at,
        _r.due_zone,
        cast(_r.note, Text).label("note"),
        _g.name.label("organisation"),
        _g.country_code,
        _n.quota.label("its_quota"),
        _n.due_at.label("its_due_at"),
        _n.due_zone.label("its_due_zone"),
        _n.extended_at,
        _n.extended_because,
    )
    .select_from(Route.__table__)
    .outerjoin(Nominator.__table__, and_(_n.route_id == _r.id, _r.named_only))
    .outerjoin(Organisation.__table__, _g.id == _n.organisation_id)
    .where(_r.opportunity_id == bindparam("id"))
    .order_by(_r.id, _g.sort_key, _n.id)
)


class Named(NamedTuple):
    """A body that may nominate, on its own terms."""

    organisation: str
    country_code: str
    quota: int
    due_at: datetime | None
    due_zone: str | None
    extended_at: datetime | None
    extended_because: str


class WayInWords(NamedTuple):
    """One way to apply, in the reader's language where its note is written in it."""

    kind: str
    name: str
    note: str
    note_lang: str
    named_only: bool
    quota: int | None
    due_at: datetime | None
    due_zone: str | None
    nominators: list[Named]


def ways_in_words(rows: Iterable[Row[Any]], locale: str) -> list[WayInWords]:
    """The rows of NAMED_WAYS, way by way."""
    ways: dict[str, WayInWords] = {}
    for row in rows:
        if row.kind not in ways:
            note, lang = text_in(json.loads(row.note), locale)
            name = str(ROUTE_NAMES[row.kind])
            terms = (row.named_only, row.quota, row.due_at, row.due_zone)
            ways[row.kind] = WayInWords(row.kind.value, name, note, lang, *terms, [])
        if row.organisation is not None:
            its = (row.its_quota, row.its_due_at, row.its_due_zone)
            changed = (row.extended_at, row.extended_because)
            ways[row.kind].nominators.append(
                Named(row.organisation, row.country_code, *its, *changed)
            )
    return list(ways.values())


def ways_without_nominators(session: Session, opportunity_id: int) -> list[RouteKind]:
    """The ways by which named bodies nominate, for which none is named yet."""
    query = select(Route.kind).where(
        Route.opportunity_id == opportunity_id,
        Route.kind != RouteKind.DIRECT,
        Route.named_only,
        ~Route.nominators.any(),
    )
    return list(session.scalars(query.order_by(Route.id)))
