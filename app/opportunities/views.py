"""Pages of opportunities: the catalogue, whole and of one kind."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.search import index
from app.foundation.web import current_actor, public
from app.opportunities import catalogue as reading
from app.opportunities.browsing import cursor_of, search_of
from app.opportunities.states import Facet, Kind

bp = Blueprint("opportunities", __name__)


@bp.get("/")
@public
@cacheable
def catalogue() -> ResponseReturnValue:
    return catalogue_page()


def catalogue_page(kind: Kind | None = None) -> ResponseReturnValue:
    """The catalogue of one kind, or of all; the offices of each kind show it at their own door."""
    at = clock.now()
    search = search_of(request.args.to_dict(flat=False))
    if kind is not None:
        search = search.without(Facet.KIND)
    actor = current_actor()
    page = reading.page(
        db.session(),
        search,
        now=at,
        locale=reader().locale,
        kind=kind,
        nationalities=actor.nationalities,
        matching=index.matching(None, "opportunity", search.words) if search.words else None,
    )
    good_until(page.counts.next_closing)
    last = page.rows[-1] if page.more else None
    return render_template(
        "opportunities/catalogue.html",
        search=search,
        page=page,
        kind=kind,
        here=request.path,
        at=at,
        next_page=last and search.address(request.path, after=cursor_of(last.closes_sort, last.id)),
    )
