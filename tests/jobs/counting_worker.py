"""A worker for tests to kill: each job writes a row in each of its steps, then ends."""

import secrets
import time
from datetime import timedelta
from multiprocessing.synchronize import Event

from app.audit.models import AuditEntry
from app.commands.worker import one_round
from app.factory import create_app
from app.foundation.actors import SYSTEM
from app.foundation.work import unit_of_work
from app.jobs.running import Handler, JobInHand
from app.notifications.delivery import PostOffice
from app.notifications.rendering import Letterhead
from config import Settings

STEPS = 4
OFFICE = PostOffice(Letterhead("Lontar", "http://localhost"), "a@example.org", "", None)


def count(job: JobInHand) -> None:
    for step in range(job.done, STEPS):
        with unit_of_work(SYSTEM) as work:
            work.session.add(
                AuditEntry(
                    verb="step.taken",
                    subject_kind="job",
                    subject_id=job.id,
                    at=work.now,
                    details={"step": step},
                    salt=secrets.token_hex(16),
                )
            )
            work.session.flush()
            time.sleep(0.005)  # long enough to be killed in
            job.advance(work, done=step + 1, total=STEPS)
            if step + 1 == STEPS:
                job.finish(work)


HANDLERS = {"test/count": Handler(count)}


def work_until_killed(database_url: str, ready: Event) -> None:
    settings = Settings.from_environment(
        {"ENVIRONMENT": "development", "DATABASE_URL": database_url, "SECRET_KEY": "x" * 20}
    )
    with create_app(settings).app_context():
        ready.set()
        while True:
            if not one_round(OFFICE, HANDLERS, lease=timedelta(seconds=0.5)):
                time.sleep(0.05)
