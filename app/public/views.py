"""Pages open to the world: about, one organisation, and the two that machines ask."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.courses.queries import meetings_at, own_courses
from app.courses.timetable import entry_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import LANGUAGES, reader, speaking
from app.foundation.languages import gettext as _
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import current_actor, embeddable, one_or_404, public
from app.opportunities import catalogue, wording
from app.opportunities.calendar import calendar_file, deadline
from app.opportunities.states import address_of
from app.opportunities.views import drawn, feed_of
from app.organisations import policy
from app.organisations.facts import FOCUS_NAMES, KIND_NAMES, doubt
from app.organisations.queries import organisation_named_by
from app.projects.queries import published_refs
from app.public.queries import work_of
from app.working_groups.queries import public_refs

bp = Blueprint("public", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


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
    work = work_of(db.session(), found, reader().locale)
    return render_template(
        "public/organisation.html",
        organisation=found,
        still_open=drawn(still_open, at),
        work=work,
        over=[row for row in rows if not catalogue.is_open(row, at)],
        at=at,
        window=wording.window,
        kind_names=KIND_NAMES,
        focus_names=FOCUS_NAMES,
        doubt=doubt,
        embedded=_site() + url_for(".embedded", locale=reader().locale, ref=found.ref),
        may_keep=policy.KEEP.allows(current_actor(), found),
    )


def _site() -> str:
    return str(current_app.config["SETTINGS"].public_url)


@bp.get("/embed/<locale>/organisations/<ref>")
@public
@cacheable
@embeddable
def embedded(locale: str, ref: str) -> ResponseReturnValue:
    """What an organisation offers now, to be shown in a frame of its own site.

    The language is part of the address: a frame has no cookie, and its readers are the site's.
    """
    found = one_or_404(organisation_named_by(ref))
    if locale not in LANGUAGES:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    at = clock.now()
    with speaking(locale):
        rows = catalogue.at_organisation(db.session(), found.id, locale=locale)
        still_open = [row for row in reversed(rows) if catalogue.is_open(row, at)]
        good_until(still_open[0].closes_at if still_open else None)
        page = render_template(
            "public/embedded.html", organisation=found, still_open=drawn(still_open, at)
        )
    return Response(page, headers={"Content-Language": locale})


@bp.get("/organisations/<ref>/feed.atom")
@public
@cacheable
def feed(ref: str) -> ResponseReturnValue:
    """What one organisation runs and hosts, for readers of feeds."""
    found = one_or_404(organisation_named_by(ref))
    at = clock.now()
    rows = catalogue.at_organisation(db.session(), found.id, locale=reader().locale)
    return feed_of(
        [row for row in rows if catalogue.is_open(row, at)],
        title=found.name,
        page=url_for(".organisation", ref=found.ref, _external=True),
        address=url_for(".feed", ref=found.ref, _external=True),
    )


@bp.get("/organisations/<ref>/calendar.ics")
@public
@cacheable
def calendar(ref: str) -> ResponseReturnValue:
    """The meetings that an organisation gives and the deadlines of what it runs and hosts."""
    found = one_or_404(organisation_named_by(ref))
    at, locale = clock.now(), reader().locale
    site = url_for(".organisation", ref=ref, _external=True).removesuffix(f"/organisations/{ref}")
    meetings = meetings_at(db.session(), found.id, at - timedelta(days=31), locale)
    rows = catalogue.at_organisation(db.session(), found.id, locale=locale)
    entries = [
        *(entry_of(row, f"{site}/courses/{row.ref}") for row in meetings),
        *(
            deadline(
                uid=f"{row.ref}@lontar",
                title=_("Deadline: %(title)s", title=row.title),
                url=f"{site}{address_of(row.kind, row.ref)}",
                closes_at=row.closes_at,
                stamped_at=row.published_at,
                sequence=row.version,
            )
            for row in rows
            if catalogue.is_open(row, at) and row.closes_at is not None
        ),
    ]
    file = calendar_file(entries, name=found.name)
    return Response(file, mimetype="text/calendar", headers={"X-Robots-Tag": "noindex"})


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
    """The pages of what is open, and of courses, each in every language, for search engines."""
    site = current_app.config["SETTINGS"].public_url
    paths = ["/", "/courses", "/fellowships", "/exchanges", "/facilities", "/visits"]
    paths += ["/research-stays", "/projects", "/working-groups", "/centres", "/about"]
    paths += catalogue.addresses(db.session(), clock.now())
    paths += [f"/courses/{row.ref}/{row.code}" for row in own_courses(db.session())]
    paths += [f"/projects/{ref}" for ref in db.session.scalars(published_refs())]
    groups, documents = public_refs()
    paths += [f"/working-groups/{ref}" for ref in db.session.scalars(groups)]
    paths += [f"/working-groups/documents/{ref}" for ref in db.session.scalars(documents)]
    urls = "".join(_in_every_language(site + path) for path in paths)
    spaces = f'xmlns="{SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    listed = f"<urlset {spaces}>{urls}</urlset>"
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{listed}', mimetype="application/xml")


def _in_every_language(address: str) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{escape(address)}?lang={code}"/>'
        for code in LANGUAGES
    )
    return f"<url><loc>{escape(address)}</loc>{others}</url>"


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
