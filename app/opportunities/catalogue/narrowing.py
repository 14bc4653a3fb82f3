"""What decides which opportunities a search finds, as conditions on base columns."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    or_,
)

from app.foundation.database import UtcDateTime
from app.opportunities.browsing import Search
from app.opportunities.models import Opportunity, OpportunityFacet
from app.opportunities.states import (
    ANY,
    ANY_NATIONALITY,
    FOR_EACH,
    Facet,
    OpportunityState,
)

_o = Opportunity.__table__.c
NOW = bindparam("now", type_=UtcDateTime())


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the statements read. `chosen` has NATIONALITY when the search is mine."""

    chosen: frozenset[Facet] = frozenset()
    closed: bool = False
    one_kind: bool = False
    words: Select[Any] | None = None
    after: bool = False
    nationalities: bool = False


def chosen_with(search: Search, nationalities: Collection[str]) -> dict[Facet, tuple[str, ...]]:
    chosen = dict(search.chosen)
    if search.mine and nationalities:
        chosen[Facet.NATIONALITY] = tuple(sorted(nationalities))
    if Facet.NATIONALITY in chosen:
        chosen[Facet.NATIONALITY] = (*chosen[Facet.NATIONALITY], ANY_NATIONALITY)
    for facet in FOR_EACH & chosen.keys():
        chosen[facet] = (*chosen[facet], ANY)
    return chosen


def window_of(*, closed: bool) -> ColumnElement[bool]:
    """Open: published and before its deadline. Closed: it was published once and is no more."""
    if not closed:
        return and_(_o.state == OpportunityState.PUBLISHED, _o.closes_sort >= NOW)
    ended = _o.state.in_((OpportunityState.CLOSED, OpportunityState.CANCELLED))
    late = and_(_o.state == OpportunityState.PUBLISHED, _o.closes_sort < NOW)
    return and_(_o.published_at.is_not(None), or_(ended, late))


def base_of(shape: Shape) -> list[ColumnElement[bool]]:
    """What every number and row of the page has in common."""
    conditions = [window_of(closed=shape.closed)]
    if shape.one_kind:
        kinds = bindparam("kinds", expanding=True, type_=_o.kind.type)
        conditions.append(_o.kind.in_(kinds))
    return conditions


def narrowed(shape: Shape, *, except_for: Facet | None = None) -> list[ColumnElement[bool]]:
    """The conditions of the search, without those of one facet."""
    conditions = base_of(shape)
    if shape.words is not None:
        conditions.append(_o.id.in_(shape.words))
    conditions += [
        has_value(facet, facet.value)
        for facet in Facet
        if facet in shape.chosen and facet is not except_for
    ]
    return conditions


def has_value(facet: Facet, values: str) -> ColumnElement[bool]:
    """One of the bound `values` is among this facet's values of the opportunity."""
    own = OpportunityFacet.__table__.alias()
    return exists().where(
        own.c.opportunity_id == _o.id,
        own.c.facet == facet.value,
        own.c.value.in_(bindparam(values, expanding=True)),
    )
