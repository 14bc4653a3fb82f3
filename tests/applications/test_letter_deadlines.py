"""When whoever is late with a letter is reminded, and until when letters count."""

from datetime import UTC, datetime, timedelta

import pytest

from app.applications.deadlines import chaser_due, letters_count_until

ASKED = datetime(2027, 1, 1, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("open_for", "after", "told", "due"),
    [
        (30 * DAY, 5 * DAY - HOUR, 0, None),
        (30 * DAY, 5 * DAY, 0, 1),
        (30 * DAY, 5 * DAY, 1, None),
        (30 * DAY, 12 * DAY, 1, 2),
        (30 * DAY, 13 * DAY, 0, 2),
        (30 * DAY, 28 * DAY, 2, 3),
        (30 * DAY, 28 * DAY, 3, None),
        (30 * DAY, 30 * DAY + HOUR, 0, None),
        (6 * DAY, 5 * DAY, 0, 3),
        (6 * DAY, 4 * DAY, 0, 3),
        (36 * HOUR, 30 * HOUR, 0, None),
        (None, 12 * DAY, 1, 2),
        (None, 90 * DAY, 2, None),
    ],
)
def test_a_reminder_is_due_on_its_day_and_once(open_for, after, told, due) -> None:
    until = None if open_for is None else ASKED + open_for
    assert chaser_due(ASKED, until, ASKED + after, told) == due


def test_letters_count_until_their_own_deadline_but_never_less_than_the_calls() -> None:
    closes, later = ASKED, ASKED + DAY
    assert letters_count_until(None, closes) == closes
    assert letters_count_until(later, closes) == later
    assert letters_count_until(closes, later) == later
    assert letters_count_until(later, None) == later
    assert letters_count_until(None, None) is None
