"""The office's list of the applications for one opportunity: Core rows, paged by key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Text,
    cast,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application, ApplicationTag, ChangeRequest, Tag
from app.applications.queries.casework import office_as_text, tags_as_text
from app.applications.queries.narrowing import (
    Filters,
    conditions_of,
    found_by_words,
    gathered,
    looked_at,
)
from app.applications.queries.saved_views import views_as_text
from app.applications.states import ChangeState
from app.foundation.actors import Actor, Role
from app.foundation.search.documents import SearchDocument
from app.foundation.search.index import in_the_slice
from app.opportunities.models import FormVersion, Opportunity
from app.opportunities.queries import is_worked_on_by, opportunities_visible_to

PAGE = 25
# A search lists no more than so many: the list stays as quick with a million applications as with
# a thousand. Exports and work on all that match have no end.
MOST_FOUND = 250
# So many are looked at in the order of the list before the filters are gone through themselves.
LOOKED_AT = 1500
ORDERS: dict[str, tuple[Any, bool]] = {  # what is sorted by, and whether the highest comes first
    "score": (Application.score_sort, True),
    "name": (Application.sort_key, False),
    "submitted": (Application.submitted_at, False),
    "since": (Application.state_since, False),
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


def _tags_of(application_id: Any) -> ColumnElement[str]:
    """The tags of a row as "colour name", for the rows of a page alone."""
    return (
        select(func.aggregate_strings(Tag.colour.concat(" ").concat(Tag.name), BETWEEN_TAGS))
        .join(ApplicationTag, ApplicationTag.tag_id == Tag.id)
        .where(ApplicationTag.application_id == application_id)
        .correlate(application_id.table)
        .scalar_subquery()
        .label("tags")
    )


def _changes_by(application_id: Any) -> ColumnElement[datetime]:
    """Until when a row's applicant is asked to change something, for the rows of a page alone."""
    return (
        select(ChangeRequest.closes_at)
        .where(
            ChangeRequest.application_id == application_id,
            ChangeRequest.state == ChangeState.OPEN,
        )
        .correlate(application_id.table)
        .scalar_subquery()
        .label("changes_by")
    )


_ROW = Application.__table__.c
_BESIDE = (_tags_of(_ROW.id), _changes_by(_ROW.id))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with the ids to go on from, in both directions."""

    rows: Sequence[Row[Any]]
    before: int | None
    after: int | None
    found: int | None = None  # of a search: how many, no more than MOST_FOUND


@lru_cache(maxsize=500)
def tracked_opportunity(actor: Actor, opportunity_id: int) -> Select[Any]:
    """What the list's page says of its opportunity; base columns only, without its kind's own."""
    seen = opportunities_visible_to(actor).where(
        Opportunity.id == opportunity_id, asks_for_applications()
    )
    columns: tuple[Any, ...] = (
        Opportunity.id,
        Opportunity.ref,
        Opportunity.kind,
        Opportunity.state,
        Opportunity.title,
        Opportunity.original_locale,
        Opportunity.programme_id,
        Opportunity.organisation_id,
        Opportunity.closes_at,
        Opportunity.closes_zone,
        Opportunity.published_at,
        Opportunity.tracks,
        form_in_use(opportunity_id).label("form"),
        views_as_text(actor, opportunity_id).label("views"),
        tags_as_text().label("tags"),
        office_as_text().label("office"),
    )
    return seen.with_only_columns(*columns)


def asks_for_applications() -> ColumnElement[bool]:
    """Dates of a course in which one enrols have no form, and so nothing to track."""
    return select(FormVersion.id).where(FormVersion.opportunity_id == Opportunity.id).exists()


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
    """The published opportunities of one's offices, the latest deadline first."""
    query = select(
        Opportunity.id,
        Opportunity.ref,
        Opportunity.kind,
        Opportunity.state,
        Opportunity.title,
        Opportunity.original_locale,
        Opportunity.closes_at,
        Opportunity.closes_zone,
    ).where(Opportunity.published_at.is_not(None), asks_for_applications())
    if not actor.is_a(Role.SECRETARIAT):
        query = query.where(is_worked_on_by(actor))
    if after is not None:
        query = query.where(beyond(Opportunity.closes_sort, Opportunity.id, after, down=True))
    query = query.order_by(Opportunity.closes_sort.desc(), Opportunity.id.desc()).limit(PAGE + 1)
    rows: list[Row[Any]] = list(session.execute(query))
    return Page(rows[:PAGE], None, rows[PAGE - 1].id if len(rows) > PAGE else None)


def tracked(actor: Actor, opportunity_id: int, filters: Filters) -> Select[Any]:
    """The submitted applications that the filters leave; nobody finds their own here."""
    query = select(*LISTED, *_BESIDE).where(*_seen(actor, opportunity_id))
    return query.where(*conditions_of(opportunity_id, filters))


def _found(
    actor: Actor, opportunity_id: int, filters: Filters, columns: Iterable[Any], *, sliced: bool
) -> CTE:
    """What a search finds, the first `MOST_FOUND` of it as it lies.

    `sliced`: where a slice of all has so many already, nobody is looked for outside of it. An
    index goes through all that have a common word, and that of the slice through a few of them.
    """
    some = (
        found_by_words(opportunity_id, filters)
        .join(Application, Application.id == SearchDocument.subject_id)
        .where(*_seen(actor, opportunity_id))
        .where(*conditions_of(opportunity_id, replace(filters, q="")))
        .with_only_columns(*columns)
        .limit(MOST_FOUND)
    )
    if not sliced:
        return some.cte("found")
    first = some.where(in_the_slice()).cte("first")
    enough = select(func.count()).select_from(first).scalar_subquery() == MOST_FOUND
    every = some.where(~enough).subquery()
    return union_all(select(first).where(enough), select(every)).cte("found")


