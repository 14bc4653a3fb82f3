"""The demo played once, and the same rows in another database."""

import fcntl
import shutil
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, insert, select, text

from app.factory import create_app
from app.foundation.database import Base, db
from config import Settings


def settings_of_demo(database_url: str, instance: Path) -> Settings:
    return Settings.from_environment(
        {
            "ENVIRONMENT": "development",
            "INSTANCE_PATH": str(instance),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a secret for tests only",
            "DEMO": "1",
            "PUBLIC_URL": "http://localhost",
        }
    )


def make_demo(folder: Path) -> Path:
    """The instance folder of a played demo; whoever comes first makes it, others wait."""
    made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = folder / "half"
            shutil.rmtree(half, ignore_errors=True)
            app = create_app(settings_of_demo(f"sqlite:///{half / 'lontar.sqlite'}", half))
            with app.app_context():
                outcome = app.test_cli_runner().invoke(args=["prepare"])
                assert outcome.exit_code == 0, outcome.output
                db.session.remove()
                with db.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                db.engine.dispose()
            half.rename(made)
    return made


def pour(source: Path, target: Engine) -> None:
    """The same rows into a migrated PostgreSQL database, triggers and foreign keys at rest."""
    origin = create_engine(f"sqlite:///{source}")
    with origin.connect() as rows, target.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            connection.execute(table.delete())
            found = [dict(row) for row in rows.execute(select(table)).mappings()]
            for start in range(0, len(found), 2000):
                connection.execute(insert(table), found[start : start + 2000])
            keys = list(table.primary_key.columns)
            if len(keys) == 1 and keys[0].name == "id":
                newest = connection.scalar(select(func.max(keys[0])))
                sequence = connection.scalar(
                    text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
                )
                if newest and sequence:
                    connection.execute(
                        text("SELECT setval(:sequence, :newest)"),
                        {"sequence": sequence, "newest": newest},
                    )
    origin.dispose()


def on_server(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
