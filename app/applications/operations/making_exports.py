"""Writing an export's file: read on a connection of its own, outside any unit of work."""

import gc
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, starmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from orjson import Fragment, dumps, loads
from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from app.accounts.actor import actor_signed_in_as
from app.accounts.models import User
from app.applications import policy, sheets
from app.applications.asked_beside import called_beside
from app.applications.models import Export
from app.applications.operations.exports import keep_export
from app.applications.queries import exports as queries
from app.applications.queries.tracking import tracked_opportunity
from app.applications.sheets import Columns, Content, Exported
from app.applications.states import ExportFormat, ExportState
from app.files.operations import store_made_file
from app.foundation import languages
from app.foundation.actors import SYSTEM, Actor
from app.foundation.beside import made_beside
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.foundation.languages import gettext as _
from app.foundation.sheets import Cells, Sheet, csv_file, spelt, write_workbook
from app.foundation.work import unit_of_work
from app.opportunities.form_definitions import FormDefinition

TOLD_EVERY = 20_000
PIECE = 100  # rows that the process beside sends at once: what a processor keeps at hand
T = TypeVar("T")
Made = Callable[[Session], Iterator[bytes]]
Said = Callable[[Iterable[tuple[Sequence[Any], Content]]], Iterator[Cells]]
Progress = Callable[[int], None]


def make_export(export_id: int, progress: Progress = lambda _done: None) -> None:
    """Write the file and keep it. What is made already, or was called off, is left alone.

    Raises NotPermitted when whoever asked may not have it any more.
    """
    with Session(_as_of_one_moment(db.engine)) as session:
        export = session.get_one(Export, export_id)
        if export.state is not ExportState.WAITING:
            return
        making = _making(session, export, progress)
        with (
            languages.speaking(export.locale, making.call.closes_zone),
            _counting_only(),
            closing(making.pieces()) as pieces,
        ):
            made = store_made_file(pieces)
        name = f"{making.call.ref}-{export.asked_at:%Y-%m-%d}.{export.format}"
    with unit_of_work(SYSTEM) as work:
        keep_export(work, export_id, made, file_name=name, rows=making.done)


@contextmanager
def _counting_only() -> Iterator[None]:
    """Without Python's search for cycles: rows by the million have none, and it takes a fifth."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _as_of_one_moment(engine: Engine) -> Engine:
    """All sheets of a workbook tell of the same moment; SQLite reads so by itself."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def _making(session: Session, export: Export, progress: Progress) -> "Making":
    """Read afresh who asked, so that a role that ended meanwhile opens nothing."""
    uniquifier = session.scalars(
        select(User.fs_uniquifier).where(User.id == export.asked_by_id)
    ).one()
    actor = actor_signed_in_as(session, uniquifier)
    call = session.execute(tracked_opportunity(actor, export.opportunity_id)).one_or_none()
    if call is None:
        raise NotPermitted(_("Only the office that runs this call may see its applications."))
    policy.EXPORT.require(actor, call)  # type: ignore[arg-type]
    return Making(session, actor, export, call, progress)


