"""Pages open to the world: about, one organisation, and the two that machines ask."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from markupsafe import escape
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.courses.queries import courses_of_centre
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import current_actor, one_or_404, public
from app.opportunities import catalogue, wording
from app.opportunities.states import address_of
from app.opportunities.views import drawn
from app.organisations import policy
from app.organisations.facts import FOCUS_NAMES, KIND_NAMES, doubt
from app.organisations.queries import organisation_named_by

bp = Blueprint("public", __name__)


@bp.get("/about")
@public
def about() -> ResponseReturnValue:
    return render_template("public/about.html")


@bp.get("/organisations/<ref>")
@public
@cacheable
def organisation(ref: str) -> ResponseReturnValue:
    """One organisation, by all its names, with what it runs and hosts."""
    found = one_or_404(organisation_named_by(ref))
    at = clock.now()
    rows = catalogue.at_organisation(db.session(), found.id, locale=reader().locale)
    still_open = [row for row in reversed(rows) if catalogue.is_open(row, at)]
    good_until(still_open[0].closes_at if still_open else None)
    courses: list[Any] = []
    listed = 0
    if found.is_centre:
        courses = courses_of_centre(db.session(), found.id, reader().locale)
        listed = courses[0].listed if courses else 0
        courses = [course for course in courses if course.listing_id is None]
    return render_template(
        "public/organisation.html",
        organisation=found,
        still_open=drawn(still_open, at),
        courses=courses,
        listed=listed,
        address_of=address_of,
        over=[row for row in rows if not catalogue.is_open(row, at)],
        at=at,
        window=wording.window,
        kind_names=KIND_NAMES,
        focus_names=FOCUS_NAMES,
        doubt=doubt,
        may_keep=policy.KEEP.allows(current_actor(), found),
    )


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines may read: the catalogue and what it leads to, not every search."""
    site = current_app.config["SETTINGS"].public_url
    rules = f"User-agent: *\nDisallow: /*?\nSitemap: {site}/sitemap.xml\n"
    return Response(rules, mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The pages of what is open, for search engines."""
    site = current_app.config["SETTINGS"].public_url
    paths = ["/", "/courses", "/fellowships", "/exchanges", "/centres", "/about"]
    paths += catalogue.addresses(db.session(), clock.now())
    urls = "".join(f"<url><loc>{escape(site + path)}</loc></url>" for path in paths)
    listed = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{listed}', mimetype="application/xml")


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The database is reachable and its migrations are current."""
    from app.foundation.schema import is_current  # brings Alembic: only where it is asked for

    try:
        db.session.execute(text("SELECT 1"))
        current = is_current(db.engine)
    except SQLAlchemyError:
        return jsonify(status="the database does not answer"), 503
    if not current:
        return jsonify(status="migrations wait: run make migrate"), 503
    return jsonify(status="ok"), 200
