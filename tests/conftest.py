"""An app on a database of its own, SQLite and PostgreSQL in turn, migrated and empty for each test.

Building an application and compiling its statements and templates takes longer than most tests:
a process builds one for each kind of database, and gives it to the next test as if it were new.

PostgreSQL is the one that TEST_DATABASE_URL names, else a cluster of our own in a temporary
folder, started once per test process from Debian's server binaries.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.accounts import throttle
from app.commands.preparing import compile_translations
from app.courses.queries import full_runs
from app.factory import create_app, equip
from app.foundation import page_cache, schema
from app.foundation.database import db
from app.foundation.languages import speak
from app.opportunities import unmet
from config import Settings
from tests.files.scanners import clamd, scanned  # noqa: F401 - fixtures of everybody
from tests.racing import Tally, figures


def pytest_configure(config: pytest.Config) -> None:
    """Words are compiled once, before the workers start."""
    if not hasattr(config, "workerinput"):
        compile_translations()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> object:
    """A race says in its report how often it was run, and by how many at once."""
    racing = item.get_closest_marker("race") is not None
    if racing and call.when == "setup":
        Tally.rounds, Tally.clients, Tally.unit = 0, 0, "rounds"
    if racing and call.when == "call" and Tally.rounds:
        told = {"rounds": Tally.rounds, "clients": Tally.clients, "unit": Tally.unit}
        item.user_properties.extend(told.items())
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of a campaign (make races, make kills), as rows of docs/campaigns.md."""
    if not (os.environ.get("ROUNDS") or os.environ.get("KILLS")):
        return
    ran = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    rows = [figures(r) for r in ran if r.when == "call" and dict(r.user_properties).get("rounds")]
    terminalreporter.section("what was raced")
    for row in (
        "| what | database | how often | wrong | seconds |",
        "|---|---|---|---|---|",
        *rows,
    ):
        terminalreporter.write_line(row)


pytest_plugins = ["tests.demo.figures", "tests.demo.house"]

DATABASES = ["sqlite", "postgresql"]


def postgres_binaries() -> Path:
    """Where Debian keeps the server: the newest of /usr/lib/postgresql/*/bin."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.exit("PostgreSQL's server is missing: apt-get install postgresql", returncode=3)
    return found[-1].parent


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server whose databases we may make and drop."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    binaries = postgres_binaries()
    # In memory where there is some: copying a template database is mostly writing files.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    folder = Path(tempfile.mkdtemp(prefix="lontar-pg-", dir=memory if roomy else None))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=folder)

    run(
        f"{binaries}/initdb",
        "-D",
        f"{folder}/data",
        "-U",
        "lontar",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    run(
        f"{binaries}/pg_ctl",
        "-D",
        f"{folder}/data",
        "-w",
        "-l",
        f"{folder}/log",
        "-o",
        f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=200",
        "start",
    )
    try:
        yield f"postgresql+psycopg://lontar@/postgres?host={folder}"
    finally:
        run(f"{binaries}/pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _on_server(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The migrated database that tests copy, and how: by its files is quickest, since 15."""
    name = f"lontar_template_{os.getpid()}"
    _on_server(postgresql_server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    engine = create_engine(make_url(postgresql_server).set(database=name))
    schema.bring_up_to_date(engine)
    with engine.connect() as connection:
        by_files = connection.dialect.server_version_info >= (15,)
    engine.dispose()
    return f"{name} STRATEGY FILE_COPY" if by_files else name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite"
    engine = create_engine(f"sqlite:///{file}")
    schema.bring_up_to_date(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this process keeps the database file and the instance folder of each test in turn."""
    return tmp_path_factory.mktemp("ground")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, ground: Path) -> Iterator[str]:
    """A migrated, empty database for one test; each such test runs on both kinds."""
    if request.param == "sqlite":
        file = ground / "test.sqlite"
        for beside in ("", "-wal", "-shm", "-journal"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = request.getfixturevalue("postgresql_template")
    name = f"lontar_{os.getpid()}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database_url: str, ground: Path) -> Settings:
    instance = ground / "instance"
    for kept in ("uploads", "signing-keys"):
        shutil.rmtree(instance / kept, ignore_errors=True)
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


class Browser(FlaskClient):
    """A client whose every request has a context of its own, as under a real server.

    Without it the request would share the test's session and `g`, because Flask does not push
    an application context where one of the same application is there.
    """

    def open(self, *args, **kwargs):
        db.session.commit()
        with self.application.app_context():
            return super().open(*args, **kwargs)


_built: dict[Settings, Flask] = {}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    if settings in _built:
        app = _as_if_new(_built[settings])
    else:
        app = _built[settings] = create_app(settings, TESTING=True, SERVER_NAME="localhost")
        app.test_client_class = Browser
    with app.app_context():
        speak("en", None)
        yield app
        db.session.remove()
        db.engine.dispose()


def _as_if_new(app: Flask) -> Flask:
    """Nothing that an application remembers between requests outlives a test."""
    equip(app.config["SETTINGS"])
    throttle.forget(app)
    app.extensions[page_cache.CACHE].forget()
    unmet.count_searches(app, full=full_runs)
    return app


@pytest.fixture
def session(app: Flask):
    return db.session


@pytest.fixture
def client(app: Flask):
    return app.test_client()
