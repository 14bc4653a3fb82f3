"""How fast applications leave as a file, and in how much memory: python bench/exports.py [ROWS].

A database of its own in a temporary folder (or the empty one that DATABASE_URL names) is filled by
`seed load` with one call of ROWS applications. Each format is then written twice by a process of
its own through the product's own `make_export`; the larger memory and the median speed are shown.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

FORMATS = ("csv", "xlsx", "json")
TURNS = 2


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="lontar-bench-") as folder:
        env = {**os.environ, "ENVIRONMENT": "development", "INSTANCE_PATH": folder}
        for command in (
            ["migrate"],
            ["seed", "reference"],
            ["seed", "load", "--applications", str(rows), "--calls", "1"],
        ):
            flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
            subprocess.run(flask, check=True, env=env, stdout=subprocess.DEVNULL)
        kind = os.environ.get("DATABASE_URL", "sqlite").split(":", 1)[0]
        print(
            f"| {kind}, {rows:,} applications | rows/s | MiB over the resting process | file MB |"
        )
        print("|---|---|---|---|")
        for kind in FORMATS:
            told = [_once(kind, env) for _turn in range(TURNS)]
            speed, memory, size = zip(*told, strict=True)
            median = statistics.median(speed)
            print(f"| {kind} | {median:,.0f} | {max(memory):.0f} | {size[0] / 1e6:.0f} |")


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


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
