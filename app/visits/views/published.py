"""What the world reads: the catalogue of group visits, and each call's own page."""

import json

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries import newest_form
from app.applications.views.form_on_paper import form_on_paper
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, one_or_404, public, refuse_odd
from app.opportunities import policy as opportunities
from app.opportunities import wording as words
from app.opportunities.deadlines import accepts, closing_day
from app.opportunities.linked import Programme, Provider, programme_document
from app.opportunities.states import Kind
from app.opportunities.views import catalogue_page
from app.projects.queries import projects_with
from app.visits import policy, queries, wording
from app.visits.eligibility import rules_for, said
from app.visits.models import VisitCall
from app.visits.states import Part
from app.visits.views import bp


@bp.get("")
@public
@cacheable
def calls() -> ResponseReturnValue:
    return catalogue_page(Kind.VISIT)


@bp.get("/<ref>")
@public
@cacheable
def call(ref: str) -> ResponseReturnValue:
    """What is paid for, for whom, and how a host applies."""
    actor, at = current_actor(), clock.now()
    found = _found(ref)
    good_until(found.closes_at if found.closes_at and found.closes_at > at else None)
    last = closing_day(found.closes_at, found.closes_zone)
    return render_template(
        "visits/call.html",
        call=found,
        text=for_reader(found.texts),
        window=words.window(found, at),
        takes=accepts(found, at),
        may_apply=opportunities.works_at_some_host.holds(actor, found),
        wording=wording,
        tracks=[words.audiences().get(track, track) for track in found.tracks],
        projects=projects_with(db.session(), [found.id], reader().locale),
        may_edit=policy.EDIT.allows(actor, found),
        rules={part: said(rules_for(found.guest_rules, part, closes_on=last)) for part in Part},
    )


@bp.get("/<ref>/form.pdf")
@public
def form_for_print(ref: str) -> ResponseReturnValue:
    """The whole application form, to be prepared on paper."""
    found = _found(ref)
    kept = db.session.scalar(newest_form(found.id))
    return form_on_paper(found, for_reader(found.texts).title, kept.definition if kept else None)


@bp.get("/<ref>/visit.jsonld")
@public
@cacheable
def for_machines(ref: str) -> ResponseReturnValue:
    """The same for search engines and other catalogues: schema.org, in the reader's language."""
    found = _found(ref)
    if found.published_at is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    text, body = for_reader(found.texts), found.organisation
    document = programme_document(
        url_for(".call", ref=found.ref, _external=True),
        Programme(
            ref=found.ref,
            people=found.groups * found.most_people,
            days=found.most_days,
            first_on=found.starts_on,
            last_on=found.ends_on,
            closes_on=closing_day(found.closes_at, found.closes_zone),
            fields=[],
        ),
        text,
        Provider(
            body.name, url_for("public.organisation", ref=body.ref, _external=True), body.ror_id
        ),
    )
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/ld+json")


def _found(ref: str) -> VisitCall:
    refuse_odd(ref)
    return one_or_404(queries.call_by_ref(current_actor(), ref))
