"""The office's list with few and with a million applications, asked in turns: `make scale`.

Two databases on one PostgreSQL hold one call each, with 10,000 and 1,000,000 applications of
`seed load`. For each a process of its own answers whole pages in it, signed in as a manager; the
two are asked in turns, so that what disturbs the machine disturbs both. Told are the median and
the 95th percentile of whole pages (from the request to the last byte, in process), the time of
their statements alone, how many statements a page sends, and which indexes the list goes through.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

SIZES = (10_000, 1_000_000)
ROUNDS = 20
ALLOWED = 1.3
# Answers that many gave each, and few together.
RARE = (
    "a.field=vision&a.english=B1&a.papers.from=19&a.starts.from=2027-12&state=ineligible&sort=name"
)
# Addresses after /tracking/<call>; where there are several, the rounds take turns. `{n}` is
# another application's id each time.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "first page, by name": ("?sort=name",),
    "first page, by score": ("?sort=score",),
    "first page, longest in their state": ("?sort=since",),
    "a page in the middle": ("?sort=name&after={n}", "?sort=score&after={n}"),
    "filter: state": ("?state=in+review&sort=name", "?state=ineligible&sort=name"),
    "filter: country": ("?country=BN&sort=name", "?country=VN&sort=score"),
    "filter: state and country": ("?state=shortlisted&country=BN&sort=name",),
    "filter: score": ("?from=4.9&sort=name", "?from=2&to=2.1&sort=score"),
    "filter: 30 days in the state": ("?days=30&sort=name", "?days=30&sort=since"),
    "filter: so long in the state that nobody is": ("?days=300&sort=name",),
    "filter: officer": ("?officer={officer}&sort=name", "?officer=none&sort=score"),
    "filter: tag": ("?tag={tag}&sort=name", "?tag={tag}&sort=score"),
    "filter: a closed answer": ("?a.field=vision&sort=name", "?a.papers.from=19&sort=score"),
    "filter: two closed answers": ("?a.field=vision&a.english=C1&sort=name",),
    "filter: a closed answer that nobody gave": ("?a.field=nothing&sort=name",),
    "filter: a track that nobody chose": ("?track=nobody&sort=name",),
    "filter: four answers and a state that few share": (f"?{RARE}",),
    "search: one name": ("?q={name}&sort=name",),
    "search: a family name that many have": ("?q=nguyen&sort=name", "?q=tan&sort=score"),
    "search: another script": ("?q=สมชาย&sort=name", "?q=សុភាព&sort=name"),
    "search: a word that all have": ("?q=language&sort=name",),
    "search: nothing": ("?q=zzyzx&sort=name",),
    "search and filter": (
        "?q=nguyen&state=in+review&sort=name",
        "?q=tan&state=in+review&sort=score",
    ),
    "search and filter: 10 of 10,000, the first 250 of a million": (
        "?q=nguyen&state=shortlisted&sort=name",
    ),
    "counts: stages and countries of all calls": ("",),
    "one application, with its neighbours": ("/{n}?sort=name",),
    "one application, among four answers and a state": (f"/{{n}}?{RARE}",),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--server", help="URL of a PostgreSQL where databases may be made")
    parser.add_argument("--keep", action="store_true", help="use databases of an earlier run")
    parser.add_argument("--answer", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        answer(asked.answer)
        return
    with _server(asked.server) as server:
        urls = [_loaded(server, size, keep=asked.keep) for size in asked.sizes]
        few, many = (Answering(url) for url in urls)
        try:
            _tell(few, many, asked.sizes, asked.rounds)
        finally:
            few.end()
            many.end()


def _tell(few: "Answering", many: "Answering", sizes: tuple[int, int], rounds: int) -> None:
    print(f"| question | {sizes[0]:,}: median / p95 ms | {sizes[1]:,} | p95 by p95 ", end="")
    print("| of statements, ms | statements | goes through |\n|---|---|---|---|---|---|---|")
    for question, addresses in QUESTIONS.items():
        told: tuple[list[Any], list[Any]] = ([], [])
        for n in range(-len(addresses), rounds):
            for seen, one in zip(told, (few, many) if n % 2 else (many, few), strict=True):
                measured = one.ask(addresses[n % len(addresses)], n)
                if n >= 0:  # the first time of each is for the caches
                    seen.append((one, measured))
        first, last = ([m for t in told for by, m in t if by is one] for one in (few, many))
        lines = [[m["wall"] for m in seen] for seen in (first, last)]
        sql = [statistics.median(m["sql"] for m in seen) for seen in (first, last)]
        ratio = _p95(lines[1]) / _p95(lines[0])
        most = max(m["statements"] for m in first + last)
        plan = ", ".join(many.ask(addresses[0], 0, explain=True)["plan"])
        print(
            f"| {question} | {statistics.median(lines[0]):.1f} / {_p95(lines[0]):.1f} "
            f"| {statistics.median(lines[1]):.1f} / {_p95(lines[1]):.1f} "
            f"| {'**' if ratio > ALLOWED else ''}{ratio:.2f}{'**' if ratio > ALLOWED else ''} "
            f"| {sql[0]:.1f} → {sql[1]:.1f} | {most} | {plan} |",
            flush=True,
        )


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


class Answering:
    """A process that answers pages from one database."""

    def __init__(self, url: str) -> None:
        env = {**os.environ, "ENVIRONMENT": "development", "DATABASE_URL": url}
        self.folder = tempfile.mkdtemp(prefix="lontar-scale-")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.scale", "--answer", url],
            env={**env, "INSTANCE_PATH": self.folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, address: str, n: int, *, explain: bool = False) -> Any:
        to, back = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        to.write(json.dumps({"address": address, "n": n, "explain": explain}) + "\n")
        to.flush()
        for line in back:
            if line.startswith('{"wall"'):
                return json.loads(line)
        raise SystemExit("The process that answers has ended.")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def answer(_url: str) -> None:
    """In a process of its own: open the pages that are asked for, and say what they cost."""
    from sqlalchemy import event, func, select

    from app.applications.models import Application, CaseOfficer, Tag
    from app.factory import create_app
    from app.foundation.database import db
    from app.opportunities.models import Opportunity
    from config import Settings

    app = create_app(Settings.from_environment(), SERVER_NAME="localhost")
    client = app.test_client()
    sent: list[tuple[str, Any, float]] = []
    with app.app_context():
        call = db.session.scalar(
            select(Opportunity.id).where(Opportunity.ref.startswith("LOAD-")).limit(1)
        )
        officer = db.session.scalar(select(func.min(CaseOfficer.officer_id)))
        tag = db.session.scalar(select(func.min(Tag.id)))
        listed = select(Application.id, Application.applicant_name).where(
            Application.submitted_at.is_not(None)
        )
        first, last = db.session.execute(
            select(func.min(Application.id), func.max(Application.id))
        ).one()
        some = [
            db.session.execute(
                listed.where(Application.id >= first + (last - first) * n // 23).limit(1)
            ).one()
            for n in range(1, 23)
        ]
        engine = db.engine
        key = _signed_in(officer)
        db.session.remove()
    client.set_cookie("session", key, domain="localhost")

    def before(connection: Any, _cursor: Any, *_rest: Any) -> None:
        connection.info["began"] = time.perf_counter()

    def after(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        took = time.perf_counter() - connection.info["began"]
        if statement.lstrip().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters, took))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    for line in sys.stdin:
        asked = json.loads(line)
        row = some[asked["n"] % len(some)]
        address = asked["address"].format(
            n=row.id, name=row.applicant_name, officer=officer, tag=tag
        )
        sent.clear()
        began = time.perf_counter()
        page = client.get(f"/tracking/{call}{address}" if address else "/tracking")
        assert page.status_code == 200, (page.status_code, address)
        page.get_data()
        wall = time.perf_counter() - began
        told = {
            "wall": wall * 1000,
            "sql": sum(took for *_about, took in sent) * 1000,
            "statements": len(sent),
        }
        if asked["explain"]:
            told["plan"] = _ways(engine, sent)
        print(json.dumps(told), flush=True)


def _signed_in(user_id: int) -> str:
    """The cookie of a session that is as if this person had signed in."""
    import hashlib
    import secrets
    from datetime import timedelta

    from app.accounts.models import SessionRow, User
    from app.foundation import clock
    from app.foundation.database import db

    key, now = secrets.token_urlsafe(32), clock.now()
    user = db.session.get_one(User, user_id)
    row = SessionRow(
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
        user_id=user.id,
        data=json.dumps({"_user_id": user.fs_uniquifier, "_fresh": True}),
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=12),
    )
    db.session.add(row)
    db.session.commit()
    return key


def _ways(engine: Any, sent: list[tuple[str, Any, float]]) -> list[str]:
    """By which indexes (or "all of …") the statements about applications go."""
    found: dict[str, None] = {}
    with engine.connect() as connection:
        for statement, parameters, _took in list(sent):
            if not re.search(r"(FROM|JOIN) application\b", statement):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            for node in _nodes(plan.scalar()[0]["Plan"]):
                if node["Node Type"] == "Seq Scan":
                    found[f"all of {node['Relation Name']}"] = None
                elif "Index Name" in node:
                    found[node["Index Name"].replace("ix__", "")] = None
    return list(found)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _loaded(server: str, size: int, *, keep: bool) -> str:
    """The URL of a database with one call of so many applications, vacuumed."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url

    name = f"scale_{size}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    alone = create_engine(server, isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        known = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if keep and connection.scalar(known, {"name": name}):
            return url
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    with tempfile.TemporaryDirectory(prefix="lontar-scale-") as folder:
        env = {"ENVIRONMENT": "development", "INSTANCE_PATH": folder, "DATABASE_URL": url}
        began = time.perf_counter()
        load = ["seed", "load", "--applications", str(size), "--calls", "1"]
        for command in (["migrate"], ["seed", "reference"], load):
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", *command],
                check=True,
                env={**os.environ, **env},
                stdout=subprocess.DEVNULL,
            )
        print(f"{size:,} applications: loaded in {time.perf_counter() - began:.0f} s", flush=True)
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))  # what autovacuum does in its own time
    return url


@contextmanager
def _server(named: str | None) -> Iterator[str]:
    """The server that was named, or one of our own in a temporary folder."""
    if named:
        yield named
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise SystemExit("PostgreSQL's server is missing: apt-get install postgresql")
    folder, us = tempfile.mkdtemp(prefix="lontar-scale-pg-"), os.geteuid() == 0
    if us:
        shutil.chown(folder, "postgres")

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [found[-1] / program, "-D", f"{folder}/data", *arguments],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            **({"user": "postgres"} if us else {}),
        )

    run("initdb", "-U", "lontar", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_wal_size=4GB"
    options += " -c shared_buffers=512MB"
    run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://lontar@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
