"""What still prevents a call from being published, in words, and where each is put right.

Pure. `check` reads a `Preparation` (what `queries.preparations` collects) and the present moment;
a warning does not prevent anything.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.applications.states import ROUTE_NAMES, RouteKind
from app.foundation.languages import LANGUAGES, either, is_zone, language_name, listed, ngettext
from app.foundation.languages import gettext as _
from app.opportunities.deadlines import closing_day
from app.opportunities.form_definitions import (
    FormDefinition,
    FormProblem,
    parse_form,
    questions_of_kind,
)
from app.opportunities.rubrics import RubricProblem, parse_rubric


@dataclass(frozen=True, slots=True)
class Preparation:
    """A call as far as its office has prepared it. Host names are those of each answer.

    `routes_without` are the ways to apply for which nobody is named, `routes_early` those whose
    nominations end before the call opens.
    """

    call_id: int
    original_locale: str
    title: str
    description: str
    who_may_apply: str
    locales: frozenset[str]
    opens_at: datetime | None
    closes_at: datetime | None
    closes_zone: str | None
    starts_on: date | None
    results_at: datetime | None
    eligibility: Mapping[str, Any]
    countries: int
    tracks: tuple[str, ...]
    languages: tuple[str, ...]
    contact: str
    stipend_amount: int | None
    costs_nothing: bool
    confirmed: int
    seats: int
    waiting: tuple[str, ...]
    refused: tuple[str, ...]
    form: Mapping[str, Any] | None
    rubric: Mapping[str, Any] | None
    reviews_wanted: int
    reviewers: int
    approvers: int
    routes_without: tuple[str, ...] = ()
    routes_early: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to put right: `where` is the page of the office on which it is."""

    code: str
    where: str
    sentence: str
    is_warning: bool = False


def check(call: Preparation, now: datetime) -> list[Check]:
    """Everything that is missing, first what prevents publication, then what is only advised."""
    found = [one for rule in RULES for one in rule(call, now)]
    return sorted(found, key=lambda one: one.is_warning)


def preventing(checks: list[Check]) -> list[Check]:
    return [one for one in checks if not one.is_warning]


def _texts(call: Preparation, _now: datetime) -> Iterator[Check]:
    language = language_name(call.original_locale)
    if not call.title.strip() or not call.description.strip():
        said = _(
            "Write the title and the description in %(language)s, the original.", language=language
        )
        yield Check("text", "texts", said)
    elif not call.who_may_apply.strip():
        said = _("Say in your own words who may apply.")
        yield Check("who may apply", "texts", said)
    missing = [code for code in LANGUAGES if code not in {*call.locales, call.original_locale}]
    if missing:
        said = _(
            "There is no text in %(languages)s yet; these readers see the original.",
            languages=either([language_name(code) for code in missing]),
        )
        yield Check("translations", "texts", said, is_warning=True)


def _window(call: Preparation, now: datetime) -> Iterator[Check]:
    if call.closes_at is None:
        yield Check("deadline", "window", _("Set the deadline."))
        return
    if not is_zone(call.closes_zone):
        yield Check("zone", "window", _("Say in which city's time the deadline is."))
    if call.closes_at <= now:
        yield Check("deadline passed", "window", _("The deadline is in the past."))
    if call.opens_at is not None and call.opens_at >= call.closes_at:
        yield Check("opening", "window", _("The call opens after its deadline."))


def _later_days(call: Preparation, _now: datetime) -> Iterator[Check]:
    if call.closes_at is None:
        return
    last_day = closing_day(call.closes_at, call.closes_zone)
    if call.starts_on is not None and last_day is not None and call.starts_on <= last_day:
        said = _("The stay starts before the deadline for applications.")
        yield Check("start", "terms", said, is_warning=True)
    if call.results_at is not None and call.results_at <= call.closes_at:
        said = _("The results are announced before the deadline for applications.")
        yield Check("results", "terms", said, is_warning=True)


