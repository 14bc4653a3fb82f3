"""Migrations: up, down and up again on both databases, and exactly the schema of the models."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from app.foundation import schema
from app.foundation.database import Base
from migrations.models import everything

everything()
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
OURS = set(Base.metadata.tables)
# PostgreSQL's own, written by hand.
OF_SEARCH = {"ix__search_document__lexemes", "ix__search_document__slice"}


@pytest.fixture
def engine(database_url):
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def shape(engine) -> dict[str, dict[str, object]]:
    """Each table's CHECKs, uniques, foreign keys and indexes, as this database tells them."""
    look = inspect(engine)
    return {
        table: {
            "checks": {c["name"]: c["sqltext"] for c in look.get_check_constraints(table)},
            "uniques": {
                (c["name"], *c["column_names"]) for c in look.get_unique_constraints(table)
            },
            "indexes": {
                i["name"]: (
                    i["unique"],
                    str(i.get("expressions") or i["column_names"]),
                    [f"{k}: {v}" for k, v in sorted(i.get("dialect_options", {}).items())],
                )
                for i in look.get_indexes(table)
                if i["name"] not in OF_SEARCH
            },
            "keys": {
                (k["name"], k["referred_table"], str(k["options"]))
                for k in look.get_foreign_keys(table)
            },
        }
        for table in sorted(OURS)
    }


def test_down_and_up_again_leaves_the_same_schema(engine) -> None:
    before = shape(engine)
    schema.take_down(engine)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    schema.bring_up_to_date(engine)
    assert shape(engine) == before
    assert schema.is_current(engine)


@pytest.mark.filterwarnings("ignore:autogenerate skipping")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_migrated_schema_is_that_of_the_models(engine) -> None:
    """Alembic compares tables, columns and indexes; CHECKs it does not see, so these we compare."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [d for d in compare_metadata(context, Base.metadata) if concerns_us(d)]
    assert found == []
    migrated = shape(engine)
    schema.take_down(engine)
    Base.metadata.create_all(engine)
    try:
        assert migrated == shape(engine)
    finally:
        Base.metadata.drop_all(engine)


def concerns_us(difference) -> bool:
    """Search keeps tables of its own, which are no models."""
    if isinstance(difference, list):
        return any(concerns_us(d) for d in difference)
    if difference[0].endswith("_index"):
        return False  # compared below, with their expressions and conditions
    subject = difference[1]
    table = getattr(subject, "table", subject)
    return str(getattr(table, "name", table)) in OURS


def test_foreign_keys_rest_while_sqlite_rebuilds_tables(sqlite_template, tmp_path) -> None:
    """A rebuilt parent would take its children along (ON DELETE CASCADE) if they did not."""
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    with engine.connect() as connection:
        told: list[int] = []
        config = schema.alembic_config()
        config.attributes["connection"] = connection
        raw = connection.connection.dbapi_connection

        def note(statement: str) -> None:
            if statement.startswith("CREATE TABLE"):
                told.append(1)
            if "foreign_keys" in statement.lower():
                told.append(0 if "OFF" in statement.upper() else 2)

        raw.set_trace_callback(note)
        schema.command.upgrade(config, "head")
        raw.set_trace_callback(None)
        assert told[0] == 0
        assert told[-1] == 2
        assert 2 not in told[:-1]
        assert raw.execute("PRAGMA foreign_keys").fetchone() == (1,)
    engine.dispose()
