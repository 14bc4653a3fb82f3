"""The database's shape: brought up to date by Alembic, and whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

ROOT = Path(__file__).parents[2]


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def bring_up_to_date(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to `revision`, on this engine's database."""
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def take_down(engine: Engine, revision: str = "base") -> None:
    """Run the migrations back to `revision`, on this engine's database."""
    with engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def is_current(engine: Engine) -> bool:
    """Whether every migration that the code knows has run here."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        return _revision(connection) == newest


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
