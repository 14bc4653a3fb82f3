"""The catalogue's rows and its numbers: one statement each, over base columns only.

Both read plain rows, so they cost the same whatever kinds are mixed. A statement is built once
for each shape (which facets are chosen, open or closed) and kept; the values are bound.
"""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Select

from app.opportunities.browsing import Search
from app.opportunities.catalogue.counting import (
    Counts,
    counts_read,
    numbers_of,
    numbers_statement,
    open_by_competency,
)
from app.opportunities.catalogue.listing import (
    PAGE,
    Listed,
    addresses,
    among,
    at_organisation,
    is_open,
    listed,
    newest,
    rows_of,
    rows_statement,
)
from app.opportunities.catalogue.narrowing import Shape, chosen_with
from app.opportunities.states import ANY_NATIONALITY, COURSES, Kind

__all__ = [
    "Counts",
    "Listed",
    "Page",
    "addresses",
    "among",
    "at_organisation",
    "is_open",
    "newest",
    "open_by_competency",
    "page",
]


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Listed]
    more: bool
    counts: Counts


Keep = Callable[[Hashable, Callable[[], Counts]], Counts]


def page(
    connection: Connection,
    search: Search,
    *,
    now: datetime,
    locale: str,
    kind: Kind | None = None,
    nationalities: Collection[str] = (),
    matching: Select[Any] | None = None,
    keep: Keep = lambda _what, count: count(),
) -> Page:
    """One page of what the reader looks for, with every number beside it: two statements.

    `nationalities` are the reader's own, for a search that is `mine`; `matching` selects the ids
    of the opportunities that the reader's words are found in. `keep(what, count)` may answer with
    numbers that were counted before for the same `what` (never for a search with words).
    """
    chosen = chosen_with(search, nationalities)
    shape = Shape(
        chosen=frozenset(chosen),
        closed=search.closed,
        one_kind=kind is not None,
        words=matching,
        after=search.after is not None,
        nationalities=bool(nationalities),
    )
    values: dict[str, Any] = {facet.value: list(v) for facet, v in chosen.items()}
    values |= {"now": now, "locale": locale}
    if kind is not None:  # the page of courses has both: those given here, those listed
        values["kinds"] = list(COURSES) if kind is Kind.COURSE else [kind]
    values["own"] = [*nationalities, ANY_NATIONALITY]
    if search.after is not None:
        values["after_at"], values["after_id"] = search.after

    def count(statement: CompoundSelect[Any]) -> Counts:
        counts = counts_read(connection.execute(statement, values).all())
        for facet, picked in search.chosen.items():
            for value in picked:
                counts.of[facet].setdefault(value, 0)
        return counts

    # Words make a statement of their own; every other shape is built once.
    if matching is not None:
        rows = listed(connection.execute(rows_of(shape), values))
        counts = count(numbers_of(shape))
    else:
        rows = listed(connection.execute(rows_statement(shape), values))
        whole = replace(shape, after=False)  # the numbers are of the whole list, on each page
        what = (whole, kind, frozenset(chosen.items()), frozenset(nationalities))
        counts = keep(what, lambda: count(numbers_statement(whole)))
    return Page(rows[:PAGE], len(rows) > PAGE, counts)
