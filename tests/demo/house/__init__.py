"""The demo, made once for all tests, and people of it who browse without leaving a trace.

It is played through the operations into SQLite, once however many test processes there are;
PostgreSQL receives the same rows. Tests of one process share a house, for nothing they send stays.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from app.factory import create_app
from app.foundation import schema
from app.foundation.database import db
from tests.demo.house.added import add_what_is_not_played
from tests.demo.house.making import make_demo, on_server, pour, settings_of_demo
from tests.demo.house.people import UNDONE, Answer, House

__all__ = ["UNDONE", "Answer", "House", "opened"]


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the demo; test processes of one run share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "demo"
    folder.mkdir(exist_ok=True)
    return make_demo(folder)


@contextmanager
def opened(request: pytest.FixtureRequest, instance: Path, name: str) -> Iterator[House]:
    """A copy of the demo on the database that the fixture's parameter says, gone afterwards."""
    made: Path = request.getfixturevalue("demo_made")
    ignored = shutil.ignore_patterns("lontar.sqlite*")
    shutil.copytree(made, instance, ignore=ignored, dirs_exist_ok=True)
    server, name = "", f"lontar_{name}_{os.getpid()}"
    if request.param == "sqlite":
        shutil.copy(made / "lontar.sqlite", instance)
        url = f"sqlite:///{instance / 'lontar.sqlite'}"
    else:
        server = request.getfixturevalue("postgresql_server")
        on_server(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        engine = create_engine(url)
        schema.bring_up_to_date(engine)
        pour(made / "lontar.sqlite", engine)
        engine.dispose()
    app = create_app(settings_of_demo(url, instance), TESTING=True)
    # Faults are counted by their answers, and each is in the log with its trace.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    found = House(app)
    with app.app_context():
        add_what_is_not_played(found)
        db.session.remove()
    try:
        yield found
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if server:
            on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The demo, on SQLite and on PostgreSQL in turn; its tests undo what they would write."""
    with opened(request, tmp_path_factory.mktemp("house"), "house") as found:
        yield found
