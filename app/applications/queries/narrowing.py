"""What the office narrows its list down by, as conditions on an application."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.applications.facets import Asked, as_written, number_of
from app.applications.models import (
    REVIEWS_AWAITED,
    Application,
    ApplicationTag,
    CaseOfficer,
    ListedAnswer,
)
from app.applications.states import ApplicationState
from app.foundation import clock
from app.foundation.database import UtcDateTime
from app.foundation.search.documents import SearchDocument
from app.foundation.search.index import matching, narrowed

SEARCHED_AS = "application"
NOBODY = 0  # as an officer: the cases that nobody has in hand


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
    officer: int | None = None  # who has the case in hand; NOBODY: nobody
    tag: int | None = None
    answers: tuple[Asked, ...] = ()
    sort: str = "name"

    @property
    def narrow(self) -> bool:
        """Whether some applications are left out."""
        return self != Filters(sort=self.sort)

    @property
    def more(self) -> bool:
        """Whether something is asked that stands beside the application, not in its row."""
        return bool(self.answers) or self.tag is not None or self.officer is not None

    @property
    def columns_only(self) -> "Filters":
        """What is asked of the application's own row."""
        return replace(self, answers=(), tag=None, officer=None)


def audience_of(opportunity_id: int) -> str:
    """Whom the search words of its applications are for: the office of this opportunity."""
    return f"opportunity:{opportunity_id}"


