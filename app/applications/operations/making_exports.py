"""Writing an export's file: read on a connection of its own, outside any unit of work."""

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from orjson import dumps, loads
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
from app.applications.sheets import Columns, Content
from app.applications.states import ExportFormat, ExportState
from app.foundation import languages
from app.foundation.actors import SYSTEM, Actor
from app.foundation.beside import made_beside
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.foundation.languages import gettext as _
from app.foundation.sheets import (
    BEGINS_A_FORMULA,
    MOST_CHARACTERS,
    Cells,
    Sheet,
    guarded,
    spelt,
    write_csv,
    write_workbook,
)
from app.foundation.work import unit_of_work

TOLD_EVERY = 20_000
PIECE = 100  # rows that the process beside sends at once: what a processor keeps at hand
_MAY_BEGIN_A_FORMULA = re.compile(
    b'"(?:%b)' % b"|".join(re.escape(dumps(sign)[1:-1]) for sign in sorted(BEGINS_A_FORMULA))
)
# One of these is in the JSON of each row that XML has to spell in another way.
_MAY_BE_SPELT = (b"&", b"<", b">", b"\\", b'" ', b' "', b"_x", b"\xef\xbf\xbe", b"\xef\xbf\xbf")
T = TypeVar("T")
Progress = Callable[[int], None]


def make_export(export_id: int, progress: Progress = lambda _done: None) -> None:
    """Write the file and keep it. What is made already, or was called off, is left alone.

    Raises NotPermitted when whoever asked may not have it any more.
    """
    with (
        Session(_as_of_one_moment(db.engine)) as session,
        TemporaryDirectory(prefix="lontar-export-") as folder,
    ):
        export = session.get_one(Export, export_id)
        if export.state is not ExportState.WAITING:
            return
        making = _making(session, export, progress)
        path = Path(folder) / f"{making.call.ref}-{export.asked_at:%Y-%m-%d}.{export.format}"
        with languages.speaking(export.locale, making.call.closes_zone), _counting_only():
            making.write(path)
        with unit_of_work(SYSTEM) as work:
            keep_export(work, export_id, path, rows=making.done)


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

    def write(self, path: Path) -> None:
        match self.export.format:
            case ExportFormat.CSV:
                with self._read_beside([self._main()]) as (main,):
                    write_csv(path, main.headings, main.rows, ready=main.ready)
            case ExportFormat.XLSX:
                with self._read_beside([self._main(), *self._tables()]) as sheets:
                    write_workbook(path, [*sheets, self._about()])
            case ExportFormat.JSON:
                self._write_json(path)

    @contextmanager
    def _read_beside(self, sheets: Sequence[Sheet]) -> Iterator[list[Sheet]]:
        """The same sheets, their rows read by a second process, ready for the kind of file.

        To be written in their order.
        """

        def packed() -> Iterator[bytes]:
            with Session(_as_of_one_moment(db.engine)) as self.session:
                for number, sheet in enumerate(sheets):
                    for piece in _pieces(sheet.rows):
                        yield _packed(number, piece, self.export.format)

        with closing(made_beside(packed)) as made:
            unpacked = (_unpacked(piece, self.export.format) for piece in made)
            each = _in_turn(unpacked, len(sheets))
            each[0] = self._counted(each[0])
            told = zip(sheets, map(chain.from_iterable, each), strict=True)
            yield [replace(sheet, rows=rows, ready=True) for sheet, rows in told]

    def _main(self) -> Sheet:
        """One row an application."""
        forms = queries.forms_used(self.session.connection(), self.call.id)
        beside = called_beside(self.call.kind)
        every = sheets.columns(forms, self.export.locale, self.call.closes_zone, beside)
        return Sheet(_("Applications"), every.headings(), self._cells(every))

    def _cells(self, every: Columns) -> Iterator[Cells]:
        cells = every.reader()
        return (cells(row, content) for row, content in self._sent(self.call.closes_zone))

    def _tables(self) -> list[Sheet]:
        """A sheet for each question that is answered in rows; each reads what was sent again."""
        forms = queries.forms_used(self.session.connection(), self.call.id)
        return [
            Sheet(table.title, table.headings(), self._rows_of(table))
            for table in sheets.tables(forms, self.export.locale)
        ]

    def _rows_of(self, table: sheets.Table) -> Iterator[Cells]:
        """Of this table: a generator in the list itself would read whichever is the last."""
        for row, content in self._sent():
            yield from table.cells(row, content)

    def _counted(self, pieces: Iterable[Sequence[T]]) -> Iterator[Sequence[T]]:
        """The same, some applications at a time, telling now and then how far it is."""
        done = 0
        for piece in pieces:
            yield piece
            told, done = done, done + len(piece)
            if told // TOLD_EVERY < done // TOLD_EVERY:
                self.progress(done)
        self.done = done

    def _sent(self, zone: str | None = None) -> Iterator[tuple[Row[Any], Content]]:
        filters = queries.filters_of(self.export)
        connection = self.session.connection()
        rows = queries.rows(connection, self.actor, self.call.id, filters, zone=zone)
        for row in rows:
            yield row, loads(row[-1]) if row[-1] else {}

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

    def _write_json(self, path: Path) -> None:
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
        with path.open("wb") as file:
            file.write(dumps(head, option=sheets.JSON).removesuffix(b"}"))
            file.write(b',\n"applications": [')
            between = b"\n"
            apart = sheets.kept_apart(queries.forms_used(self.session.connection(), call.id))
            for piece in self._counted(_pieces(self._sent())):
                told = (sheets.as_json(row, content, apart) for row, content in piece)
                file.write(between + b",\n".join(dumps(one, option=sheets.JSON) for one in told))
                between = b",\n"
            file.write(b"\n]}\n")


def _pieces(rows: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(rows)
    while piece := list(islice(rows, PIECE)):
        yield piece


# Cells are made ready for the kind of file where the bytes do not say that they are: no text is
# longer than its row, and before the sign of a formula stands a quotation mark.


def _packed(number: int, rows: Sequence[Cells], kind: ExportFormat) -> bytes:
    """Rows of a sheet for the other process, as JSON: in a tenth of what pickling takes."""
    packed = [dumps(row) for row in rows]
    piece = b",".join(packed)
    if kind is ExportFormat.XLSX and (_to_spell(piece) or max(map(len, packed)) > MOST_CHARACTERS):
        piece = b",".join(
            dumps(spelt(row)) if len(told) > MOST_CHARACTERS or _to_spell(told) else told
            for row, told in zip(rows, packed, strict=True)
        )
    return b"[%d,[%b]]" % (number, piece)


def _to_spell(told: bytes) -> bool:
    return any(sign in told for sign in _MAY_BE_SPELT)


def _unpacked(piece: bytes, kind: ExportFormat) -> tuple[int, Sequence[Cells]]:
    number, rows = loads(piece)
    if kind is ExportFormat.CSV and _MAY_BEGIN_A_FORMULA.search(piece):
        rows = [guarded(row) for row in rows]
    return number, rows


def _in_turn(pieces: Iterator[Any], number: int) -> list[Iterator[Sequence[Cells]]]:
    """Of each of so many sheets some rows after others: pieces begin with their sheet's number."""
    ahead: list[Any] = []

    def rows_of(sheet: int) -> Iterator[Sequence[Cells]]:
        while (piece := ahead.pop() if ahead else next(pieces, None)) is not None:
            if piece[0] != sheet:
                ahead.append(piece)
                return
            yield piece[1]

    return [rows_of(sheet) for sheet in range(number)]