def _audience(call: Preparation, _now: datetime) -> Iterator[Check]:
    if not call.countries:
        yield Check("countries", "audience", _("Choose the countries whose nationals may apply."))
    if not call.tracks:
        yield Check("tracks", "audience", _("Say whom the call is for."))
    if not call.languages:
        yield Check("languages", "audience", _("Say in which languages fellows work."))
    age = call.eligibility.get("age") or {}
    if age.get("on") == "start" and call.starts_on is None:
        said = _("The age counts on the first day of the stay, which is not set yet.")
        yield Check("age", "terms", said)


def _places(call: Preparation, _now: datetime) -> Iterator[Check]:
    if call.confirmed and call.seats:
        if call.waiting:
            said = _("%(hosts)s: no answer yet.", hosts=listed(call.waiting))
            yield Check("hosts waiting", "places", said, is_warning=True)
        return
    if call.waiting:
        said = _(
            "No host institution has confirmed its seats. Not answered yet: %(hosts)s.",
            hosts=listed(call.waiting),
        )
    elif call.refused:
        said = _(
            "Every host institution that was asked refused: %(hosts)s.", hosts=listed(call.refused)
        )
    else:
        said = _("Ask at least one host institution for seats.")
    yield Check("places", "places", said)


def _form(call: Preparation, _now: datetime) -> Iterator[Check]:
    if call.form is None:
        yield Check("form", "form", _("There is no application form."))
        return
    try:
        form = parse_form(call.form)
    except FormProblem as problem:
        said = _("The application form cannot be read: %(problem)s", problem=str(problem))
        yield Check("form", "form", said)
        return
    yield from _of_form(call, form)


def _of_form(call: Preparation, form: FormDefinition) -> Iterator[Check]:
    if not any(question.required for question in questions_of_kind(form, "declaration")):
        said = _("The form asks for no declaration that must be agreed to.")
        yield Check("declaration", "form", said)
    if call.confirmed + len(call.waiting) > 1 and not any(
        section.kind == "preferences" for section in form.sections
    ):
        said = _("There are several host institutions, but the form does not ask to rank them.")
        yield Check("preferences", "form", said, is_warning=True)


def _routes(call: Preparation, _now: datetime) -> Iterator[Check]:
    for kind in call.routes_without:
        said = _("%(way)s: name who may nominate.", way=ROUTE_NAMES[RouteKind(kind)])
        yield Check("nominators", "routes", said)
    for kind in call.routes_early:
        said = _(
            "%(way)s: nominations end before the call opens.", way=ROUTE_NAMES[RouteKind(kind)]
        )
        yield Check("nominations", "routes", said)


def _rubric(call: Preparation, _now: datetime) -> Iterator[Check]:
    if call.rubric is None:
        yield Check("rubric", "rubric", _("Reviewers have nothing to score by yet."))
        return
    try:
        parse_rubric(call.rubric)
    except RubricProblem as problem:
        yield Check("rubric", "rubric", str(problem))


def _people(call: Preparation, _now: datetime) -> Iterator[Check]:
    if not call.contact.strip():
        yield Check("contact", "terms", _("Say whom applicants may ask."))
    if call.reviewers < call.reviews_wanted:
        said = ngettext(
            "%(num)s reviewer is appointed; each application needs %(wanted)s.",
            "%(num)s reviewers are appointed; each application needs %(wanted)s.",
            call.reviewers,
            wanted=call.reviews_wanted,
        )
        yield Check("reviewers", "people", said, is_warning=True)
    if not call.approvers:
        said = _("Nobody is appointed to approve placements; a second person must.")
        yield Check("approvers", "people", said, is_warning=True)


def _money(call: Preparation, _now: datetime) -> Iterator[Check]:
    if call.stipend_amount is None and not call.costs_nothing:
        said = _("Say what the fellowship pays, or that it costs fellows nothing.")
        yield Check("money", "terms", said, is_warning=True)


RULES: tuple[Callable[[Preparation, datetime], Iterator[Check]], ...] = (
    _texts,
    _window,
    _audience,
    _places,
    _routes,
    _form,
    _rubric,
    _people,
    _later_days,
    _money,
)
