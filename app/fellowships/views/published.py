"""What the world reads: the list of calls, and each call's own page."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Row

from app.applications.forms.definitions import labels_before
from app.applications.queries.routes import ways_in_words
from app.applications.views.form_on_paper import form_on_paper
from app.fellowships.models import Call
from app.fellowships.queries.published import CallPage, call_page
from app.fellowships.views import bp
from app.foundation import clock
from app.foundation.database import reading
from app.foundation.errors import NotFound
from app.foundation.languages import Reader, money, reader
from app.foundation.languages import gettext as _
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import current_actor, public
from app.opportunities import calendar, wording
from app.opportunities.competencies import name_of
from app.opportunities.deadlines import accepts, accepts_for, closing_day
from app.opportunities.eligibility import in_words, rule_set
from app.opportunities.form_definitions import (
    FormDefinition,
    FormProblem,
    kinds_in_words,
    parse_form,
    stages_in_words,
    text_in,
)
from app.opportunities.rubrics import RubricProblem, parse_rubric
from app.opportunities.states import Kind, PlaceState
from app.opportunities.views import catalogue_page

# One city of each clock that the region lives by, west to east.
CLOCKS = ("Asia/Yangon", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo")


@bp.get("")
@public
@cacheable
def fellowships() -> ResponseReturnValue:
    return catalogue_page(Kind.FELLOWSHIP)


@bp.get("/<ref>")
@public
@cacheable
def published(ref: str) -> ResponseReturnValue:
    """All there is to know before applying, on one page that prints."""
    at = clock.now()
    page = call_of(ref)
    call = page.call
    good_until(call.closes_at if call.closes_at and call.closes_at > at else None)
    good_until(call.opens_at if call.opens_at and call.opens_at > at else None)
    for row in page.later:
        good_until(row.closes_at if row.closes_at > at else None)
    still = tuple(sorted({row.word for row in page.later if _still(call, row.closes_at, at)}))
    address = f"{request.scheme}://{request.host}{request.path}"
    window = wording.window(call, at)
    return render_template(
        "fellowships/call.html",
        title=text_of(page).title,
        content=_drawn(reader(), page, address, window, accepts(call, at), still),
    )


@lru_cache(maxsize=100)
def _drawn(
    _reader: Reader, page: CallPage, address: str, window: str, takes: bool, still: tuple[str, ...]
) -> Markup:
    """A call is drawn once for a reader's language and zone, until something in it changes."""
    call, words = page.call, text_of(page)
    asked: FormDefinition | None = _read(parse_form, call.form)
    drawn = render_template(
        "fellowships/call_body.html",
        call=call,
        text=words,
        lang=words.locale,
        form=asked,
        kinds=kinds_in_words(),
        stages=stages_in_words(),
        asked_before=lambda of: labels_before(asked, of),
        rubric=_read(parse_rubric, call.rubric),
        said=text_in,
        rules=in_words(rules_on(page)),
        pay=_pay(call),
        routes=ways_in_words(page.routes, reader().locale),
        places=page.places,
        extensions=page.extensions,
        later=page.later,
        still=still,
        corrections=page.corrections(reader().locale),
        answered=page.answered(reader().locale),
        project=page.project(reader().locale),
        address=address,
        window=window,
        takes=takes,
        clocks=CLOCKS,
        tracks=[wording.audiences().get(track, track) for track in json.loads(call.tracks)],
        taught_in=json.loads(call.languages),
        learned=[(code, name_of(code)) for code in json.loads(call.competencies)],
    )
    return Markup(drawn)  # noqa: S704 - escaped there


def _still(call: Row[Any], own: datetime, at: datetime) -> bool:
    """Whether this later deadline lets somebody apply whom everybody's does not any more."""
    return not accepts(call, at) and accepts_for(call, own, at)


@bp.get("/<ref>/deadline.ics")
@public
def deadline(ref: str) -> ResponseReturnValue:
    """The deadline for a calendar."""
    page = call_of(ref)
    call = page.call
    if call.closes_at is None:
        raise NotFound(_("This opportunity has no deadline."))
    entry = calendar.deadline(
        uid=f"{call.ref}@lontar",
        title=_("Deadline: %(title)s", title=text_of(page).title),
        url=url_for(".published", ref=call.ref, _external=True),
        closes_at=call.closes_at,
        stamped_at=call.published_at or call.closes_at,
        sequence=call.version,
    )
    named = {"Content-Disposition": f'attachment; filename="{call.ref}.ics"'}
    return Response(calendar.calendar_file([entry]), mimetype="text/calendar", headers=named)


def call_of(ref: str) -> CallPage:
    page = None
    if len(ref) <= 40 and "\0" not in ref:
        with reading() as connection:
            page = call_page(connection, current_actor(), ref, reader().locale)
    if page is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return page


class Words(NamedTuple):
    """A call's texts in one language."""

    locale: str
    title: str
    summary: str
    description: str = ""
    who_may_apply: str = ""
    benefits: str = ""


def text_of(page: CallPage) -> Words:
    """The reader's version, else the original, else what the call itself is called."""
    call = page.call
    known = {text.locale: text for text in page.texts}
    original = next((text for text in page.texts if text.is_original), None)
    text = known.get(reader().locale, original)
    if text is None:
        return Words(call.original_locale, call.title, call.summary)
    return Words(*(getattr(text, name) for name in Words._fields))


def _read(parse: Any, definition: str | None) -> Any:
    """A draft's definition may still be broken: its preview goes without."""
    try:
        return parse(json.loads(definition)) if definition else None
    except (FormProblem, RubricProblem):
        return None


def rules_of(call: Call) -> dict[str, Any]:
    return rule_set(
        call.eligibility,
        countries=[country.country_code for country in call.countries],
        closes_on=closing_day(call.closes_at, call.closes_zone),
        hosts={p.host.country_code for p in call.places if p.state is PlaceState.CONFIRMED},
        starts_on=call.starts_on,
    )


def rules_on(page: CallPage) -> dict[str, Any]:
    """The same of what a call's page reads: its places are the confirmed ones."""
    call = page.call
    return rule_set(
        json.loads(call.eligibility),
        countries=page.countries,
        closes_on=closing_day(call.closes_at, call.closes_zone),
        hosts={place.country_code for place in page.places},
        starts_on=call.starts_on,
    )


def _pay(call: Row[Any]) -> str:
    if call.stipend_amount is None or call.stipend_currency is None:
        return ""
    amount = money(call.stipend_amount, call.stipend_currency)
    sentences = {
        "month": _("%(amount)s a month", amount=amount),
        "year": _("%(amount)s a year", amount=amount),
        "day": _("%(amount)s a day", amount=amount),
        "once": _("%(amount)s, paid once", amount=amount),
    }
    return sentences.get(call.stipend_period or "", amount)


@bp.get("/<ref>/form.pdf")
@public
def form_for_print(ref: str) -> ResponseReturnValue:
    """The whole form, to be prepared on paper."""
    page = call_of(ref)
    form = page.call.form
    return form_on_paper(page.call, text_of(page).title, json.loads(form) if form else None)
