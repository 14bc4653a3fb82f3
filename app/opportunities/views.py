"""Pages of opportunities: the catalogue, whole and of one kind."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.foundation import clock
from app.foundation.database import reading
from app.foundation.languages import Reader, reader
from app.foundation.languages import gettext as _
from app.foundation.page_cache import cacheable, good_until, shared
from app.foundation.search import index
from app.foundation.web import current_actor, public
from app.opportunities import calendar as calendars
from app.opportunities import competencies as listed
from app.opportunities import wording
from app.opportunities.browsing import Search, cursor_of, search_of
from app.opportunities.catalogue import Counts, newest, open_by_competency
from app.opportunities.catalogue import page as browsed
from app.opportunities.deadlines import NEVER
from app.opportunities.feeds import Item, atom
from app.opportunities.states import COURSES, Facet, Kind, address_of
from app.opportunities.unmet import TALLY, is_unmet

bp = Blueprint("opportunities", __name__)

OTHERS = (Facet.TRACK, Facet.LANGUAGE, Facet.DIFFICULTY, Facet.WHERE)
PLACES = (
    *(Facet.FIELD, Facet.LEVEL, Facet.START, Facet.LANGUAGE),
    *(Facet.ASKED, Facet.TUITION, Facet.WHERE),
)
STAYS = (Facet.FIELD, Facet.TRACK, Facet.START, Facet.LANGUAGE, Facet.WHERE)
SHOWN = {Kind.EXCHANGE: PLACES, Kind.RESEARCH_STAY: STAYS}
# Feeds are for those who subscribe: search engines find the pages themselves.
UNLISTED = {"X-Robots-Tag": "noindex"}


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
    if is_unmet(search, kind, page.rows, more=page.more):
        current_app.extensions[TALLY].add(search.words, frozenset(row.id for row in page.rows))
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
        feeds=_feeds(reader().locale, kind, search.opened()),
        next_page=last and search.address(here, after=cursor_of(last.closes_at or NEVER, last.id)),
    )


@bp.get("/competencies")
@public
@cacheable
def competencies() -> ResponseReturnValue:
    """The list that courses, calls and certificates share, with what is open for each."""
    with reading() as connection:
        numbers = open_by_competency(connection, clock.now())
    return render_template(
        "opportunities/competencies.html",
        areas=[(listed.AREA_NAMES[area], codes) for area, codes in listed.AREAS.items()],
        name_of=listed.name_of,
        numbers=numbers,
        address=lambda code: Search(chosen={Facet.COMPETENCY: (code,)}).address(
            url_for(".catalogue")
        ),
    )


@lru_cache(maxsize=200)
def _feeds(locale: str, kind: Kind | None, search: Search) -> dict[str, str]:
    """Where a list of what is open is kept as a feed and as a calendar, as it is read."""
    if kind is not None and Facet.KIND not in search.chosen:
        kinds = COURSES if kind is Kind.COURSE else (kind,)
        search = replace(search, chosen={**search.chosen, Facet.KIND: tuple(kinds)})
    kept_as = ("feed", "calendar")
    return {name: search.address(url_for(f"opportunities.{name}"), lang=locale) for name in kept_as}


def _found(*, closing: bool) -> tuple[Search, list[Any]]:
    """What the address searches for, among what is open."""
    search = search_of(request.args.to_dict(flat=False)).opened()
    words = search.words
    with reading() as connection:
        rows = newest(
            connection,
            search,
            now=clock.now(),
            locale=reader().locale,
            matching=index.matching(None, "opportunity", words) if words else None,
            closing=closing,
        )
    return search, rows


@bp.get("/feed.atom")
@public
@cacheable
def feed() -> ResponseReturnValue:
    """What was published last of all that a search finds, for readers of feeds."""
    search, rows = _found(closing=False)
    return feed_of(
        rows,
        title=search.words or current_app.config["SETTINGS"].site_name,
        page=search.address(url_for(".catalogue", _external=True)),
        address=search.address(url_for(".feed", _external=True)),
    )


def feed_of(rows: Iterable[Any], *, title: str, page: str, address: str) -> Response:
    """Rows of a list (of `catalogue`) as an Atom feed."""
    site = url_for("opportunities.catalogue", _external=True).rstrip("/")
    items = [
        Item(
            name=f"{site}{address_of(row.kind, row.ref)}",
            title=row.title,
            summary=row.summary,
            address=f"{site}{address_of(row.kind, row.ref)}",
            by=row.given_by or row.organiser,
            published_at=row.published_at,
            locale=row.written_in,
        )
        for row in rows
    ]
    text = atom(
        items,
        title=title,
        address=address,
        page=page,
        made_at=clock.now(),
        locale=reader().locale,
    )
    return Response(text, mimetype="application/atom+xml", headers=UNLISTED)


@bp.get("/calendar.ics")
@public
@cacheable
def calendar() -> ResponseReturnValue:
    """When what a search finds closes, the next fifty, for calendars that subscribe to it."""
    _search, rows = _found(closing=True)
    site = url_for("opportunities.catalogue", _external=True).rstrip("/")
    deadlines = [
        calendars.deadline(
            uid=f"{row.ref}@lontar",
            title=_("Deadline: %(title)s", title=row.title),
            url=f"{site}{address_of(row.kind, row.ref)}",
            closes_at=row.closes_at,
            stamped_at=row.published_at,
            sequence=row.version,
        )
        for row in rows
    ]
    return Response(calendars.calendar_file(deadlines), mimetype="text/calendar", headers=UNLISTED)


@lru_cache(maxsize=200)
def _facets(
    _reader: Reader, kind: Kind | None, search: Search, counts: Counts, *, own: bool
) -> Markup:
    """The boxes beside the list, drawn once for a language until a number or a choice changes."""
    shown = SHOWN.get(kind, OTHERS) if kind else OTHERS
    of_kinds = kind in (None, Kind.COURSE)  # courses are given here, or listed for others
    html = render_template(
        "opportunities/facets.html",
        search=search,
        counts=counts,
        groups=wording.groups((Facet.KIND, *shown) if of_kinds else shown, counts.of, search, kind),
        nationalities=wording.nationality_options(counts.of[Facet.NATIONALITY], search),
        own=own,
        costs=kind is not Kind.EXCHANGE,  # what places cost is said by their tuition
    )
    return Markup(html)  # noqa: S704 - escaped there


def drawn(rows: Iterable[Any], at: datetime) -> list[Markup]:
    """The rows of a list (of `catalogue`) as cards, each a list item."""
    own = reader()
    return [_card(own, row, wording.window(row, at)) for row in rows]


@lru_cache(maxsize=1000)
def _card(_reader: Reader, row: Any, stands: str) -> Markup:
    """A card is drawn once for a reader's language and zone, until something in its row changes."""
    card = wording.card(row, stands)
    return Markup(render_template("opportunities/card.html", card=card))  # noqa: S704 - escaped there
