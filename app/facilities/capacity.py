"""How much of a facility is taken on which days, and how much is free. Pure.

An amount holds on every day of its span: so many GPU-hours of each month, so many benches at a
time. Days count whole, first and last included.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple


class Taken(NamedTuple):
    """What one grant takes."""

    amount: int
    first_on: date
    last_on: date


def most_taken(taken: Collection[Taken], first_on: date, last_on: date) -> int:
    """The most that is taken on any one day of a span; it can only rise where a grant begins."""
    days = {first_on, *(one.first_on for one in taken if first_on <= one.first_on <= last_on)}
    return max(taken_on(taken, day) for day in days)


def taken_on(taken: Collection[Taken], day: date) -> int:
    return sum(one.amount for one in taken if one.first_on <= day <= one.last_on)


def free_from(taken: Collection[Taken], available: int, today: date) -> date | None:
    """The first day from today on, on which anything is free; None when none is known."""
    ends = {one.last_on + timedelta(days=1) for one in taken if one.last_on >= today}
    days = sorted({today, *ends})
    return next((day for day in days if taken_on(taken, day) < available), None)
