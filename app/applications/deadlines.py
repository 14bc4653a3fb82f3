"""Until when letters of recommendation count, and when whoever is late is reminded. Pure."""

from datetime import datetime, timedelta

CHASED_AFTER = (timedelta(days=5), timedelta(days=12))
"""After being asked; the first two reminders."""
CHASED_BEFORE = timedelta(hours=48)
"""Before the letters' deadline; the last reminder."""


def letters_count_until(
    letters_by: datetime | None, closes_at: datetime | None, open_until: datetime | None = None
) -> datetime | None:
    """The letters' own deadline, never before that of the applications; None for no deadline.

    `open_until` is that of one letter that may come anew: it counts where it is later.
    """
    ends = [moment for moment in (letters_by, closes_at) if moment is not None]
    return max([*ends, *filter(None, [open_until])]) if ends else None


def chaser_due(asked_at: datetime, until: datetime | None, now: datetime, told: int) -> int | None:
    """Which reminder is to be sent now (1, 2 or 3, the last); None when none is.

    Of several that are due (the worker was away) only the last is told; none is told after the
    deadline, and none that would have come before the person was asked.
    """
    if until is not None and now > until:
        return None
    moments = dict(enumerate((asked_at + wait for wait in CHASED_AFTER), 1))
    if until is not None:
        last = until - CHASED_BEFORE
        moments = {n: moment for n, moment in moments.items() if moment < last}
        if last > asked_at:
            moments[3] = last
    due = [n for n, moment in moments.items() if moment <= now]
    return due[-1] if due and due[-1] > told else None
