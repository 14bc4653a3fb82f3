"""The office's list of the applications for one opportunity: Core rows, paged by key."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from app.applications.facets import Asked, number_of
from app.applications.models import (
    REVIEWS_AWAITED,
    Application,
    ApplicationCount,
    ApplicationTag,
    ListedAnswer,
    Tag,
)
from app.applications.queries.saved_views import views_as_text
from app.applications.states import ApplicationState
from app.foundation import clock
from app.foundation.actors import Actor, Role
from app.foundation.database import UtcDateTime
from app.foundation.search.index import matching
from app.opportunities.models import FormVersion, Opportunity
from app.opportunities.queries import opportunities_visible_to, programmes_of

PAGE = 25
ORDERS: dict[str, tuple[Any, bool]] = {  # what is sorted by, and whether the highest comes first
    "score": (Application.score_sort, True),
    "name": (Application.sort_key, False),
    "submitted": (Application.submitted_at, False),
}
LISTED: tuple[Any, ...] = (
    Application.id,
    Application.ref,
    Application.applicant_name,
    Application.country_code,
    Application.home_institution_name,
    Application.state,
    Application.state_since,
    Application.submitted_at,
    Application.score_mean,
    Application.reviews_wanted,
    Application.reviews_assigned,
    Application.reviews_done,
    Application.reviews_due_at,
    Application.offer_state,
)


BETWEEN_TAGS = "\x1f"  # in no word that somebody types
# The tags of a row as "colour name", for the rows of a page alone.
_TAGS = (
    select(func.aggregate_strings(Tag.colour.concat(" ").concat(Tag.name), BETWEEN_TAGS))
    .join(ApplicationTag, ApplicationTag.tag_id == Tag.id)
    .where(ApplicationTag.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery()
    .label("tags")
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the office narrows the list down to, and how it is sorted."""

    q: str = ""
    state: ApplicationState | None = None
    country: str | None = None
    lowest: float | None = None
    highest: float | None = None
    reviews_missing: bool = False
    track: str | None = None
    days: int | None = None  # at least so long in its state
    answers: tuple[Asked, ...] = ()
    sort: str = "name"

    @property
    def narrow(self) -> bool:
        """Whether some applications are left out."""
        return self != Filters(sort=self.sort)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with the ids to go on from, in both directions."""

    rows: Sequence[Row[Any]]
    before: int | None
    after: int | None


def audience_of(opportunity_id: int) -> str:
    """Whom the search words of its applications are for: the office of this opportunity."""
    return f"opportunity:{opportunity_id}"


@lru_cache(maxsize=500)
def tracked_opportunity(actor: Actor, opportunity_id: int) -> Select[Any]:
    """What the list's page says of its opportunity; base columns only, without its kind's own."""
    seen = opportunities_visible_to(actor).where(Opportunity.id == opportunity_id)
    columns: tuple[Any, ...] = (
        Opportunity.id,
        Opportunity.ref,
        Opportunity.kind,
        Opportunity.state,
        Opportunity.title,
        Opportunity.original_locale,
        Opportunity.programme_id,
        Opportunity.closes_at,
        Opportunity.closes_zone,
        Opportunity.published_at,
        Opportunity.tracks,
        form_in_use(opportunity_id).label("form"),
        views_as_text(actor, opportunity_id).label("views"),
    )
    return seen.with_only_columns(*columns)


def form_in_use(opportunity_id: int) -> ScalarSelect[str]:
    """The newest form that somebody has used, else the newest, as JSON text."""
    return (
        select(cast(FormVersion.definition, Text))
        .where(FormVersion.opportunity_id == opportunity_id)
        .order_by(FormVersion.frozen_at.is_(None), FormVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


def tracked_opportunities(session: Session, actor: Actor, *, after: int | None = None) -> Page:
    """The published opportunities of one's programmes, the latest deadline first."""
    query = select(
        Opportunity.id,
        Opportunity.ref,
        Opportunity.kind,
        Opportunity.state,
        Opportunity.title,
        Opportunity.original_locale,
        Opportunity.closes_at,
        Opportunity.closes_zone,
    ).where(Opportunity.published_at.is_not(None))
    if not actor.is_a(Role.SECRETARIAT):
        offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
        query = query.where(Opportunity.programme_id.in_(offices))
    if after is not None:
        query = query.where(beyond(Opportunity.closes_sort, Opportunity.id, after, down=True))
    query = query.order_by(Opportunity.closes_sort.desc(), Opportunity.id.desc()).limit(PAGE + 1)
    rows: list[Row[Any]] = list(session.execute(query))
    return Page(rows[:PAGE], None, rows[PAGE - 1].id if len(rows) > PAGE else None)


def counts_of(session: Session, opportunity_ids: Sequence[int]) -> dict[int, Counter[str]]:
    """The kept counts of these opportunities by state, all countries together."""
    query = select(
        ApplicationCount.opportunity_id, ApplicationCount.state, ApplicationCount.number
    ).where(
        ApplicationCount.opportunity_id.in_(opportunity_ids), ApplicationCount.country_code == ""
    )
    found: dict[int, Counter[str]] = {i: Counter() for i in opportunity_ids}
    for opportunity_id, state, number in session.execute(query):
        found[opportunity_id][state] = number
    return found


def counts_by_country(session: Session, opportunity_id: int) -> dict[str, Counter[str]]:
    """The kept counts of an opportunity: {country: {state: number}}, "" being all together."""
    found: dict[str, Counter[str]] = {"": Counter()}
    for code, state, number in session.connection().execute(_COUNTS, {"id": opportunity_id}):
        if number:
            found.setdefault(code, Counter())[state] = number
    return found


