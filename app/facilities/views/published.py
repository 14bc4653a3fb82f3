"""What the world reads: the catalogue of facilities, and each one's own page."""

import json

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries import newest_form
from app.applications.views.form_on_paper import form_on_paper
from app.facilities import policy, queries, wording
from app.facilities.linked import Facts, Said, facility_document
from app.facilities.models import Facility
from app.facilities.operations import conditions_in
from app.facilities.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, one_or_404, public, refuse_odd
from app.opportunities import wording as opportunities
from app.opportunities.deadlines import accepts, closing_day
from app.opportunities.linked import Provider
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page
from app.projects.queries import projects_with


@bp.get("")
@public
@cacheable
def facilities() -> ResponseReturnValue:
    return catalogue_page(Kind.FACILITY)


@bp.get("/<ref>")
@public
@cacheable
def facility(ref: str) -> ResponseReturnValue:
    """What it is, how much there is of it, and the conditions of its use."""
    actor, at = current_actor(), clock.now()
    found = _found(ref)
    good_until(found.closes_at if found.closes_at and found.closes_at > at else None)
    written = found.original_locale in {one.locale for one in found.conditions}
    return render_template(
        "facilities/facility.html",
        facility=found,
        text=for_reader(found.texts),
        conditions=conditions_in(found, reader().locale) if written else None,
        window=opportunities.window(found, at),
        takes=accepts(found, at),
        wording=wording,
        tracks=[opportunities.audiences().get(track, track) for track in found.tracks],
        projects=projects_with(db.session(), [found.id], reader().locale),
        may_edit=policy.EDIT.allows(actor, found),
    )


@bp.get("/<ref>/form.pdf")
@public
def form_for_print(ref: str) -> ResponseReturnValue:
    """The whole application form, to be prepared on paper."""
    found = _found(ref)
    kept = db.session.scalar(newest_form(found.id))
    return form_on_paper(found, for_reader(found.texts).title, kept.definition if kept else None)


@bp.get("/<ref>/facility.jsonld")
@public
@cacheable
def for_machines(ref: str) -> ResponseReturnValue:
    """The same for search engines and other catalogues: schema.org, in the reader's language."""
    found = _found(ref)
    if found.published_at is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    text, body = for_reader(found.texts), found.organisation
    document = facility_document(
        url_for(".facility", ref=found.ref, _external=True),
        Facts(
            ref=found.ref,
            type=found.type,
            unit=found.unit,
            per=found.per,
            available=found.available,
            location=found.location,
            licence=found.licence,
            costs_nothing=found.costs_nothing,
            closes_on=closing_day(found.closes_at, found.closes_zone),
        ),
        Said(
            text.locale,
            text.title,
            text.summary,
            text.description,
            conditions_in(found, text.locale).words,
        ),
        Provider(
            body.name,
            url_for("public.organisation", ref=body.ref, _external=True),
            body.ror_id,
        ),
    )
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/ld+json")


def _found(ref: str) -> Facility:
    refuse_odd(ref)
    return one_or_404(queries.facility_by_ref(current_actor(), ref))
