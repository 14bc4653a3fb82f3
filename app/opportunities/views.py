"""Pages of opportunities: the catalogue, whole and of one kind."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.foundation import clock
from app.foundation.database import reading
from app.foundation.languages import Reader, reader
from app.foundation.page_cache import cacheable, good_until, shared
from app.foundation.search import index
from app.foundation.web import current_actor, public
from app.opportunities import wording
from app.opportunities.browsing import Search, cursor_of, search_of
from app.opportunities.catalogue import Counts
from app.opportunities.catalogue import page as browsed
from app.opportunities.deadlines import NEVER
from app.opportunities.states import Facet, Kind

bp = Blueprint("opportunities", __name__)


@bp.get("/")
@public
@cacheable
def catalogue() -> ResponseReturnValue:
    return catalogue_page()


def catalogue_page(kind: Kind | None = None) -> ResponseReturnValue:
    """The catalogue of one kind, or of all; the offices of each kind show it at their own door."""
    at, here = clock.now(), request.path
    search = search_of(request.args.to_dict(flat=False))
    if kind not in (None, Kind.COURSE):
        search = search.without(Facet.KIND)
    actor = current_actor()
    with reading() as connection:
        page = browsed(
            connection,
            search,
            now=at,
            locale=reader().locale,
            kind=kind,
            nationalities=actor.nationalities,
            matching=index.matching(None, "opportunity", search.words) if search.words else None,
            keep=partial(shared, until=lambda counts: counts.next_closing),
        )
    good_until(page.counts.next_closing)
    last = page.rows[-1] if page.more else None
    return render_template(
        "opportunities/catalogue.html",
        search=search,
        page=page,
        kind=kind,
        here=here,
        cards=drawn(page.rows, at),
        facets=_facets(reader(), kind, search, page.counts, own=bool(actor.nationalities)),
        picked=wording.picked(search, here),
        loosened=[] if page.rows else wording.loosened(search, page.counts.without, here),
        next_page=last and search.address(here, after=cursor_of(last.closes_at or NEVER, last.id)),
    )


@lru_cache(maxsize=200)
def _facets(
    _reader: Reader, kind: Kind | None, search: Search, counts: Counts, *, own: bool
) -> Markup:
    """The boxes beside the list, drawn once for a language until a number or a choice changes."""
    shown = (Facet.TRACK, Facet.LANGUAGE, Facet.DIFFICULTY, Facet.WHERE)
    of_kinds = kind in (None, Kind.COURSE)  # courses are given here, or listed for others
    html = render_template(
        "opportunities/facets.html",
        search=search,
        counts=counts,
        groups=wording.groups((Facet.KIND, *shown) if of_kinds else shown, counts.of, search),
        nationalities=wording.nationality_options(counts.of[Facet.NATIONALITY], search),
        own=own,
    )
    return Markup(html)  # noqa: S704 - escaped there


def drawn(rows: Iterable[Any], at: datetime) -> list[Markup]:
    """The rows of a list (of `catalogue`) as cards, each a list item."""
    return [_card(reader(), row, wording.window(row, at)) for row in rows]


@lru_cache(maxsize=1000)
def _card(_reader: Reader, row: Any, stands: str) -> Markup:
    """A card is drawn once for a reader's language and zone, until something in its row changes."""
    card = wording.card(row, stands)
    return Markup(render_template("opportunities/card.html", card=card))  # noqa: S704 - escaped there
