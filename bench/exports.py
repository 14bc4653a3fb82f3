"""How fast applications leave as a file, and in how much memory: python bench/exports.py [ROWS].

A database of its own in a temporary folder (or the empty one that DATABASE_URL names) is filled by
`seed load` with one call of ROWS applications; with `--loaded` the one that DATABASE_URL names is
taken as it is. Each format is then written twice by a process of its own through the product's own
`make_export`; the larger memory and the median speed are shown.

Rows a second depend on the machine and its hour. So a yardstick is measured in the same turns: the
simplest thing that writes such a file at all, nine columns from the driver's own cursor to Python's
csv module, with the guard against formulas. The shares of it can be compared.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

FORMATS = ("csv", "xlsx", "json")
YARDSTICK = "nine columns"
TURNS = 2
AT_A_TIME = 500
NINE_COLUMNS = """
    SELECT application.ref, application.applicant_name, application.state,
        application.submitted_at, application.score_mean, application.country_code,
        application.home_institution_name, "user".email, opportunity.ref
    FROM application
    JOIN "user" ON "user".id = application.applicant_id
    JOIN opportunity ON opportunity.id = application.opportunity_id
    WHERE application.submitted_at IS NOT NULL
"""


def main(rows: int, *, loaded: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="lontar-bench-") as folder:
        env = {**os.environ, "ENVIRONMENT": "development", "INSTANCE_PATH": folder}
        load = ["seed", "load", "--applications", str(rows), "--calls", "1"]
        for command in () if loaded else (["migrate"], ["seed", "reference"], load):
            flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
            subprocess.run(flask, check=True, env=env, stdout=subprocess.DEVNULL)
        told: dict[str, list[tuple[float, float, int]]] = {}
        for _turn in range(TURNS):
            for kind in (YARDSTICK, *FORMATS):
                told.setdefault(kind, []).append(_once(kind, env))
        _tell(os.environ.get("DATABASE_URL", "sqlite").split(":", 1)[0], told)


def _tell(database: str, told: dict[str, list[tuple[float, float, int]]]) -> None:
    print(f"| {database} | rows/s | of the yardstick | MiB over the resting process | file MB |")
    print("|---|---|---|---|---|")
    speeds = {kind: [speed for speed, *_rest in seen] for kind, seen in told.items()}
    yardstick = statistics.median(speeds[YARDSTICK])
    for kind, seen in told.items():
        median = statistics.median(speeds[kind])
        every = ", ".join(f"{speed:,.0f}" for speed in speeds[kind])
        memory, size = max(row[1] for row in seen), seen[0][2] / 1e6
        print(f"| {kind} | {every} | {median / yardstick:.2f} | {memory:.0f} | {size:.0f} |")


def _once(kind: str, env: dict[str, str]) -> tuple[float, float, int]:
    made = subprocess.run(
        [sys.executable, __file__, "--one", kind],
        check=True,
        env=env,
        capture_output=True,
        text=True,
    )
    speed, memory, size = made.stdout.split()[-3:]
    return float(speed), float(memory), int(size)


def one(kind: str) -> None:
    """In a process of its own: ask for an export, write it, and say how it went."""
    from sqlalchemy import select

    from app.accounts.models import RoleGrant, User
    from app.applications.models import Export
    from app.applications.operations import make_export
    from app.applications.states import ExportFormat
    from app.factory import create_app
    from app.files.models import StoredFile
    from app.foundation import clock
    from app.foundation.actors import SYSTEM, Role, Scope
    from app.foundation.database import db
    from app.foundation.work import unit_of_work
    from app.opportunities.models import Opportunity
    from config import Settings

    with create_app(Settings.from_environment()).app_context():
        with unit_of_work(SYSTEM) as work:
            call = work.session.scalars(select(Opportunity).order_by(Opportunity.id.desc())).first()
            # Somebody who applied elsewhere only, so that nothing is withheld.
            asker = User(
                email=f"bench-{time.time_ns()}@example.org",
                fs_uniquifier=str(time.time_ns()),
                passport_name="BENCH",
                sort_key="bench",
            )
            work.session.add(asker)
            work.session.flush()
            grant = RoleGrant(
                user_id=asker.id,
                role=Role.MANAGER,
                scope=Scope.PROGRAMME,
                scope_id=call.programme_id,
                granted_at=clock.now(),
            )
            export = Export(
                opportunity_id=call.id,
                asked_by_id=asker.id,
                asked_by_name="BENCH",
                asked_at=clock.now(),
                format=ExportFormat(kind),
                locale="en",
                recipient="nobody",
                purpose="measuring",
                filters={},
            )
            work.session.add_all([grant, export])
            work.session.flush()
            export_id = export.id
        resting = _peak()
        began = time.perf_counter()
        make_export(export_id)
        took = time.perf_counter() - began
        export = db.session.get_one(Export, export_id)
        size = db.session.get_one(StoredFile, export.file_id).size
        print(export.rows / took, _peak() - resting, size)


def nine_columns() -> None:
    """In a process of its own: the yardstick."""
    import csv

    from app.factory import create_app
    from app.foundation.database import db
    from config import Settings

    with (
        create_app(Settings.from_environment()).app_context(),
        tempfile.TemporaryFile("w+") as file,
    ):
        connection = db.engine.raw_connection()
        named = {"name": "yardstick"} if db.engine.dialect.name == "postgresql" else {}
        cursor = connection.cursor(**named)
        resting, began, rows = _peak(), time.perf_counter(), 0
        cursor.execute(NINE_COLUMNS)
        write = csv.writer(file).writerows
        while piece := cursor.fetchmany(AT_A_TIME):
            write([[_guarded(cell) for cell in row] for row in piece])
            rows += len(piece)
        file.flush()
        took = time.perf_counter() - began
        print(rows / took, _peak() - resting, file.tell())
        connection.close()


def _guarded(cell: object) -> object:
    return f"'{cell}" if type(cell) is str and cell[:1] in "=+-@\t\r" and cell else cell


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:3] == ["--one", YARDSTICK]:
        nine_columns()
    elif sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    else:
        sizes = [int(word) for word in sys.argv[1:] if word.isdigit()]
        main(sizes[0] if sizes else 100_000, loaded="--loaded" in sys.argv)
