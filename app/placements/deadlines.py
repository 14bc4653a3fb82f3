"""Until when an offer may be answered, when its reader is reminded, and what may be undone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

REMINDERS = (7, 2)
"""Days before the last day, in the order in which they are told."""
MORE_DAYS = 2
"""What an offer is given when its announced reminders could not be sent in time."""
LAPSE_REVERSIBLE = timedelta(hours=72)
WITHDRAWAL_REVERSIBLE = timedelta(hours=24)


def end_of_day_after(now: datetime, days: int, zone: str) -> datetime:
    """The last minute (23:59) of the day that is `days` after today, on the clocks of `zone`."""
    there = now.astimezone(ZoneInfo(zone))
    last = there.date() + timedelta(days=days)
    return datetime.combine(last, time(23, 59), tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)


def reminder_due(
    released_at: datetime, answer_by: datetime, now: datetime, told: int | None
) -> int | None:
    """Which reminder is to be sent now, in days before `answer_by`; None when none is.

    A reminder is announced only if the offer was out before its day; of several that are due
    (the worker was away) only the last is told.
    """
    due = [d for d in _announced(released_at, answer_by) if now >= answer_by - timedelta(days=d)]
    if not due or (told is not None and told <= due[-1]):
        return None
    return due[-1]


def may_lapse(released_at: datetime, answer_by: datetime, now: datetime, told: int | None) -> bool:
    """Its day is over, and every reminder that was announced has been sent."""
    announced = _announced(released_at, answer_by)
    warned = not announced or (told is not None and told <= announced[-1])
    return now > answer_by and warned


def _announced(released_at: datetime, answer_by: datetime) -> list[int]:
    return [d for d in REMINDERS if released_at < answer_by - timedelta(days=d)]
