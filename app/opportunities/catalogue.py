"""The catalogue's rows and its numbers: one statement each, over base columns only.

Both read plain rows, so they cost the same whatever kinds are mixed. A statement is built once
for each shape (which facets are chosen, open or closed) and kept; the values are bound.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Result,
    Row,
    Select,
    String,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from app.foundation.database import UtcDateTime
from app.opportunities.browsing import Search
from app.opportunities.models import Opportunity, OpportunityFacet, OpportunityText, Place
from app.opportunities.states import (
    ANY_NATIONALITY,
    COURSES,
    Facet,
    Kind,
    OpportunityState,
    PlaceState,
    address_of,
)
from app.organisations.models import Organisation

PAGE = 25

_o = Opportunity.__table__.c
_f = OpportunityFacet.__table__.c
_t = OpportunityText.__table__.c
_g = Organisation.__table__.c
_p = Place.__table__.c
_NOW = bindparam("now", type_=UtcDateTime())
# The page has no boxes for competencies: their own page leads to each.
_COUNTED = tuple(facet for facet in Facet if facet is not Facet.COMPETENCY)


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how the statements read. `chosen` has NATIONALITY when the search is mine."""

    chosen: frozenset[Facet] = frozenset()
    closed: bool = False
    one_kind: bool = False
    words: Select[Any] | None = None
    after: bool = False
    nationalities: bool = False


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


class Listed(NamedTuple):
    """An opportunity as lists show it, in one language; JSON is still text (`_with_texts`)."""

    id: int
    ref: str
    kind: str
    state: str
    online: bool
    costs_nothing: bool
    given_by: str
    difficulty: str
    tracks: str
    languages: str
    duration_months: int | None
    starts_on: date | None
    opens_at: datetime | None
    closes_at: datetime | None
    closes_zone: str | None
    published_at: datetime
    seats: int
    hosts: int
    title: str
    summary: str
    written_in: str
    organiser: str
    local_name: str | None
    local_name_lang: str | None
    city: str
    country_code: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Listed]
    more: bool
    counts: Counts


Keep = Callable[[Hashable, Callable[[], Counts]], Counts]


def page(
    connection: Connection,
    search: Search,
    *,
    now: datetime,
    locale: str,
    kind: Kind | None = None,
    nationalities: Collection[str] = (),
    matching: Select[Any] | None = None,
    keep: Keep = lambda _what, count: count(),
) -> Page:
    """One page of what the reader looks for, with every number beside it: two statements.

    `nationalities` are the reader's own, for a search that is `mine`; `matching` selects the ids
    of the opportunities that the reader's words are found in. `keep(what, count)` may answer with
    numbers that were counted before for the same `what` (never for a search with words).
    """
    chosen = _chosen(search, nationalities)
    shape = Shape(
        chosen=frozenset(chosen),
        closed=search.closed,
        one_kind=kind is not None,
        words=matching,
        after=search.after is not None,
        nationalities=bool(nationalities),
    )
    values: dict[str, Any] = {facet.value: list(v) for facet, v in chosen.items()}
    values |= {"now": now, "locale": locale}
    if kind is not None:  # the page of courses has both: those given here, those listed
        values["kinds"] = list(COURSES) if kind is Kind.COURSE else [kind]
    values["own"] = [*nationalities, ANY_NATIONALITY]
    if search.after is not None:
        values["after_at"], values["after_id"] = search.after

    def count(statement: CompoundSelect[Any]) -> Counts:
        counts = _read(connection.execute(statement, values).all())
        for facet, picked in search.chosen.items():
            for value in picked:
                counts.of[facet].setdefault(value, 0)
        return counts

    # Words make a statement of their own; every other shape is built once.
    if matching is not None:
        rows = _listed(connection.execute(_rows(shape), values))
        counts = count(_numbers(shape))
    else:
        rows = _listed(connection.execute(_rows_statement(shape), values))
        whole = replace(shape, after=False)  # the numbers are of the whole list, on each page
        what = (whole, kind, frozenset(chosen.items()), frozenset(nationalities))
        counts = keep(what, lambda: count(_counts_statement(whole)))
    return Page(rows[:PAGE], len(rows) > PAGE, counts)


def _chosen(search: Search, nationalities: Collection[str]) -> dict[Facet, tuple[str, ...]]:
    chosen = dict(search.chosen)
    if search.mine and nationalities:
        chosen[Facet.NATIONALITY] = tuple(sorted(nationalities))
    if Facet.NATIONALITY in chosen:
        chosen[Facet.NATIONALITY] = (*chosen[Facet.NATIONALITY], ANY_NATIONALITY)
    return chosen


