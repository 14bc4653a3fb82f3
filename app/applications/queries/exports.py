"""What exports read: the office's exports, and the rows that go into one."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.applications.facets import Asked
from app.applications.models import Application, Export, Submission
from app.applications.queries.narrowing import Filters
from app.applications.queries.tracking import tracked
from app.applications.states import ApplicationState, ExportState
from app.foundation.actors import Actor, Role
from app.foundation.database import UtcDateTime
from app.opportunities.form_definitions import FormDefinition, parse_form
from app.opportunities.models import FormVersion
from app.opportunities.queries import is_worked_on_by

AT_A_TIME = 2000
AHEAD = 3  # so many times: neither waits when the other has a slow moment
# What `sheets` makes a row of. Words and JSON come as text: a million rows are no entities.
EXPORTED: tuple[Any, ...] = (
    Application.ref,
    Application.applicant_name,
    cast(Application.state, Text).label("state"),
    Application.state_since,
    Application.submitted_at,
    Application.score_mean,
    Application.score_spread,
    Application.reviews_done,
    Application.reviews_wanted,
    Application.country_code,
    Application.home_institution_name,
    Application.track,
    # One look into an index for each: a join would find the newest first, and then itself.
    select(cast(Submission.content, Text))
    .where(Submission.application_id == Application.id)
    .order_by(Submission.number.desc())
    .limit(1)
    .scalar_subquery()
    .label("content"),
)
LISTED = 50


def exports_visible_to(actor: Actor) -> Select[Export]:
    """The exports of the calls that this person's offices run, with their call and their file."""
    query = (
        select(Export)
        .join(Export.opportunity)
        .options(contains_eager(Export.opportunity), joinedload(Export.file))
    )
    return query.where(_seen_by(actor))


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    if actor.is_a(Role.SECRETARIAT):
        return Export.id.is_not(None)
    return is_worked_on_by(actor)


def exports_of_call(actor: Actor, opportunity_id: int) -> Select[Export]:
    """The latest exports of one call, the newest first."""
    return (
        exports_visible_to(actor)
        .where(Export.opportunity_id == opportunity_id)
        .order_by(Export.id.desc())
        .limit(LISTED)
    )


def exports_made_before(moment: Any) -> Select[Export]:
    """Exports whose file is still there and was made before this moment."""
    return (
        select(Export)
        .options(joinedload(Export.file))
        .where(Export.state == ExportState.READY, Export.made_at < moment)
        .order_by(Export.id)
        .limit(100)
    )


def number_to_export(
    session: Session, actor: Actor, opportunity_id: int, filters: Filters, *, most: int
) -> int:
    """How many rows an export would have, counted no further than `most`."""
    ids = tracked(actor, opportunity_id, filters).with_only_columns(Application.id).limit(most)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def forms_used(connection: Connection, opportunity_id: int) -> list[FormDefinition]:
    """The versions of the call's form, the newest first."""
    query = (
        select(FormVersion.definition)
        .where(FormVersion.opportunity_id == opportunity_id)
        .order_by(FormVersion.number.desc())
    )
    return [parse_form(definition) for definition in connection.scalars(query) if definition]


def rows(
    connection: Connection,
    actor: Actor,
    opportunity_id: int,
    filters: Filters,
    *,
    zone: str | None = None,
) -> Iterator[Sequence[Any]]:
    """Each application with its newest submission as JSON text (`EXPORTED`), a piece at a time.

    The connection is the reader's own: what others commit meanwhile is not seen half. While one
    piece is read, the next ones are asked for. With a `zone`, moments are text on its clocks,
    "2027-01-14 23:59", of PostgreSQL's own making: no million datetimes are made to be written.
    """
    by_database = zone is not None and connection.dialect.name == "postgresql"
    query = (
        tracked(actor, opportunity_id, filters)
        .with_only_columns(*(_said(column, zone) if by_database else column for column in EXPORTED))
        .order_by(Application.submitted_at, Application.id)
    )
    streaming = connection.execution_options(stream_results=True, yield_per=AT_A_TIME)
    read = chain.from_iterable(_some_ahead(streaming.execute(query).partitions()))
    return read if zone is None or by_database else _with_moments_said(read, ZoneInfo(zone))


def _with_moments_said(read: Iterator[Row[Any]], clock: ZoneInfo) -> Iterator[Sequence[Any]]:
    for row in read:
        yield [
            value.astimezone(clock).isoformat(" ")[:16] if isinstance(value, datetime) else value
            for value in row
        ]


def _said(column: Any, zone: str | None) -> Any:
    """A moment as text on the clocks of this zone; any other column as it is."""
    if not isinstance(column.type, UtcDateTime):
        return column
    return func.to_char(func.timezone(zone, column), "YYYY-MM-DD HH24:MI").label(column.key)


def _some_ahead(pieces: Iterator[Sequence[Row[Any]]]) -> Iterator[Sequence[Row[Any]]]:
    """The pieces, fetched while those before them are in use."""
    with ThreadPoolExecutor(1) as beside:
        ahead = deque(beside.submit(next, pieces, None) for _ in range(AHEAD))
        while (piece := ahead.popleft().result()) is not None:
            ahead.append(beside.submit(next, pieces, None))
            yield piece


def filters_of(export: Export) -> Filters:
    """The filters that the list had when it was asked for."""
    kept = dict(export.filters)
    state = kept.pop("state", None)
    answers = tuple(
        Asked(question, tuple(values), *further)
        for question, values, *further in kept.pop("answers", ())
    )
    return Filters(**kept, state=ApplicationState(state) if state else None, answers=answers)
