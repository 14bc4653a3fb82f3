"""Everything jobs reads: what may be taken in hand."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, or_, select

from app.jobs.models import Job


def due(now: datetime, kinds: Collection[str]) -> Select[Job]:
    """What may be begun now and is in nobody's hands, longest waiting first.

    Only `kinds` that this process knows: a newer release may have asked for others.
    """
    return (
        select(Job)
        .where(
            Job.done_at.is_(None),
            Job.failed_at.is_(None),
            Job.cancelled_at.is_(None),
            Job.next_try_at <= now,
            or_(Job.leased_until.is_(None), Job.leased_until <= now),
            Job.kind.in_(sorted(kinds)),
        )
        .order_by(Job.next_try_at, Job.id)
    )
