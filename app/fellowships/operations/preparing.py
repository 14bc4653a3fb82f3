"""Preparing a call: its texts, its window, whom it is for, and what it offers."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.applications.operations import open_counts, take_over_letters, take_over_routes
from app.applications.queries import newest_form, newest_rubric
from app.audit.record import record
from app.fellowships import policy, queries
from app.fellowships.models import Call
from app.fellowships.operations.rules import number_rules
from app.fellowships.operations.standing import refuse_when_over
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.opportunities.competencies import is_offered
from app.opportunities.deadlines import NEVER, instant_of
from app.opportunities.models import (
    FormVersion,
    OpportunityCountry,
    OpportunityText,
    Programme,
    RubricVersion,
)
from app.opportunities.operations import show_in_catalogue, write_text
from app.opportunities.queries import next_ref
from app.opportunities.states import OpportunityState

STARTERS = Path(__file__).parents[1] / "starters"


@dataclass(frozen=True, slots=True)
class Text:
    """What readers of one language read about a call."""

    title: str
    summary: str = ""
    description: str = ""
    who_may_apply: str = ""
    benefits: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """When a call is open, as clocks of `zone` show it: `2027-01-14T23:59`."""

    closes_wall: str
    zone: str
    opens_wall: str | None = None
    grace_minutes: int = 30


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a call is for; `eligibility` is the data that `opportunities.eligibility` reads."""

    countries: tuple[str, ...]
    tracks: tuple[str, ...]
    languages: tuple[str, ...]
    eligibility: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a call offers and how it goes on after the deadline. Money: the smallest unit."""

    online: bool = False
    costs_nothing: bool = False
    duration_months: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    stipend_amount: int | None = None
    stipend_currency: str | None = None
    stipend_period: str | None = None
    max_preferences: int = 3
    reviews_wanted: int = 2
    reviews_due_at: datetime | None = None
    results_at: datetime | None = None
    days_to_answer: int = 14
    appeal_days: int = 14
    competencies: list[str] = field(default_factory=list)
    contact: str = ""
    office_note: str = ""


def prepare_call(
    work: Work,
    programme: Programme,
    *,
    title: str,
    summary: str = "",
    original_locale: str = "en",
    like: Call | None = None,
    request_key: str = "",
) -> Call:
    """Begin a call, with a form and a rubric to start from, or with those of an earlier call.

    From `like` come texts, countries, terms, form and rubric; never its dates, nor its seats,
    because hosts are asked anew.
    """
    policy.PREPARE.require(work.actor, programme)
    earlier = earlier_result(work, "prepare call", request_key)
    if earlier is not None:
        return work.session.get_one(Call, earlier)
    if like is not None:
        policy.VIEW.require(work.actor, like)

    call = Call(
        title=title,
        summary=summary,
        original_locale=_known(like.original_locale if like else original_locale),
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        closes_sort=NEVER,
        **_taken_over(like),
    )
    _give_number(work, call)
    _begin_texts(work, call, like)
    _begin_definitions(work, call, like)
    open_counts(work, call.id)
    if like is not None:
        take_over_letters(work, call, like)
        take_over_routes(work, call, like)
    remember_result(work, "prepare call", request_key, call.id)

    record(work, "call.prepared", call, title=title, like=like.ref if like else None)
    return call


def _known(locale: str) -> str:
    if locale not in LANGUAGES:
        raise RuleBroken(_("Choose one of the languages of this site."))
    return locale


def _give_number(work: Work, call: Call) -> None:
    """The next free number of the year; when somebody takes it at this moment, the one after."""
    for more_tries in reversed(range(20)):
        call.ref = next_ref(work.session, "LNT", work.now)
        try:
            with work.session.begin_nested():
                work.session.add(call)
        except IntegrityError:
            if not more_tries:
                raise
        else:
            return


def _taken_over(like: Call | None) -> dict[str, Any]:
    """What an earlier call and its successor have in common, but for dates."""
    if like is None:
        return {}
    names = (
        *("tracks", "languages", "competencies", "online", "costs_nothing", "duration_months"),
        "grace_minutes",
        *("stipend_amount", "stipend_currency", "stipend_period", "max_preferences"),
        *("reviews_wanted", "days_to_answer", "appeal_days", "contact", "office_note"),
    )
    return {name: getattr(like, name) for name in names} | {
        "eligibility": _without_old_days(like.eligibility)
    }


def _without_old_days(eligibility: dict[str, Any]) -> dict[str, Any]:
    """An age that counted on a fixed day counts on the deadline until the office names a day."""
    kept = {k: v for k, v in eligibility.items() if k != "born_on_or_after"}
    if kept.get("age"):
        on = kept["age"].get("on")
        kept["age"] = kept["age"] | {"on": on if on in {"deadline", "start"} else "deadline"}
    return kept


def _begin_texts(work: Work, call: Call, like: Call | None) -> None:
    own = OpportunityText(
        opportunity_id=call.id,
        locale=call.original_locale,
        is_original=True,
        title=call.title,
        summary=call.summary,
    )
    work.session.add(own)
    if like is None:
        return
    for text in work.session.scalars(queries.texts(like.id)):
        kept = {n: getattr(text, n) for n in ("description", "who_may_apply", "benefits")}
        if text.is_original:
            own.description, own.who_may_apply, own.benefits = kept.values()
            own.summary = own.summary or text.summary
            call.summary = own.summary
    work.session.add_all(
        OpportunityCountry(opportunity_id=call.id, country_code=country.country_code)
        for country in work.session.scalars(queries.countries(like.id))
    )


def _begin_definitions(work: Work, call: Call, like: Call | None) -> None:
    form = rubric = None
    if like is not None:
        form = work.session.scalar(newest_form(like.id))
        rubric = work.session.scalar(newest_rubric(like.id))
    work.session.add_all(
        [
            FormVersion(
                opportunity_id=call.id,
                number=1,
                definition=form.definition if form else _starter("form"),
            ),
            RubricVersion(
                opportunity_id=call.id,
                number=1,
                definition=rubric.definition if rubric else _starter("rubric"),
            ),
        ]
    )
    work.session.flush()


def _starter(name: str) -> dict[str, Any]:
    """The form or the rubric that every first call starts from."""
    read: dict[str, Any] = json.loads((STARTERS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def save_call(work: Work, call: Call, text: Text, *, version: int | None) -> None:
    """Write the original text of a call; `version` is that of the text, 0 before there is one."""
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)

    write_text(work, call, asdict(text), locale=call.original_locale, version=version)

    record(work, "call.text_saved", call, locale=call.original_locale)


def translate_call(work: Work, call: Call, text: Text, *, locale: str, version: int | None) -> None:
    """Write the text of a call in a language that is not the original's."""
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)
    if _known(locale) == call.original_locale:
        raise RuleBroken(_("This is the language of the original."))

    write_text(work, call, asdict(text), locale=locale, version=version)

    record(work, "call.translated", call, locale=locale)