def _window(*, closed: bool) -> ColumnElement[bool]:
    """Open: published and before its deadline. Closed: it was published once and is no more."""
    if not closed:
        return and_(_o.state == OpportunityState.PUBLISHED, _o.closes_sort >= _NOW)
    ended = _o.state.in_((OpportunityState.CLOSED, OpportunityState.CANCELLED))
    late = and_(_o.state == OpportunityState.PUBLISHED, _o.closes_sort < _NOW)
    return and_(_o.published_at.is_not(None), or_(ended, late))


def _base(shape: Shape) -> list[ColumnElement[bool]]:
    """What every number and row of the page has in common."""
    conditions = [_window(closed=shape.closed)]
    if shape.one_kind:
        kinds = bindparam("kinds", expanding=True, type_=_o.kind.type)
        conditions.append(_o.kind.in_(kinds))
    return conditions


def _narrowed(shape: Shape, *, except_for: Facet | None = None) -> list[ColumnElement[bool]]:
    """The conditions of the search, without those of one facet."""
    conditions = _base(shape)
    if shape.words is not None:
        conditions.append(_o.id.in_(shape.words))
    conditions += [
        _has(facet, facet.value)
        for facet in Facet
        if facet in shape.chosen and facet is not except_for
    ]
    return conditions


def _has(facet: Facet, values: str) -> ColumnElement[bool]:
    """One of the bound `values` is among this facet's values of the opportunity."""
    own = OpportunityFacet.__table__.alias()
    return exists().where(
        own.c.opportunity_id == _o.id,
        own.c.facet == facet.value,
        own.c.value.in_(bindparam(values, expanding=True)),
    )


def _rows(shape: Shape) -> Select[Any]:
    """LIMIT inside, joins outside: only the page's own rows meet their texts and organisers.

    What is JSON or a word of an enum comes as text: most rows were read before, and a card that
    is kept (`views`) needs no parsing.
    """
    order = [_o.closes_sort, _o.id]
    ids = select(_o.id).where(*_narrowed(shape))
    if shape.after:
        last = tuple_(bindparam("after_at", type_=UtcDateTime()), bindparam("after_id"))
        ids = ids.where(tuple_(*order) < last if shape.closed else tuple_(*order) > last)
    directed = [column.desc() for column in order] if shape.closed else order
    inner = ids.order_by(*directed).limit(PAGE + 1).subquery()
    return _with_texts(inner).order_by(*directed)


def _listed(found: Result[Any]) -> list[Listed]:
    return [Listed._make(row) for row in found.all()]


def _with_texts(inner: FromClause) -> Select[Any]:
    """What a list shows of the opportunities whose ids `inner` has, in the language `locale`."""
    return (
        select(
            _o.id,
            _o.ref,
            cast(_o.kind, Text).label("kind"),
            cast(_o.state, Text).label("state"),
            _o.online,
            _o.costs_nothing,
            _o.given_by,
            _o.difficulty,
            cast(_o.tracks, Text).label("tracks"),
            cast(_o.languages, Text).label("languages"),
            _o.duration_months,
            _o.starts_on,
            _o.opens_at,
            _o.closes_at,
            _o.closes_zone,
            _o.published_at,
            _o.seats,
            _o.hosts,
            func.coalesce(_t.title, _o.title).label("title"),
            func.coalesce(_t.summary, _o.summary).label("summary"),
            func.coalesce(_t.locale, _o.original_locale).label("written_in"),
            _g.name.label("organiser"),
            _g.local_name,
            _g.local_name_lang,
            _g.city,
            _g.country_code,
        )
        .select_from(inner)
        .join(Opportunity.__table__, _o.id == inner.c.id)
        .join(Organisation.__table__, _g.id == _o.organisation_id)
        .outerjoin(
            OpportunityText.__table__,
            and_(_t.opportunity_id == _o.id, _t.locale == bindparam("locale")),
        )
    )


def _numbers(shape: Shape) -> CompoundSelect[Any]:
    """Every number of the page. Facets without a choice share their conditions, so one look."""
    parts: list[Select[Any, Any, Any]] = [
        _values_of(shape, [facet for facet in _COUNTED if facet not in shape.chosen], None),
        _line("opportunities", select(func.count(_o.id)).where(*_base(shape))),
        _institutions(shape),
        _next_closing(),
    ]
    if shape.chosen or shape.words is not None:
        parts.append(_line("found", select(func.count(_o.id)).where(*_narrowed(shape))))
    if shape.nationalities:
        others = _narrowed(shape, except_for=Facet.NATIONALITY)
        mine = select(func.count(_o.id)).where(*others, _has(Facet.NATIONALITY, "own"))
        parts.append(_line("mine", mine))
    for facet in Facet:
        if facet in shape.chosen:
            others = _narrowed(shape, except_for=facet)
            parts.append(_values_of(shape, [facet], facet))
            parts.append(_line(f"without {facet}", select(func.count(_o.id)).where(*others)))
    return union_all(*parts)


