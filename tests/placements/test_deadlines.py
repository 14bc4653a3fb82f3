"""Days to answer, reminders and lapses, on announced clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.placements.deadlines import end_of_day_after, may_lapse, reminder_due

RELEASED = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)  # 2 March, 05:00 in Tokyo
ANSWER_BY = end_of_day_after(RELEASED, 14, "Asia/Tokyo")


def test_the_last_day_ends_at_one_minute_to_midnight_in_the_zone_of_the_call():
    there = ANSWER_BY.astimezone(ZoneInfo("Asia/Tokyo"))
    assert there.isoformat() == "2027-03-16T23:59:00+09:00"
    assert ANSWER_BY.utcoffset() == timedelta(0)


def test_reminders_are_due_seven_and_two_days_before_and_each_once():
    def due(days: float, told: int | None):
        return reminder_due(RELEASED, ANSWER_BY, ANSWER_BY - timedelta(days=days), told)

    assert due(7.1, None) is None
    assert due(7, None) == 7
    assert due(6.5, 7) is None
    assert due(2, 7) == 2
    assert due(1, 2) is None


def test_a_worker_that_was_away_tells_only_the_last_reminder():
    assert reminder_due(RELEASED, ANSWER_BY, ANSWER_BY - timedelta(days=1), None) == 2


def test_a_reminder_whose_day_was_over_before_the_offer_left_was_never_announced():
    late = ANSWER_BY - timedelta(days=4)
    assert reminder_due(late, ANSWER_BY, ANSWER_BY - timedelta(days=3), None) is None
    assert reminder_due(late, ANSWER_BY, ANSWER_BY - timedelta(days=2), None) == 2


def test_an_offer_lapses_after_its_day_and_only_once_every_announced_reminder_is_out():
    after = ANSWER_BY + timedelta(minutes=1)
    assert not may_lapse(RELEASED, ANSWER_BY, after, None)
    assert not may_lapse(RELEASED, ANSWER_BY, after, 7)
    assert may_lapse(RELEASED, ANSWER_BY, after, 2)
    assert not may_lapse(RELEASED, ANSWER_BY, ANSWER_BY, 2)


def test_an_offer_too_short_for_reminders_lapses_without():
    short = end_of_day_after(RELEASED, 1, "Asia/Tokyo")
    assert may_lapse(RELEASED, short, short + timedelta(minutes=1), None)
