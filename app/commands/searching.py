"""Trying the product's own search on a file of cases, in a database of its own."""

import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.work import Work


@click.command("search-check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def search_check(file: Path) -> None:
    """Index the documents of FILE in a fresh database and print each case's verdict."""
    from app.foundation.search.check import index_cases, try_cases

    cases = _read(file)
    with _fresh_database() as url, _work_on(url) as work:
        ids = index_cases(work, cases)
        verdicts = list(try_cases(work.session, cases, ids))
    for verdict in verdicts:
        said = "ok" if verdict.passed else "FAILED"
        click.echo(f"{verdict.case:6} {verdict.level:6} {said:6} {verdict.query}")
        for what, documents in (("missed", verdict.missed), ("wrong", verdict.wrong)):
            for document in documents:
                click.echo(f"{'':20} {what}: {document}")
    must = [v for v in verdicts if v.level == "must"]
    failed = sum(not v.passed for v in must)
    click.echo(f"{len(must) - failed} passed, {failed} failed")
    if failed:
        raise SystemExit(1)


@contextmanager
def _work_on(url: str) -> Iterator[Work]:
    """A unit of work on a database that is thrown away: nothing needs to be kept at its end."""
    from app.foundation import schema

    engine = create_engine(url)
    schema.bring_up_to_date(engine)
    with Session(engine) as session:
        yield Work(session, SYSTEM, clock.now())
    engine.dispose()


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        cases = json.loads(file.read_text(encoding="utf-8"))
        cases = cases["cases"] if isinstance(cases, dict) else cases
        return [
            {
                "id": case["id"],
                "query": str(case["query"]),
                "must_find": [str(t) for t in case.get("must_find", ())],
                "must_not_find": [str(t) for t in case.get("must_not_find", ())],
                "level": str(case.get("level", "must")),
            }
            for case in cases
        ]
    except (ValueError, KeyError, TypeError) as error:
        click.echo(f"{file}: no file of search cases ({error!r})", err=True)
        raise SystemExit(2) from None


@contextmanager
def _fresh_database() -> Iterator[str]:
    """A database for this once: a temporary file, or one beside the one in DATABASE_URL."""
    configured = current_app.config["SETTINGS"].database_url
    if not os.environ.get("DATABASE_URL") or configured.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="search-check-") as folder:
            yield f"sqlite:///{folder}/cases.sqlite"
        return
    name = f"search_check_{secrets.token_hex(6)}"
    server = create_engine(configured, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield make_url(configured).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
