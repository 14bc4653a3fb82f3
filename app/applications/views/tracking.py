"""The office's pages: all applications for a call, and deciding about several of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Row

from app.applications import policy
from app.applications.forms.tracking import (
    as_arguments,
    left_out,
    read_filters,
    row_id,
)
from app.applications.queries import counting
from app.applications.queries import tracking as queries
from app.applications.queries.casework import read_named
from app.applications.queries.narrowing import Filters
from app.applications.queries.saved_views import read_views
from app.applications.states import (
    FUNNEL,
    IN_PROGRESS,
    STATE_NAMES,
    TAG_TONES,
    ApplicationState,
    TagColour,
)
from app.applications.views.narrowing import chips, drawn_fields
from app.foundation import clock, languages
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import Reader, ngettext, reader
from app.foundation.languages import gettext as _
from app.foundation.search.folding import fold
from app.foundation.web import current_actor, needs
from app.opportunities import wording
from app.opportunities.states import Facet

bp = Blueprint("tracking", __name__, url_prefix="/tracking")

S = ApplicationState
ENDED = (
    S.AWAITING_NOMINATION,
    S.NOT_NOMINATED,
    S.INELIGIBLE,
    S.NOT_SELECTED,
    S.DECLINED,
    S.LAPSED,
    S.WITHDRAWN,
)
SCORED = (S.IN_REVIEW, S.SHORTLISTED, S.OFFERED, S.ACCEPTED)
TONES = {
    S.AWAITING_NOMINATION: "warn",
    S.SUBMITTED: "now",
    S.ELIGIBLE: "now",
    S.IN_REVIEW: "now",
    S.SHORTLISTED: "good",
    S.OFFERED: "warn",
    S.ACCEPTED: "good",
    S.INELIGIBLE: "bad",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A row's state as a chip, and what it waits for."""

    word: str
    tone: str
    waits_for: str = ""


class Listed(NamedTuple):
    """A row of the list in words, so that the template only places them."""

    id: int
    ref: str
    name: str
    select: str
    country: str
    score: str
    reviews: str
    state: str
    tone: str
    waits_for: str
    changes: str
    tags: list[tuple[str, str]]


class Where(NamedTuple):
    """The list that a row is in: its address, its filters, whether reviewers read, its clock."""

    base: str
    here: str
    is_reviewed: bool
    zone: str | None


@bp.get("")
@needs(policy.TRACK_ANY)
def index() -> ResponseReturnValue:
    """The calls of one's programmes, with how many applications stand where."""
    actor = current_actor()
    policy.TRACK_ANY.require(actor, None)
    after = row_id(request.args.get("after"))
    page = queries.tracked_opportunities(db.session(), actor, after=after)
    counts = counting.counts_of(db.session(), [row.id for row in page.rows])
    return render_template(
        "tracking/index.html", page=page, counts=counts, funnel_of=funnel_of, names=STATE_NAMES
    )


@bp.get("/<int:call_id>")
@needs(policy.TRACK)
def call(call_id: int) -> ResponseReturnValue:
    """All applications for one call: where they stand, filtered, sorted, page by page."""
    actor, now = current_actor(), clock.now()
    opportunity = opportunity_of(call_id)
    counts = counting.counts_in(db.session(), call_id, now)
    in_all = counts.in_all
    filters = read_filters(request.args, sort="score" if any(in_all[s] for s in SCORED) else "name")
    page = queries.tracked_page(
        db.session(),
        actor,
        call_id,
        filters,
        before=row_id(request.args.get("before")),
        after=row_id(request.args.get("after")),
        long=counts.listed > queries.LOOKED_AT,
    )
    place = Where(
        url_for(".call", call_id=call_id),
        as_arguments(filters),
        is_reviewed=opportunity.programme_id is not None,
        zone=opportunity.closes_zone,
    )
    countries = _where_from(counts.by_country)
    return render_template(
        "tracking/call.html",
        opportunity=opportunity,
        counts=in_all,
        filters=filters,
        page=page,
        rows=[
            _drawn(reader(), row, days_late(row, now), place, over=changes_are_over(row, now))
            for row in page.rows
        ],
        overdue=counts.overdue,
        to_replace=counts.to_replace,
        may_decide=policy.DECIDE_TOGETHER.allows(actor, opportunity),
        funnel=funnel_of(in_all),
        ended=ENDED,
        names=STATE_NAMES,
        orders=queries.ORDERS,
        arguments=lambda **changed: as_arguments(filters, **changed),
        here=place.here,
        views=read_views(opportunity.views),
        most_found=queries.MOST_FOUND,
        chips=chips(filters, opportunity),
        left_out=left_out(request.args),
        filter_form=_filter_form(
            reader(),
            place.base,
            filters,
            countries,
            tracks=tuple(opportunity.tracks),
            office=opportunity.office,
            tags=opportunity.tags,
            form=opportunity.form,
        ),
        origins=_origins(reader(), place.base, filters, countries) if countries else "",
    )


Numbers = tuple[tuple[str, int], ...]


@lru_cache(maxsize=200)
def _filter_form(
    reader: Reader,
    base: str,
    filters: Filters,
    countries: Numbers,
    *,
    tracks: tuple[str, ...],
    office: str | None,
    tags: str | None,
    form: str,
) -> Markup:
    """What the list is narrowed by, drawn once for a language until one of the choices changes."""
    html = render_template(
        "tracking/filters.html",
        base=base,
        filters=filters,
        states=(*FUNNEL[1:], *ENDED),
        names=STATE_NAMES,
        countries=countries,
        tracks=tracks,
        track_name=lambda track: wording.label(Facet.TRACK, track),
        office=read_named(office),
        tags=read_named(tags),
        fields=drawn_fields(reader, form, filters.answers),
    )
    return Markup(html)  # noqa: S704 - escaped there


