"""Asking for long work, in the transaction of its cause, and calling it off."""

from typing import Any

from sqlalchemy import select

from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.jobs.models import Job


def ask_for(work: Work, kind: str, values: dict[str, Any], *, once: str | None = None) -> Job:
    """Have `kind` done with `values` after this unit has committed; never, if it does not.

    With `once`, what was asked for before under that name is answered again, not asked twice.
    """
    if once is not None:
        asked = work.session.scalar(select(Job).where(Job.once == f"{kind}:{once}"))
        if asked is not None:
            return asked
    job = Job(
        kind=kind,
        values=values,
        once=None if once is None else f"{kind}:{once}",
        asked_by_id=work.actor.user_id,
        asked_at=work.now,
        next_try_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    return job


def cancel_job(work: Work, job: Job) -> None:
    """Call it off: a handler that is at it stops when it next tells its progress."""
    if job.done_at is not None or job.failed_at is not None:
        raise RuleBroken(_("This work is over already."))
    job.cancelled_at = work.now
