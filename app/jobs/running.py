"""Doing long work: leased, at least once, its progress kept in the same transaction as its effect.

A handler is called with the job in hand. It does its work in units of its own, and in each of them
says how far it is (`advance`) or that this was the last (`finish`): so a unit is done once, however
often the process dies, and a job that was called off, or went to somebody else because its lease
had ended, changes nothing any more.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.foundation.actors import SYSTEM
from app.foundation.errors import RuleBroken
from app.foundation.logs import say
from app.foundation.work import Work, unit_of_work
from app.jobs import queries
from app.jobs.models import Job

LEASE = timedelta(minutes=5)
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12


class NoLongerOurs(Exception):
    """The job was called off, or somebody else has it in hand."""


@dataclass(slots=True)
class JobInHand:
    """One turn at a job: what was asked for, and how far earlier turns came (`done`)."""

    id: int
    kind: str
    values: dict[str, Any]
    done: int
    leased_until: datetime
    lease: timedelta
    every: timedelta | None = None
    finished: bool = field(default=False, init=False)

    def advance(self, work: Work, *, done: int, total: int | None = None) -> None:
        """Keep, with what this unit did, how far we are. Raises NoLongerOurs."""
        row = self._row(work)
        row.done, row.total = done, row.total if total is None else total
        row.leased_until = self.leased_until = work.now + self.lease
        self.done = done

    def finish(self, work: Work, *, result_file_id: int | None = None) -> None:
        """Keep, with what this unit did, that the job is done. Raises NoLongerOurs."""
        row = self._row(work)
        row.leased_until, row.last_error = None, None
        if self.every is None:
            row.done_at, row.result_file_id = work.now, result_file_id
        else:
            row.next_try_at, row.tries, row.done = work.now + self.every, 0, 0
        self.finished = True

    def _row(self, work: Work) -> Job:
        query = select(Job).where(Job.id == self.id).with_for_update()
        row = work.session.scalars(query.execution_options(populate_existing=True)).one()
        if row.cancelled_at is not None or row.leased_until != self.leased_until:
            raise NoLongerOurs
        return row


@dataclass(frozen=True, slots=True)
class Handler:
    """What does a kind of job; `every` makes it a duty that comes round again by itself."""

    do: Callable[[JobInHand], None]
    every: timedelta | None = None


Handlers = Mapping[str, Handler]


def enter_duties(handlers: Handlers) -> None:
    """See that each periodic duty has its row; the first process to come makes it."""
    for kind, handler in handlers.items():
        # Of processes that start together one makes the row, the others are refused it.
        if handler.every is not None:
            with suppress(RuleBroken), unit_of_work(SYSTEM) as work:
                if work.session.scalar(select(Job.id).where(Job.once == kind)) is None:
                    now = work.now
                    work.session.add(Job(kind=kind, once=kind, asked_at=now, next_try_at=now))


def run_next(handlers: Handlers, *, lease: timedelta = LEASE) -> bool:
    """Take one job in hand and do it; False when none waits."""
    job = _take(handlers, lease)
    if job is None:
        return False
    try:
        handlers[job.kind].do(job)
        if not job.finished:
            with unit_of_work(SYSTEM) as work:
                job.finish(work)
        say("job.done", kind=job.kind, id=job.id)
    except NoLongerOurs:
        say("job.left", kind=job.kind, id=job.id)
    except OperationalError:
        raise  # the database went away: nothing can be written down, the lease ends by itself
    except Exception as error:  # whatever a handler does wrong, the worker goes on
        _put_off(job, error)
    return True


def _take(handlers: Handlers, lease: timedelta) -> JobInHand | None:
    with unit_of_work(SYSTEM) as work:
        query = queries.due(work.now, handlers).limit(1).with_for_update(skip_locked=True)
        row = work.session.scalars(query).one_or_none()
        if row is None:
            return None
        row.tries += 1
        every = handlers[row.kind].every
        if row.tries > MOST_TRIES and every is None:
            row.failed_at = work.now  # its handler dies each time, and takes the process along
            row.last_error = row.last_error or "it ended the program each time"
            return None
        row.leased_until = work.now + lease
        return JobInHand(row.id, row.kind, row.values, row.done, row.leased_until, lease, every)


def _put_off(job: JobInHand, error: Exception) -> None:
    """Write down what went wrong and try again later, or give up."""
    why = f"{type(error).__name__}: {error}"[:500]
    with unit_of_work(SYSTEM) as work:
        row = work.session.scalars(select(Job).where(Job.id == job.id).with_for_update()).one()
        if row.leased_until != job.leased_until:
            return
        row.leased_until, row.last_error = None, why
        row.next_try_at = work.now + wait_before_try(row.tries)
        if row.tries >= MOST_TRIES and job.every is None:
            row.failed_at = work.now
    say("job.failed", level=logging.ERROR, kind=job.kind, id=job.id, why=why)
    logging.getLogger("lontar.jobs").debug("job.failed", exc_info=error)


def wait_before_try(tries: int) -> timedelta:
    """How long to wait after so many tries: seconds at first, an hour at last."""
    return WAITS[tries - 1] if tries <= len(WAITS) else LONGEST_WAIT
