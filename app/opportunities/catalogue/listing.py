"""What lists show of each opportunity: of a search, of a body, for feeds and the sitemap."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Result,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from app.foundation.database import UtcDateTime
from app.opportunities.browsing import Search
from app.opportunities.catalogue.narrowing import Shape, chosen_with, narrowed, window_of
from app.opportunities.models import Opportunity, OpportunityText, Place
from app.opportunities.states import (
    Kind,
    OpportunityState,
    PlaceState,
    address_of,
)
from app.organisations.models import Organisation

PAGE = 25

_o = Opportunity.__table__.c
_t = OpportunityText.__table__.c
_g = Organisation.__table__.c
_p = Place.__table__.c


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
    version: int
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


def rows_of(shape: Shape) -> Select[Any]:
    """LIMIT inside, joins outside: only the page's own rows meet their texts and organisers.

    What is JSON or a word of an enum comes as text: most rows were read before, and a card that
    is kept (`views`) needs no parsing.
    """
    order = [_o.closes_sort, _o.id]
    ids = select(_o.id).where(*narrowed(shape))
    if shape.after:
        last = tuple_(bindparam("after_at", type_=UtcDateTime()), bindparam("after_id"))
        ids = ids.where(tuple_(*order) < last if shape.closed else tuple_(*order) > last)
    directed = [column.desc() for column in order] if shape.closed else order
    inner = ids.order_by(*directed).limit(PAGE + 1).subquery()
    return _with_texts(inner).order_by(*directed)


def listed(found: Result[Any]) -> list[Listed]:
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
            _o.version,
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


rows_statement = lru_cache(maxsize=256)(rows_of)


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
    chosen = chosen_with(search, ())
    shape = Shape(chosen=frozenset(chosen), words=matching)
    order = [_o.closes_sort, _o.id] if closing else [_o.published_at.desc(), _o.id.desc()]
    ids = select(_o.id).where(*narrowed(shape))
    if closing:
        ids = ids.where(_o.closes_at.is_not(None))
    inner = ids.order_by(*order).limit(IN_A_FEED).subquery()
    values: dict[str, Any] = {facet.value: list(v) for facet, v in chosen.items()}
    values |= {"now": now, "locale": locale}
    return listed(connection.execute(_with_texts(inner).order_by(*order), values))


SHOWN_AT_ORGANISATION = 50


def at_organisation(session: Session, organisation_id: int, *, locale: str) -> list[Listed]:
    """What a body runs, or hosts having confirmed its seats: published, the latest first.

    What others give and it only lists is elsewhere: there may be hundreds of that.
    """
    hosted = select(_p.opportunity_id).where(
        _p.host_id == organisation_id, _p.state == PlaceState.CONFIRMED
    )
    own = or_(_o.organisation_id == organisation_id, _o.id.in_(hosted))
    return _published(session, and_(_o.kind != Kind.ELSEWHERE, own), locale)


def among(session: Session, ids: Select[int], *, locale: str) -> list[Listed]:
    """What was published of these, the latest first."""
    return _published(session, _o.id.in_(ids), locale)


def _published(session: Session, which: ColumnElement[bool], locale: str) -> list[Listed]:
    order = (_o.closes_sort.desc(), _o.id.desc())
    inner = (
        select(_o.id)
        .where(_o.published_at.is_not(None), which)
        .order_by(*order)
        .limit(SHOWN_AT_ORGANISATION)
        .subquery()
    )
    query = _with_texts(inner).order_by(*order)
    return listed(session.connection().execute(query, {"locale": locale}))


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
        .where(window_of(closed=False))
        .order_by(_o.closes_sort, _o.id)
        .limit(MOST_ADDRESSES),
        {"now": now},
    )
    return [address_of(kind, ref) for kind, ref in rows]