def waiting_counts(session: Session, opportunity_id: int, now: datetime) -> tuple[int, int]:
    """How many wait for an overdue review, and how many for another reviewer."""
    found = session.connection().execute(_WAITING, {"id": opportunity_id, "now": now}).one()
    return int(found[0]), int(found[1])


_a, _n = Application.__table__.c, ApplicationCount.__table__.c
_COUNTS = select(_n.country_code, _n.state, _n.number).where(_n.opportunity_id == bindparam("id"))
_AWAITED = select(func.count()).where(_a.opportunity_id == bindparam("id"), text(REVIEWS_AWAITED))
_WAITING = select(
    _AWAITED.where(_a.reviews_due_at < bindparam("now")).scalar_subquery(),
    _AWAITED.where(_a.reviews_assigned < _a.reviews_wanted).scalar_subquery(),
)


def tracked(actor: Actor, opportunity_id: int, filters: Filters) -> Select[Any]:
    """The submitted applications that the filters leave; nobody finds their own here."""
    query = select(*LISTED, _TAGS).where(
        Application.opportunity_id == opportunity_id,
        Application.submitted_at.is_not(None),
        Application.applicant_id != actor.user_id,
    )
    return query.where(*_conditions(opportunity_id, filters))


def tracked_page(
    session: Session,
    actor: Actor,
    opportunity_id: int,
    filters: Filters,
    *,
    before: int | None = None,
    after: int | None = None,
) -> Page:
    """A page of the list that begins after, or ends before, an application's id."""
    backwards = before is not None
    query = _page_of(actor, opportunity_id, filters, before if backwards else after, backwards)
    rows = list(session.connection().execute(query))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        before=rows[0].id if rows and (more if backwards else after is not None) else None,
        after=rows[-1].id if rows and (more or backwards) else None,
    )


@lru_cache(maxsize=500)
def _page_of(
    actor: Actor, opportunity_id: int, filters: Filters, mark: int | None, backwards: bool
) -> Select[Any]:
    key, down = ORDERS[filters.sort]
    query = tracked(actor, opportunity_id, filters)
    if mark is not None:
        query = query.where(beyond(key, Application.id, mark, down=down is not backwards))
    return _sorted(query, key, down=down is not backwards).limit(PAGE + 1)


def neighbours(
    session: Session, actor: Actor, opportunity_id: int, filters: Filters, application_id: int
) -> tuple[int | None, int | None]:
    """The applications before and after this one in the same filtered list."""
    key, down = ORDERS[filters.sort]
    query = tracked(actor, opportunity_id, filters).with_only_columns(Application.id)
    beside = (
        _sorted(
            query.where(beyond(key, Application.id, application_id, down=way)), key, down=way
        ).limit(1)
        for way in (not down, down)
    )
    before, following = (session.scalar(one) for one in beside)
    return before, following


def _sorted(query: Select[Any], key: Any, *, down: bool) -> Select[Any]:
    if down:
        return query.order_by(key.desc(), Application.id.desc())
    return query.order_by(key, Application.id)


def beyond(key: Any, key_id: Any, mark: int, *, down: bool) -> ColumnElement[bool]:
    """What comes after the row with this id; its own place is read in the same statement."""
    model = aliased(key.class_)
    at = select(getattr(model, key.key)).where(model.id == mark).scalar_subquery()
    here, there = tuple_(key, key_id), tuple_(at, literal(mark))
    return here < there if down else here > there


def _conditions(opportunity_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.q:
        audience = audience_of(opportunity_id)
        found = matching(None, "application", filters.q, [audience])
        conditions.append(Application.id.in_(found))
    if filters.state is not None:
        conditions.append(Application.state == filters.state)
    if filters.country is not None:
        conditions.append(Application.country_code == filters.country)
    if filters.lowest is not None:
        conditions.append(Application.score_sort >= filters.lowest)
    if filters.highest is not None:
        conditions.append(
            and_(Application.score_sort <= filters.highest, Application.score_mean.is_not(None))
        )
    if filters.reviews_missing:
        conditions.append(literal_column(REVIEWS_AWAITED, Boolean))
    return (
        conditions
        + _by_track_and_time(filters)
        + [_answered(opportunity_id, asked) for asked in filters.answers]
    )


def _by_track_and_time(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.track is not None:
        conditions.append(Application.track == filters.track)
    if filters.days is not None:
        conditions.append(Application.state_since <= _days_ago(filters.days))
    return conditions


def _days_ago(days: int) -> ColumnElement[datetime]:
    """Read when the statement is sent: statements are kept for longer than a moment."""
    ago = timedelta(days=days)
    return bindparam(None, type_=UtcDateTime(), callable_=lambda: clock.now() - ago)


def _answered(opportunity_id: int, asked: Asked) -> ColumnElement[bool]:
    """Whether one of the kept answers to a question is what was asked for."""
    kept = aliased(ListedAnswer)
    found = select(kept.application_id).where(
        kept.opportunity_id == opportunity_id,
        kept.question == asked.question,
        kept.application_id == Application.id,
    )
    if asked.values:
        return found.where(kept.value.in_(asked.values)).exists()
    low, high = number_of(asked.low), number_of(asked.high)
    within = [kept.number >= low] if low is not None else []
    within += [kept.number <= high] if high is not None else []
    return found.where(kept.value == "", *within).exists()
