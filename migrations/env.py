"""How Alembic reaches the database: over the connection it is given, else by the settings."""

import sys
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine

sys.path.insert(0, str(Path(__file__).parents[1]))

import app.factory  # noqa: F401 - maps every model
from app.foundation.database import Base, UtcDateTime
from app.foundation.once import RequestKey  # noqa: F401
from config import Settings
from migrations.models import everything

everything()


def render_item(kind: str, item: object, autogen: object) -> str | bool:
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from app.foundation.database import UtcDateTime")  # type: ignore[attr-defined]
        return "UtcDateTime()"
    if kind == "type" and type(item).__module__.startswith("flask_security"):
        return "sa.UnicodeText()"
    return False


def include_object(
    _item: object, name: str | None, kind: str, _reflected: bool, _other: object
) -> bool:
    """Leave out what 0002 and 0067 make by hand: FTS5's tables, PostgreSQL's facets, tsvector."""
    if kind == "table":
        return not (name or "").startswith("search_word")
    indexes = {"ix__search_document__lexemes", "ix__search_document__slice"}
    return name not in {"lexemes", "facets", *indexes}


def run(connection: Connection) -> None:
    """Migrate in one transaction. SQLite rebuilds tables, so its foreign keys rest meanwhile."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.rollback()
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    connection = connection.execution_options(writes=True)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        render_item=render_item,
        compare_type=True,
        include_object=include_object,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
            msg = f"the migration left rows that point nowhere: {broken[:5]}"
            raise RuntimeError(msg)
    if connection.in_transaction():
        connection.commit()
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(Settings.from_environment().database_url).connect() as opened:
        run(opened)