def conditions_of(opportunity_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """What holds of every application of this opportunity that the filters leave."""
    conditions: list[ColumnElement[bool]] = []
    if filters.q:
        found = found_by_words(opportunity_id, filters)
        conditions.append(Application.id.in_(found))
    if filters.state is not None:
        conditions.append(Application.state == filters.state)
    if filters.country is not None:
        conditions.append(Application.country_code == filters.country)
    if filters.track is not None:
        conditions.append(Application.track == filters.track)
    if filters.days is not None:
        conditions.append(Application.state_since <= _days_ago(filters.days))
    return conditions + _by_reviews(filters) + _kept_beside(opportunity_id, filters)


def _by_reviews(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.lowest is not None:
        conditions.append(Application.score_sort >= filters.lowest)
    if filters.highest is not None:
        conditions.append(
            and_(Application.score_sort <= filters.highest, Application.score_mean.is_not(None))
        )
    if filters.reviews_missing:
        conditions.append(literal_column(REVIEWS_AWAITED, Boolean))
    return conditions


def found_by_words(opportunity_id: int, filters: Filters) -> Select[Any]:
    """The ids of the applications that a search finds; no more are looked at than filters leave."""
    office, facets = [audience_of(opportunity_id)], facets_of(opportunity_id, filters)
    return matching(None, SEARCHED_AS, filters.q, office, facets=facets)


def facets_of(opportunity_id: int, filters: Filters) -> list[list[str]]:
    """What PostgreSQL's index of words knows of the filters: of each group one facet or more."""
    columns = {"state": filters.state, "country": filters.country, "track": filters.track}
    groups = [[f"{name}={value}"] for name, value in columns.items() if value is not None]
    groups += [[f"a.{a.question}={value}" for value in a.values] for a in filters.answers]
    return [[_digest(opportunity_id, facet) for facet in group] for group in groups if group]


def _digest(opportunity_id: int, facet: str) -> str:
    """As the triggers of search documents keep it (`facets_of` in the database)."""
    spelled = f"{opportunity_id} {facet}".encode()
    return f"={hashlib.md5(spelled, usedforsecurity=False).hexdigest()[:12]}"


def gathered(
    opportunity_id: int, filters: Filters, *, by_facets: bool = False
) -> list[ColumnElement[bool]]:
    """What stands beside applications, as ids that are brought together before any row is read.

    `by_facets`: the database's index of words holds the closed answers (PostgreSQL's does).
    """
    if by_facets and any(asked.values for asked in filters.answers):
        facets, office = facets_of(opportunity_id, filters), [audience_of(opportunity_id)]
        left = replace(filters, answers=tuple(a for a in filters.answers if not a.values))
        some = narrowed(SEARCHED_AS, facets, office)
        some = some.where(*looked_at(SearchDocument.subject_id, left))
        return [Application.id.in_(select(_at_once(some)))]
    together: Select[Any] | None = None
    for column, conditions in _beside(opportunity_id, filters):
        query = select(column).where(*conditions)
        if together is None:
            together, first = query, column
        else:
            together = together.where(first.in_(query))
    kept = [] if together is None else [Application.id.in_(select(_at_once(together)))]
    return kept + ([_in_nobodys_hands(Application.id)] if filters.officer == NOBODY else [])


def looked_at(application_id: Any, filters: Filters) -> list[ColumnElement[bool]]:
    """The same, asked of one application after another, and of no more than those."""
    kept: list[ColumnElement[bool]] = [
        select(column)
        .where(column == application_id, *conditions)
        .limit(1)
        .correlate(application_id.table)
        .scalar_subquery()
        .is_not(None)
        for column, conditions in _beside(None, filters)
    ]
    return kept + ([_in_nobodys_hands(application_id)] if filters.officer == NOBODY else [])


def _kept_beside(opportunity_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """The same, by whatever way the database thinks the shortest to all of them."""
    kept: list[ColumnElement[bool]] = [
        select(column).where(column == Application.id, *conditions).exists()
        for column, conditions in _beside(opportunity_id, filters)
    ]
    return kept + ([_in_nobodys_hands(Application.id)] if filters.officer == NOBODY else [])


def _at_once(ids: Select[Any]) -> CTE:
    """Not taken apart by PostgreSQL, which thinks answers that exclude each other are common."""
    return ids.cte("gathered").prefix_with("MATERIALIZED", dialect="postgresql")


def _beside(
    opportunity_id: int | None, filters: Filters
) -> Iterator[tuple[Any, list[ColumnElement[bool]]]]:
    """The column that names the application, and what is asked of its row, of each filter."""
    if filters.officer not in (None, NOBODY):
        yield CaseOfficer.application_id, [CaseOfficer.officer_id == filters.officer]
    if filters.tag is not None:
        yield ApplicationTag.application_id, [ApplicationTag.tag_id == filters.tag]
    for asked in filters.answers:
        yield _answered(opportunity_id, asked)


def _in_nobodys_hands(application_id: Any) -> ColumnElement[bool]:
    return ~select(CaseOfficer.id).where(CaseOfficer.application_id == application_id).exists()


def _days_ago(days: int) -> ColumnElement[datetime]:
    """Read when the statement is sent: statements are kept for longer than a moment."""
    ago = timedelta(days=days)
    return bindparam(None, type_=UtcDateTime(), callable_=lambda: clock.now() - ago)


def _answered(opportunity_id: int | None, asked: Asked) -> tuple[Any, list[ColumnElement[bool]]]:
    """The kept answers to a question that are what was asked for; None: of one application."""
    kept = aliased(ListedAnswer)
    conditions: list[ColumnElement[bool]] = [kept.question == asked.question]
    if opportunity_id is not None:
        conditions.append(kept.opportunity_id == opportunity_id)
    if asked.values:
        conditions.append(kept.value.in_(asked.values))
        return kept.application_id, conditions
    if asked.named:
        listed = kept.number.in_(matching(None, "organisation", asked.named))
        written = kept.value == as_written(asked.named)
        conditions.append(or_(written, and_(kept.value == "", listed)))
        return kept.application_id, conditions
    low, high = number_of(asked.low), number_of(asked.high)
    conditions.append(kept.value == "")
    if low is not None:
        conditions.append(kept.number >= low)
    if high is not None:
        conditions.append(kept.number <= high)
    return kept.application_id, conditions
