"""`flask work`: sends letters, does jobs and keeps the periodic duties, in any number of processes.

It outlives a lost database and a lost mail server: it says so, waits a little longer each time and
goes on. On SIGTERM or SIGINT it finishes what it has in hand and ends.
"""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.commands.duties import DUTIES, WORK
from app.foundation import clock
from app.foundation.database import db
from app.foundation.logs import say
from app.jobs import queries as jobs
from app.jobs.running import LEASE, Handler, Handlers, enter_duties, run_next
from app.notifications import queries as outbox
from app.notifications.delivery import PostOffice, deliver_due
from app.notifications.rendering import Letterhead
from app.notifications.smtp import MailServer
from config import Settings

IDLE_SECONDS = 1.0
LONGEST_PAUSE = 30.0


def handlers() -> dict[str, Handler]:
    """Every kind of job, and every duty with how often it comes round."""
    return {**DUTIES, **WORK}


def post_office(settings: Settings) -> PostOffice:
    demo = settings.mail_url == "demo:"
    return PostOffice(
        head=Letterhead(settings.site_name, settings.public_url),
        sender=settings.mail_from,
        reply_to=settings.mail_reply_to,
        server=None if demo else MailServer.from_url(settings.mail_url),
    )


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def work(*, once: bool) -> None:
    """Send mail, do jobs, keep periodic duties."""
    office, known = post_office(current_app.config["SETTINGS"]), handlers()
    if once:
        enter_duties(known)
        while one_round(office, known):
            pass
        return
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    say("work.starts")
    keep_working(lambda: one_round(office, known, stopping.is_set), known, stopping)
    say("work.ends")


def keep_working(
    round_of_work: Callable[[], bool], known: Handlers, stopping: threading.Event
) -> None:
    """Rounds, one after the other, until we are asked to stop; trouble only makes us wait."""
    trouble, entered = 0, False
    while not stopping.is_set():
        try:
            if not entered:
                enter_duties(known)
                entered = True
            busy = round_of_work()
        except SQLAlchemyError as error:
            trouble += 1
            pause = min(2.0**trouble, LONGEST_PAUSE)
            why = str(error.__cause__ or error)[:300]
            say("work.database_trouble", level=logging.ERROR, why=why, pause=pause)
            _let_go()
            stopping.wait(pause)
            continue
        trouble = 0
        if not busy:
            stopping.wait(IDLE_SECONDS)


def one_round(
    office: PostOffice,
    known: Handlers,
    stopping: Callable[[], bool] = lambda: False,
    lease: timedelta = LEASE,
) -> bool:
    """A batch of letters and one job; False when nothing was due."""
    letters_wait, jobs_wait = _what_waits(known)
    busy = letters_wait and deliver_due(office, stopping) > 0
    if jobs_wait and not stopping():
        busy = run_next(known, lease=lease) or busy
    return busy


def _what_waits(known: Handlers) -> tuple[bool, bool]:
    """Look without locking anything, so that an idle worker is in nobody's way."""
    now = clock.now()
    letter = db.session.scalar(outbox.due(now).limit(1))
    job = db.session.scalar(jobs.due(now, known).limit(1))
    db.session.rollback()
    return letter is not None, job is not None


def _let_go() -> None:
    """Forget connections that broke, so that the next round makes new ones."""
    try:
        db.session.remove()
    except SQLAlchemyError as error:
        say("work.database_trouble", level=logging.ERROR, why=str(error)[:300])
    db.engine.dispose()