@dataclass(slots=True)
class Making:
    """One export in the making; `done` counts the rows that were written."""

    session: Session
    actor: Actor
    export: Export
    call: Row[Any]
    progress: Progress
    done: int = 0

    def pieces(self) -> Generator[bytes]:
        """The file, some bytes after others."""
        match self.export.format:
            case ExportFormat.CSV:
                return self._csv()
            case ExportFormat.XLSX:
                return self._workbook()
            case ExportFormat.JSON:
                return self._json()

    def _csv(self) -> Generator[bytes]:
        """Here the columns are made of what the second process reads."""
        every = self._columns()
        cells = every.reader(nothing="")
        with self._beside([self._as_read(self.call.closes_zone)]) as (read,):
            rows = ([cells(row, row[-1]) for row in piece] for piece in self._counted(read))
            yield from csv_file(Sheet("", every.headings(), chain.from_iterable(rows)))

    def _workbook(self) -> Generator[bytes]:
        """The second process makes the rows of each sheet: to write them here takes as long.

        The whole is a file first, as what a workbook's parts are is known at its end.
        """
        every, tables = self._columns(), sheets.tables(self._forms(), self.export.locale)
        names = [(_("Applications"), every.headings()), *((t.title, t.headings()) for t in tables)]
        made: list[Said] = [partial(starmap, every.reader()), *(table.rows for table in tables)]
        with (
            self._beside([self._spelt(rows_of) for rows_of in made]) as (main, *further),
            TemporaryDirectory(prefix="lontar-export-") as folder,
        ):
            path = Path(folder) / "workbook.xlsx"
            told = zip(names, [self._counted(main), *further], strict=True)
            book = [Sheet(*name, chain.from_iterable(pieces), ready=True) for name, pieces in told]
            write_workbook(path, [*book, self._about()])
            with path.open("rb") as file:
                yield from iter(partial(file.read, 1 << 20), b"")

    def _json(self) -> Generator[bytes]:
        """One object whose `applications` are written one by one (docs/exports.md)."""
        call, export = self.call, self.export
        head = {
            "format": sheets.FORMAT,
            "asked_at": export.asked_at,
            "recipient": export.recipient,
            "purpose": export.purpose,
            "call": {
                "ref": call.ref,
                "title": call.title,
                "closes_at": call.closes_at,
                "closes_zone": call.closes_zone,
            },
        }
        yield dumps(head, option=sheets.JSON).removesuffix(b"}") + b',\n"applications": ['
        between = b"\n"
        apart = sheets.kept_apart(self._forms())
        with self._beside([self._as_read()]) as (read,):
            for piece in self._counted(read):
                told = (sheets.as_json(Exported(*row), row[-1], apart) for row in piece)
                yield between + b",\n".join(dumps(one, option=sheets.JSON) for one in told)
                between = b",\n"
        yield b"\n]}\n"

    def _forms(self) -> list[FormDefinition]:
        return queries.forms_used(self.session.connection(), self.call.id)

    def _columns(self) -> Columns:
        beside = called_beside(self.call.kind)
        return sheets.columns(self._forms(), self.export.locale, self.call.closes_zone, beside)

    @contextmanager
    def _beside(self, made: Sequence[Made]) -> Iterator[list[Iterator[list[Any]]]]:
        """What each makes, as of one moment, in a second process; to be used one after another.

        It comes as JSON, in a tenth of what pickling takes. An empty piece ends what one made.
        """

        def packed() -> Iterator[bytes]:
            with Session(_as_of_one_moment(db.engine)) as session:
                for pieces_of in made:
                    yield from pieces_of(session)
                    yield b""

        with closing(made_beside(packed)) as pieces:
            yield [map(loads, iter(partial(next, pieces), b"")) for _one in made]

    def _as_read(self, zone: str | None = None) -> Made:
        """Rows of `Exported`, with what was sent as it lies in the database."""

        def pieces(session: Session) -> Iterator[bytes]:
            for piece in _pieces(self._rows(session, zone)):
                told = [(*row[:-1], Fragment(row[-1] or b"{}")) for row in piece]
                yield dumps(told, option=sheets.JSON)

        return pieces

    def _spelt(self, rows_of: Said) -> Made:
        """Rows of a sheet, ready for a workbook."""

        def pieces(session: Session) -> Iterator[bytes]:
            rows = self._rows(session, self.call.closes_zone)
            sent = ((row, loads(row[-1]) if row[-1] else {}) for row in rows)
            return map(spelt, _pieces(rows_of(sent)))

        return pieces

    def _rows(self, session: Session, zone: str | None) -> Iterator[Sequence[Any]]:
        filters = queries.filters_of(self.export)
        return queries.rows(session.connection(), self.actor, self.call.id, filters, zone=zone)

    def _counted(self, pieces: Iterable[list[T]]) -> Iterator[list[T]]:
        """The same, some applications at a time, telling now and then how far it is."""
        done = 0
        for piece in pieces:
            yield piece
            told, done = done, done + len(piece)
            if told // TOLD_EVERY < done // TOLD_EVERY:
                self.progress(done)
        self.done = done

    def _about(self) -> Sheet:
        """What a workbook says of itself, so that it can be told apart on somebody's desk."""
        export = self.export
        asked = languages.moment(export.asked_at, self.call.closes_zone)
        lines: list[Cells] = [
            (_("Call"), f"{self.call.title} ({self.call.ref})"),
            (_("Asked for by"), export.asked_by_name),
            (_("Asked for on"), f"{asked}, {languages.city(self.call.closes_zone)}"),
            (_("For whom"), export.recipient),
            (_("What for"), export.purpose),
            (_("Only a part of the applications"), _("Yes") if self._is_a_part() else _("No")),
            (_("Personal data"), _("Keep this file safe and delete it when you are done.")),
        ]
        return Sheet(_("About this file"), ("", " "), lines)

    def _is_a_part(self) -> bool:
        return queries.filters_of(self.export).narrow


def _pieces(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while piece := list(islice(rows, PIECE)):
        yield piece
