"""What a web server's process is like once it has loaded the application."""

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("typst", "PIL", "alembic", "icalendar", "recurring_ical_events", "openpyxl")
TOLD = """
import gc, json, sys, wsgi
from app.foundation.database import Base
print(json.dumps({
    "looks": gc.isenabled(),
    "aside": gc.get_freeze_count(),
    "in_use": len(gc.get_objects()),
    "ready": all(mapper.configured for mapper in Base.registry.mappers),
    "loaded": sorted(sys.modules),
    "compiled": wsgi.app.jinja_env.bytecode_cache.directory,
}))
"""


def test_a_start_sets_aside_what_it_made_and_loads_nothing_heavy(tmp_path):
    env = {**os.environ, "ENVIRONMENT": "development", "INSTANCE_PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", TOLD],
        cwd=Path(__file__).parents[2],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])

    assert told["looks"], "garbage that pages make must still be found"
    assert told["aside"] > 100_000 > told["in_use"]
    assert told["ready"]
    assert not set(HEAVY) & set(told["loaded"])
    assert Path(told["compiled"]).is_relative_to(tmp_path)