def _seen(actor: Actor, opportunity_id: int) -> list[ColumnElement[bool]]:
    return [
        Application.opportunity_id == opportunity_id,
        Application.submitted_at.is_not(None),
        Application.applicant_id != actor.user_id,
    ]


def tracked_page(
    session: Session,
    actor: Actor,
    opportunity_id: int,
    filters: Filters,
    *,
    before: int | None = None,
    after: int | None = None,
    long: bool = True,
) -> Page:
    """A page of the list that begins after, or ends before, an application's id.

    `long`: whether the list may have more than `LOOKED_AT` applications.
    """
    backwards = before is not None
    asked = Asking(actor, opportunity_id, filters, before if backwards else after, backwards)
    rows = _listed(session.connection(), asked, long=long)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    return Page(
        rows,
        before=rows[0].id if rows and (more if backwards else after is not None) else None,
        after=rows[-1].id if rows and (more or backwards) else None,
        found=(rows[0].found if rows else 0) if filters.q else None,
    )


def _listed(connection: Connection, asked: "Asking", *, long: bool = True) -> list[Row[Any]]:
    rows: list[Row[Any]] = []
    if long and asked.filters.more and not asked.filters.q:
        # Most filters leave many: those are soon found in the list's own order.
        rows = list(connection.execute(_looking(asked)))
    if len(rows) < asked.most:
        by_facets = connection.dialect.name == "postgresql"  # SQLite's index knows words alone
        rows = list(connection.execute(_going_through(asked, by_facets=by_facets)))
    return rows


class Asking(NamedTuple):
    """A part of somebody's list; `mark` is the application that it begins after."""

    actor: Actor
    opportunity_id: int
    filters: Filters
    mark: int | None
    backwards: bool
    most: int = PAGE + 1

    @property
    def key(self) -> Any:
        return ORDERS[self.filters.sort][0]

    @property
    def down(self) -> bool:
        return ORDERS[self.filters.sort][1] is not self.backwards

    @property
    def columns(self) -> Iterable[Any]:
        """What is read of an application before its page is cut."""
        needed = (*LISTED, self.key, Application.applicant_id)
        return {column.key: column for column in needed}.values()

    def from_mark(self, query: Select[Any], row: Any = _ROW) -> Select[Any]:
        """What a query reads (its `row`) from the mark on."""
        if self.mark is None:
            return query
        read = (row[self.key.key], row.id)
        return query.where(beyond(self.key, Application.id, self.mark, down=self.down, read=read))

    def sorted(self, query: Select[Any], row: Any = _ROW) -> Select[Any]:
        """What a query reads, in the order of the list."""
        return _sorted(query, row[self.key.key], row.id, down=self.down)

    def page_of(self, row: Any, *beside: Any) -> Select[Any]:
        """The first page of rows that were read with `columns`."""
        shown = (row[column.key] for column in LISTED)
        own = (_tags_of(row.id), _changes_by(row.id))
        return self.sorted(select(*shown, *own, *beside), row).limit(self.most)


@lru_cache(maxsize=500)
def _going_through(asked: Asking, *, by_facets: bool) -> Select[Any]:
    """The page by whatever way is the shortest to all that the filters leave."""
    actor, opportunity_id, filters, *_rest = asked
    if filters.q:
        found = _found(actor, opportunity_id, filters, asked.columns, sliced=by_facets)
        number = select(func.count()).select_from(found).scalar_subquery().label("found")
        return asked.from_mark(asked.page_of(found.c, number), found.c)
    query = select(*LISTED, *_BESIDE).where(*_seen(actor, opportunity_id))
    query = query.where(*conditions_of(opportunity_id, filters.columns_only))
    query = query.where(*gathered(opportunity_id, filters, by_facets=by_facets))
    return asked.sorted(asked.from_mark(query)).limit(asked.most)


@lru_cache(maxsize=500)
def _looking(asked: Asking) -> Select[Any]:
    """The same among the next `LOOKED_AT` of the list; a whole page, or it may not be all."""
    actor, opportunity_id, filters, *_rest = asked
    near = select(*asked.columns).where(
        Application.opportunity_id == opportunity_id,
        Application.submitted_at.is_not(None),
        *conditions_of(opportunity_id, filters.columns_only),
    )
    row = asked.sorted(asked.from_mark(near)).limit(LOOKED_AT).subquery("near").c
    return asked.page_of(row).where(row.applicant_id != actor.user_id, *looked_at(row.id, filters))


def neighbours(
    session: Session, actor: Actor, opportunity_id: int, filters: Filters, application_id: int
) -> tuple[int | None, int | None]:
    """The applications before and after this one in the same filtered list."""
    before, following = (
        _listed(
            session.connection(),
            Asking(actor, opportunity_id, filters, application_id, backwards, most=1),
        )
        for backwards in (True, False)
    )
    return before[0].id if before else None, following[0].id if following else None


def _sorted(query: Select[Any], key: Any, key_id: Any, *, down: bool) -> Select[Any]:
    if down:
        return query.order_by(key.desc(), key_id.desc())
    return query.order_by(key, key_id)


def beyond(
    key: Any, key_id: Any, mark: int, *, down: bool, read: tuple[Any, Any] | None = None
) -> ColumnElement[bool]:
    """What comes after the row with this id; its own place is read in the same statement.

    `read`: the two columns where they were read before, else the table's own.
    """
    model = aliased(key.class_)
    at = select(getattr(model, key.key)).where(model.id == mark).scalar_subquery()
    here, there = tuple_(*(read or (key, key_id))), tuple_(at, literal(mark))
    return here < there if down else here > there
