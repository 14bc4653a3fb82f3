"""What the world reads: the list of calls, and each call's own page."""

from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.fellowships.models import Call
from app.fellowships.queries.published import call_page, definitions
from app.fellowships.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import money, reader
from app.foundation.page_cache import cacheable, good_until
from app.foundation.web import current_actor, one_or_404, public
from app.opportunities import wording
from app.opportunities.calendar import deadline_calendar
from app.opportunities.deadlines import accepts, closing_day
from app.opportunities.eligibility import in_words, rule_set
from app.opportunities.form_definitions import (
    FormDefinition,
    FormProblem,
    Question,
    kinds_in_words,
    parse_form,
    stages_in_words,
    text_in,
)
from app.opportunities.models import OpportunityText
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
    found = call_of(ref)
    form, rubric = definitions(db.session(), found)
    good_until(found.closes_at if found.closes_at and found.closes_at > at else None)
    good_until(found.opens_at if found.opens_at and found.opens_at > at else None)
    text = text_of(found)
    asked: FormDefinition | None = _read(parse_form, form)
    return render_template(
        "fellowships/call.html",
        call=found,
        text=text,
        lang=text.locale,
        form=asked,
        kinds=kinds_in_words(),
        stages=stages_in_words(),
        asked_before=lambda question: _asked_before(asked, question),
        rubric=_read(parse_rubric, rubric),
        said=text_in,
        rules=in_words(rules_of(found)),
        pay=_pay(found),
        places=[place for place in found.places if place.state is PlaceState.CONFIRMED],
        window=wording.window(found, at),
        takes=accepts(found, at),
        letters=found.letters,
        clocks=CLOCKS,
        tracks=[wording.audiences().get(track, track) for track in found.tracks],
    )


@bp.get("/<ref>/deadline.ics")
@public
def deadline(ref: str) -> ResponseReturnValue:
    """The deadline for a calendar."""
    found = call_of(ref)
    if found.closes_at is None:
        raise NotFound(_("This opportunity has no deadline."))
    file = deadline_calendar(
        uid=f"{found.ref}@lontar",
        title=_("Deadline: %(title)s", title=text_of(found).title),
        url=url_for(".published", ref=found.ref, _external=True),
        closes_at=found.closes_at,
        stamped_at=found.published_at or found.closes_at,
    )
    named = {"Content-Disposition": f'attachment; filename="{found.ref}.ics"'}
    return Response(file, mimetype="text/calendar", headers=named)


def call_of(ref: str) -> Call:
    if len(ref) > 40 or "\0" in ref:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return one_or_404(call_page(current_actor(), ref))


def text_of(call: Call) -> OpportunityText:
    """The reader's version, else the original."""
    by_locale = {text.locale: text for text in call.texts}
    original = next((text for text in call.texts if text.is_original), None)
    kept = OpportunityText(locale=call.original_locale, title=call.title, summary=call.summary)
    kept.description = kept.who_may_apply = kept.benefits = ""
    return by_locale.get(reader().locale) or original or kept


def _read(parse: Any, definition: Any) -> Any:
    """A draft's definition may still be broken: its preview goes without."""
    try:
        return parse(definition) if definition else None
    except (FormProblem, RubricProblem):
        return None


def _asked_before(form: FormDefinition | None, question: Question) -> list[str]:
    """The questions by whose answers this one is asked, as their labels."""
    if form is None:
        return []
    of = [form.question(condition.question) for condition in question.show_if]
    return [text_in(one.label, reader().locale)[0] for one in of if one is not None]


def rules_of(call: Call) -> dict[str, Any]:
    return rule_set(
        call.eligibility,
        countries=[country.country_code for country in call.countries],
        closes_on=closing_day(call.closes_at, call.closes_zone),
        hosts={p.host.country_code for p in call.places if p.state is PlaceState.CONFIRMED},
        starts_on=call.starts_on,
    )


def _pay(call: Call) -> str:
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
