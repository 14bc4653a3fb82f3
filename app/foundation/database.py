"""The declarative base, the column vocabulary, the one session, and how SQLite begins."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Engine, Enum, MetaData, String, event, types
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from app.foundation.errors import IllegalMove
from app.foundation.states import Flow

T = TypeVar("T", bound=StrEnum)
# The database does not answer, or has no connection left: come back in a moment.
AWAY = (OperationalError, InterfaceError, NoneFree)


def _as_it_is(value: Any) -> Any:
    return value


class UtcDateTime(types.TypeDecorator[datetime]):
    """A moment in UTC; refuses a datetime that does not say where it was read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime {value!r}: use work.now"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """One step for each moment that is read: a list has a hundred of them."""
        read = self.impl_instance.result_processor(dialect, coltype) or _as_it_is

        def process(kept: Any) -> datetime | None:
            value: datetime | None = read(kept)
            if value is None or value.tzinfo is UTC:
                return value
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

        return process


Key = Annotated[int, mapped_column(primary_key=True)]
Name = Annotated[str, mapped_column(String(300))]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
Code = Annotated[str, mapped_column(String(40))]
Locale = Annotated[str, mapped_column(String(20))]
CountryCode = Annotated[str, mapped_column(String(2))]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix__%(column_0_label)s",
            "uq": "uq__%(table_name)s__%(column_0_N_name)s",
            "ck": "ck__%(table_name)s__%(constraint_name)s",
            "fk": "fk__%(table_name)s__%(column_0_N_name)s__%(referred_table_name)s",
            "pk": "pk__%(table_name)s",
        }
    )


class Entity(Base):
    """A row with an identity of its own: it can be audited, linked and spoken of."""

    __abstract__ = True

    id: Mapped[Key]


# What was read stays readable after the commit, so that an answer needs no second look.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


@contextmanager
def reading() -> Iterator[Connection]:
    """For pages that read plain rows: the session's connection where somebody has opened one.

    A visitor has not, and is given one of its own: a session around it would cost as much again.
    """
    if db.session.registry.has():
        yield db.session().connection()
    else:
        with db.engine.connect() as connection:
            yield connection


def words(kind: type[T], *, name: str, length: int = 30) -> Enum:
    """A column type that stores the words of a StrEnum, with a CHECK that knows them."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=name,
        values_callable=lambda e: [s.value for s in e],
    )


def state_column(states: type[T], *, start: T) -> MappedColumn[T]:
    """Map a state as text with a CHECK; active_history lets the guard see the old value."""
    return mapped_column(
        words(states, name="state"), default=start, index=True, active_history=True
    )


def guard(attribute: Any, flow: type[Flow]) -> None:
    """Make a mapped state column refuse any change that is no move of its flow."""
    legal = flow.legal()

    @event.listens_for(attribute, "set", propagate=True)
    def _refuse(target: Any, value: StrEnum, old: Any, _initiator: Any) -> None:
        if isinstance(old, StrEnum) and value != old and (old, value) not in legal:
            msg = f"{type(target).__name__} cannot go from {old} to {value}"
            raise IllegalMove(msg)


_sentences: dict[str, str] = {}


def say_when_refused(word: str, sentence: str) -> None:
    """A trigger that refuses with `word` is answered with this sentence (a lazy message)."""
    _sentences[word] = sentence


def sentence_for(error: DBAPIError) -> str | None:
    """What to say to a person whose work a trigger of ours refused; None for any other fault."""
    said = str(error.orig)
    return next((str(text) for word, text in _sentences.items() if word in said), None)


@event.listens_for(Engine, "connect")
def _sqlite_connects(raw: Any, _record: object) -> None:
    if isinstance(raw, sqlite3.Connection):
        raw.isolation_level = None  # SQLAlchemy's own default silently loses updates
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            raw.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def _postgresql_connects(raw: Any, _record: object) -> None:
    """Set the connection up for many small questions at once.

    Compiling a plan or starting helpers costs more than it gains then, and what a search finds
    first must be the same on its next page.
    """
    if "psycopg" in type(raw).__module__:
        raw.autocommit = True
        for setting in _FOR_PAGES:
            raw.execute(f"SET {setting}")
        raw.autocommit = False


_FOR_PAGES = (
    "jit = off",
    "max_parallel_workers_per_gather = 0",
    "synchronize_seqscans = off",
)


@event.listens_for(Engine, "begin")
def _sqlite_begins(connection: Connection) -> None:
    """A unit of work takes SQLite's write lock at its start; reading pages do not."""
    if connection.dialect.name != "sqlite":
        return
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # takes no lock, so it cannot fail: the short way, since every page goes it
        connection.connection.cursor().execute("BEGIN")