def save_window(work: Work, call: Call, window: Window, *, version: int | None) -> None:
    """Set when a call opens and closes; once it is published, only an extension does."""
    policy.EDIT.require(work.actor, call)
    if call.state is not OpportunityState.DRAFT:
        raise RuleBroken(
            _("A published deadline is only ever extended, so that everybody is told.")
        )
    closes_at = instant_of(window.closes_wall, window.zone)
    opens_at = instant_of(window.opens_wall, window.zone) if window.opens_wall else None
    if opens_at is not None and opens_at >= closes_at:
        raise RuleBroken(_("The call must open before its deadline."))
    if not 0 <= window.grace_minutes <= 1440:
        raise RuleBroken(_("The grace is at most a day."))
    work.edit(call, version)

    call.opens_at, call.closes_at, call.closes_sort = opens_at, closes_at, closes_at
    call.closes_zone, call.closes_wall = window.zone, window.closes_wall
    call.grace_minutes = window.grace_minutes

    record(work, "call.window_saved", call, closes=window.closes_wall, zone=window.zone)


def save_audience(work: Work, call: Call, audience: Audience, *, version: int | None) -> None:
    """Say whom a call is for; once it is published, that can only become wider."""
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)
    kept = list(work.session.scalars(queries.countries(call.id)))
    if call.state is not OpportunityState.DRAFT:
        _refuse_narrower(call, {c.country_code for c in kept}, audience)
    work.edit(call, version)

    for country in kept:
        if country.country_code not in audience.countries:
            work.session.delete(country)
    had = {country.country_code for country in kept}
    work.session.add_all(
        OpportunityCountry(opportunity_id=call.id, country_code=code)
        for code in sorted(set(audience.countries) - had)
    )
    call.tracks, call.languages = list(audience.tracks), list(audience.languages)
    call.eligibility = dict(audience.eligibility)
    if call.published_at is not None:
        show_in_catalogue(work, call)
        number_rules(work, call)

    record(
        work,
        "call.audience_saved",
        call,
        countries=sorted(audience.countries),
        tracks=list(audience.tracks),
    )


def _refuse_narrower(call: Call, countries: set[str], audience: Audience) -> None:
    narrower = (
        not countries <= set(audience.countries)
        or not set(call.tracks) <= set(audience.tracks)
        or dict(call.eligibility) != dict(audience.eligibility)
    )
    if narrower:
        raise RuleBroken(
            _(
                "People are applying already: countries and groups can be added, but nothing "
                "can be taken away, and the limits of age and residence stay."
            )
        )


def save_terms(work: Work, call: Call, terms: Terms, *, version: int | None) -> None:
    """Say what a call offers, whom applicants may ask, and what follows the deadline."""
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)
    _refuse_odd(call, terms)
    work.edit(call, version)

    if terms.stipend_amount is None:
        terms = replace(terms, stipend_currency=None, stipend_period=None)
    changed = [name for name, value in asdict(terms).items() if getattr(call, name) != value]
    for name in changed:
        setattr(call, name, getattr(terms, name))
    if call.published_at is not None:
        show_in_catalogue(work, call)

    record(work, "call.terms_saved", call, changed=changed)


def _refuse_odd(call: Call, terms: Terms) -> None:
    if not all(map(is_offered, terms.competencies)):
        raise RuleBroken(_("Choose competencies of the list."))
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        raise RuleBroken(_("The stay must end after it starts."))
    if terms.stipend_amount is not None and not (terms.stipend_currency and terms.stipend_period):
        raise RuleBroken(_("Say in which currency it is paid, and how often."))
    if call.state is not OpportunityState.DRAFT and terms.max_preferences < call.max_preferences:
        raise RuleBroken(
            _("People are ranking host institutions already: they may not be allowed fewer.")
        )