_rows_statement = lru_cache(maxsize=256)(_rows)
_counts_statement = lru_cache(maxsize=256)(_numbers)


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
        .where(*_narrowed(shape, except_for=except_for))
        .group_by(_f.facet, _f.value)
    )
    return values.where(_f.facet.in_([facet.value for facet in facets]))


def _institutions(shape: Shape) -> Select[str, str, int]:
    """The bodies that run or host what there is, each once, counted by country."""
    hosts = (
        select(_p.host_id.label("id"))
        .join_from(Place.__table__, Opportunity.__table__, _o.id == _p.opportunity_id)
        .where(_p.state == PlaceState.CONFIRMED, *_base(shape))
    )
    bodies = union(hosts, select(_o.organisation_id).where(*_base(shape))).subquery()
    return (
        select(literal("institutions"), _g.country_code, func.count())
        .join_from(Organisation.__table__, bodies, bodies.c.id == _g.id)
        .group_by(_g.country_code)
    )


def _next_closing() -> Select[str, str, int]:
    """When the next opportunity closes, as text: no page is kept beyond it."""
    closing = func.coalesce(cast(func.min(_o.closes_sort), String), "")
    return select(literal("next"), closing, literal(0)).where(_window(closed=False))


def _read(lines: Collection[Row[Any, Any, Any]]) -> Counts:
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
        .where(_f.facet == Facet.COMPETENCY.value, _window(closed=False))
        .group_by(_f.value)
    )
    return {row.value: row.number for row in connection.execute(query, {"now": now})}


IN_A_FEED = 50


def newest(
    connection: Connection,
    search: Search,
    *,
    now: datetime,
    locale: str,
    matching: Select[Any] | None = None,
    closing: bool = False,
) -> list[Listed]:
    """What answers a search and is open, published last first; or what closes, the next first."""
    chosen = _chosen(search, ())
    shape = Shape(chosen=frozenset(chosen), words=matching)
    order = [_o.closes_sort, _o.id] if closing else [_o.published_at.desc(), _o.id.desc()]
    ids = select(_o.id).where(*_narrowed(shape))
    if closing:
        ids = ids.where(_o.closes_at.is_not(None))
    inner = ids.order_by(*order).limit(IN_A_FEED).subquery()
    values: dict[str, Any] = {facet.value: list(v) for facet, v in chosen.items()}
    values |= {"now": now, "locale": locale}
    return _listed(connection.execute(_with_texts(inner).order_by(*order), values))


SHOWN_AT_ORGANISATION = 50


def at_organisation(session: Session, organisation_id: int, *, locale: str) -> list[Listed]:
    """What a body runs, or hosts having confirmed its seats: published, the latest first.

    What others give and it only lists is elsewhere: there may be hundreds of that.
    """
    hosted = select(_p.opportunity_id).where(
        _p.host_id == organisation_id, _p.state == PlaceState.CONFIRMED
    )
    order = (_o.closes_sort.desc(), _o.id.desc())
    inner = (
        select(_o.id)
        .where(
            _o.published_at.is_not(None),
            _o.kind != Kind.ELSEWHERE,
            or_(_o.organisation_id == organisation_id, _o.id.in_(hosted)),
        )
        .order_by(*order)
        .limit(SHOWN_AT_ORGANISATION)
        .subquery()
    )
    query = _with_texts(inner).order_by(*order)
    return _listed(session.connection().execute(query, {"locale": locale}))


def is_open(row: Listed, now: datetime) -> bool:
    """Whether one may still sign up for what this row shows, or will be able to."""
    if row.state != OpportunityState.PUBLISHED:
        return False
    return row.closes_at is None or bool(row.closes_at >= now)


MOST_ADDRESSES = 5000


def addresses(session: Session, now: datetime) -> list[str]:
    """The pages of what is open, closing soonest first."""
    rows = session.connection().execute(
        select(cast(_o.kind, Text), _o.ref)
        .where(_window(closed=False))
        .order_by(_o.closes_sort, _o.id)
        .limit(MOST_ADDRESSES),
        {"now": now},
    )
    return [address_of(kind, ref) for kind, ref in rows]