@lru_cache(maxsize=200)
def _origins(_reader: Reader, base: str, filters: Filters, countries: Numbers) -> Markup:
    """The countries beside the list, drawn once for a language until a number changes."""
    html = render_template(
        "tracking/origins.html",
        base=base,
        filters=filters,
        arguments=lambda **changed: as_arguments(filters, **changed),
        countries=countries,
    )
    return Markup(html)  # noqa: S704 - escaped there


def opportunity_of(call_id: int) -> Any:
    """The call's row, for those who may track it."""
    actor = current_actor()
    row = db.session.connection().execute(queries.tracked_opportunity(actor, call_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    policy.TRACK.require(actor, row)  # type: ignore[arg-type]
    return row


def _where_from(counts: dict[str, Any]) -> Numbers:
    """How many submitted and not withdrawn applications come from which country, most first."""
    numbers = {
        code: sum(number for state, number in states.items() if state != S.WITHDRAWN)
        for code, states in counts.items()
    }
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return tuple((code, number) for code, number in ordered if number)


@lru_cache(maxsize=1000)
def _drawn(_reader: Reader, row: Row[Any], late: int, place: Where, *, over: bool) -> Markup:
    """A row is drawn once for a reader's language and zone, until something in it changes."""
    html = render_template(
        "tracking/row.html", row=_listed(row, late, place, over=over), place=place
    )
    return Markup(html)  # noqa: S704 - escaped there


def _listed(row: Row[Any], late: int, place: Where, *, over: bool) -> Listed:
    stands = standing(row, late, is_reviewed=place.is_reviewed)
    done, wanted = languages.number(row.reviews_done), languages.number(row.reviews_wanted)
    return Listed(
        id=row.id,
        ref=row.ref,
        name=row.applicant_name,
        select=_("Select %(name)s", name=row.applicant_name),
        country=languages.country_name(row.country_code) if row.country_code else "",
        score="–" if row.score_mean is None else languages.decimal(row.score_mean),
        reviews=_("%(done)s of %(wanted)s", done=done, wanted=wanted)
        if row.reviews_wanted
        else "–",
        state=str(stands.word),
        tone=stands.tone,
        waits_for=stands.waits_for,
        changes=_changes(row, place.zone, over=over),
        tags=_tags(row.tags),
    )


def _tags(text: str | None) -> list[tuple[str, str]]:
    """The tone and the name of each tag of a row, by name."""
    said = (tag.partition(" ") for tag in (text or "").split(queries.BETWEEN_TAGS) if tag)
    tags = ((TAG_TONES[TagColour(colour)], name) for colour, _space, name in said)
    return sorted(tags, key=lambda tag: fold(tag[1]))


def changes_are_over(row: Row[Any], now: datetime) -> bool:
    """Whether changes that were asked for had to be here by now."""
    return row.changes_by is not None and row.changes_by < now


def _changes(row: Row[Any], zone: str | None, *, over: bool) -> str:
    """That the office waits for what it asked the applicant to change; "" where it does not."""
    if row.changes_by is None or row.state not in IN_PROGRESS:
        return ""
    by = languages.short_day(row.changes_by, zone)
    if over:
        return _("Changes did not come by %(day)s", day=by)
    return _("Waiting for changes until %(day)s", day=by)


def funnel_of(counts: Counter[str]) -> list[ApplicationState]:
    """The stages of a call; nominations only where somebody waits for one or was refused one."""
    stages = list(FUNNEL)
    at = stages.index(S.SUBMITTED)
    stages[at:at] = [s for s in (S.AWAITING_NOMINATION, S.NOT_NOMINATED) if counts[s]]
    return stages


def days_late(row: Row[Any], now: datetime) -> int:
    """For how many days a review of it has been overdue, begun ones counted; 0 when none is."""
    if row.state != S.IN_REVIEW or row.reviews_done >= row.reviews_assigned:
        return 0
    if row.reviews_due_at is None or row.reviews_due_at >= now:
        return 0
    late: int = (now - row.reviews_due_at).days
    return max(1, late)


def standing(row: Row[Any], late: int, *, is_reviewed: bool = True) -> Standing:
    """How a listed application stands, and what it waits for now."""
    word, tone = STATE_NAMES[row.state], TONES.get(row.state, "")
    match row.state:
        case S.AWAITING_NOMINATION:
            return Standing(word, tone, _("Nominator"))
        case S.SUBMITTED:
            return Standing(word, tone, _("Screening"))
        case S.ELIGIBLE:
            return Standing(word, tone, _("Reviewers") if is_reviewed else _("Decision"))
        case S.OFFERED:
            return Standing(word, tone, _("Their answer"))
        case S.IN_REVIEW:
            return _in_review(row, late)
    return Standing(word, tone)


def _in_review(row: Row[Any], late: int) -> Standing:
    word = STATE_NAMES[S.IN_REVIEW]
    if late:
        said = ngettext("%(num)s day late", "%(num)s days late", late)
        return Standing(_("Review overdue"), "warn", said)
    if row.reviews_done < row.reviews_assigned and row.reviews_due_at:
        due = languages.short_day(row.reviews_due_at)
        return Standing(word, "now", _("due %(day)s", day=due))
    if row.reviews_assigned < row.reviews_wanted:
        return Standing(word, "now", _("Another reviewer"))
    return Standing(word, "now", _("Decision"))
