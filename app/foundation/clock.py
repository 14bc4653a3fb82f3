"""The time of day for reading pages; operations use `work.now` instead.

`set_clock` lets a whole year be rehearsed: the demo plays a call from opening to placement, and
tests move past deadlines, without waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """The present moment in UTC, or the one that `set_clock` put in its place."""
    return _fixed.get() or datetime.now(UTC)


@contextmanager
def set_clock(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment` (aware) for everything that asks this clock."""
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
