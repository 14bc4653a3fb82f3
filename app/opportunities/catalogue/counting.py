"""Every number beside the list, in one statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Row,
    Select,
    String,
    cast,
    func,
    literal,
    select,
    union,
    union_all,
)

from app.opportunities.catalogue.narrowing import Shape, base_of, has_value, narrowed, window_of
from app.opportunities.models import Opportunity, OpportunityFacet, Place
from app.opportunities.states import (
    Facet,
    PlaceState,
)
from app.organisations.models import Organisation

_o = Opportunity.__table__.c
_f = OpportunityFacet.__table__.c
_g = Organisation.__table__.c
_p = Place.__table__.c
# The page has no boxes for competencies: their own page leads to each.
_COUNTED = tuple(facet for facet in Facet if facet is not Facet.COMPETENCY)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each facet's values, each facet counted without its own choice."""

    found: int = 0
    institutions: int = 0
    countries: int = 0
    opportunities: int = 0
    mine: int = 0
    next_closing: datetime | None = None
    of: Mapping[Facet, dict[str, int]] = field(default_factory=dict)
    without: Mapping[Facet, int] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.found, self.mine, self.next_closing))


def numbers_of(shape: Shape) -> CompoundSelect[Any]:
    """Every number of the page. Facets without a choice share their conditions, so one look."""
    parts: list[Select[Any, Any, Any]] = [
        _values_of(shape, [facet for facet in _COUNTED if facet not in shape.chosen], None),
        _line("opportunities", select(func.count(_o.id)).where(*base_of(shape))),
        _institutions(shape),
        _next_closing(),
    ]
    if shape.chosen or shape.words is not None:
        parts.append(_line("found", select(func.count(_o.id)).where(*narrowed(shape))))
    if shape.nationalities:
        others = narrowed(shape, except_for=Facet.NATIONALITY)
        mine = select(func.count(_o.id)).where(*others, has_value(Facet.NATIONALITY, "own"))
        parts.append(_line("mine", mine))
    for facet in Facet:
        if facet in shape.chosen:
            others = narrowed(shape, except_for=facet)
            parts.append(_values_of(shape, [facet], facet))
            parts.append(_line(f"without {facet}", select(func.count(_o.id)).where(*others)))
    return union_all(*parts)


numbers_statement = lru_cache(maxsize=256)(numbers_of)


def _line(what: str, number: Select[int]) -> Select[str, str, Any]:
    return select(
        literal(what).label("what"),
        literal("").label("value"),
        number.scalar_subquery().label("number"),
    )


def _values_of(
    shape: Shape, facets: Collection[Facet], except_for: Facet | None
) -> Select[Any, Any, int]:
    values = (
        select(_f.facet.label("what"), _f.value.label("value"), func.count().label("number"))
        .join_from(OpportunityFacet.__table__, Opportunity.__table__, _o.id == _f.opportunity_id)
        .where(*narrowed(shape, except_for=except_for))
        .group_by(_f.facet, _f.value)
    )
    return values.where(_f.facet.in_([facet.value for facet in facets]))


def _institutions(shape: Shape) -> Select[str, str, int]:
    """The bodies that run or host what there is, each once, counted by country."""
    hosts = (
        select(_p.host_id.label("id"))
        .join_from(Place.__table__, Opportunity.__table__, _o.id == _p.opportunity_id)
        .where(_p.state == PlaceState.CONFIRMED, *base_of(shape))
    )
    bodies = union(hosts, select(_o.organisation_id).where(*base_of(shape))).subquery()
    return (
        select(literal("institutions"), _g.country_code, func.count())
        .join_from(Organisation.__table__, bodies, bodies.c.id == _g.id)
        .group_by(_g.country_code)
    )


def _next_closing() -> Select[str, str, int]:
    """When the next opportunity closes, as text: no page is kept beyond it."""
    closing = func.coalesce(cast(func.min(_o.closes_sort), String), "")
    return select(literal("next"), closing, literal(0)).where(window_of(closed=False))


def counts_read(lines: Collection[Row[Any, Any, Any]]) -> Counts:
    of: dict[Facet, dict[str, int]] = {facet: {} for facet in Facet}
    without: dict[Facet, int] = {}
    totals: dict[str, int] = {}
    countries: dict[str, int] = {}
    closing: datetime | None = None
    for what, value, number in lines:
        if what == "next":
            closing = _moment(value)
        elif what.startswith("without "):
            without[Facet(what.removeprefix("without "))] = number
        elif what == "institutions":
            countries[value] = number
        elif value:
            of[Facet(what)][value] = number
        else:
            totals[what] = number
    return Counts(
        **{"found": totals["opportunities"], **totals},
        institutions=sum(countries.values()),
        countries=len(countries),
        next_closing=closing,
        of=of,
        without=without,
    )


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def open_by_competency(connection: Connection, now: datetime) -> dict[str, int]:
    """How many opportunities that are open now teach or ask for each competency, by its code."""
    query = (
        select(_f.value, func.count().label("number"))
        .join_from(OpportunityFacet.__table__, Opportunity.__table__, _o.id == _f.opportunity_id)
        .where(_f.facet == Facet.COMPETENCY.value, window_of(closed=False))
        .group_by(_f.value)
    )
    return {row.value: row.number for row in connection.execute(query, {"now": now})}
