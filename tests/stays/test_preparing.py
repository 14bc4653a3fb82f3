"""The list before arrival, as the pure rules make it."""

from datetime import date, timedelta

from app.stays.preparing import Line, Step, due_on, endangers_arrival, expected, needs, reports
from app.stays.states import ReportKind, Side

ARRIVAL = date(2027, 4, 1)


def steps(*args) -> list[Step]:
    return [need.step for need in needs(*args)]


def lines(nationality: str, host: str, days: int, settled: tuple[Step, ...] = ()) -> list[Line]:
    return [
        Line(need.step, due_on(need, ARRIVAL), need.step in settled)
        for need in needs({nationality}, host, days)
    ]


def test_more_than_ninety_days_in_japan_want_a_certificate_of_eligibility() -> None:
    assert Step.ELIGIBILITY_CERTIFICATE not in steps({"TH"}, "JP", 90)
    assert Step.ELIGIBILITY_CERTIFICATE in steps({"TH"}, "JP", 91)
    assert Step.ELIGIBILITY_CERTIFICATE not in steps({"TH"}, "VN", 200)


def test_who_is_at_home_there_needs_no_leave_to_enter() -> None:
    assert Step.VISA in steps({"TH"}, "JP", 200)
    assert Step.VISA not in steps({"TH", "JP"}, "JP", 200)
    assert {Step.INSURANCE, Step.HOUSING, Step.TRAVEL} <= set(steps({"JP"}, "JP", 200))


def test_days_are_counted_back_from_the_arrival() -> None:
    found = {need.step: (need.side, due_on(need, ARRIVAL)) for need in needs({"TH"}, "JP", 200)}
    assert found[Step.ELIGIBILITY_PAPERS] == (Side.PERSON, date(2026, 11, 12))
    assert found[Step.ELIGIBILITY_CERTIFICATE] == (Side.HOST, date(2027, 2, 11))
    assert found[Step.VISA] == (Side.PERSON, date(2027, 3, 4))


def test_what_waits_for_something_is_due_after_it() -> None:
    for host, days in (("JP", 200), ("JP", 30), ("SG", 100)):
        found = {need.step: need for need in needs({"KH"}, host, days)}
        for need in found.values():
            for before in need.after:
                if before in found:
                    assert due_on(found[before], ARRIVAL) < due_on(need, ARRIVAL)


def test_a_late_certificate_moves_the_visa_and_the_ticket_and_endangers_the_arrival() -> None:
    settled = (Step.ELIGIBILITY_PAPERS,)
    in_time = expected(lines("TH", "JP", 200, settled), date(2027, 1, 10))
    assert in_time[Step.VISA] == date(2027, 3, 4)
    assert endangers_arrival(in_time, ARRIVAL) == []
    late = expected(lines("TH", "JP", 200, settled), date(2027, 3, 11))
    assert late[Step.ELIGIBILITY_CERTIFICATE] == date(2027, 3, 11)
    assert late[Step.VISA] == date(2027, 4, 1)
    assert late[Step.TRAVEL] == date(2027, 4, 8)
    assert endangers_arrival(late, ARRIVAL) == [Step.TRAVEL, Step.ARRIVAL]


def test_what_is_settled_moves_nothing() -> None:
    every = tuple(need.step for need in needs({"TH"}, "JP", 200))
    assert expected(lines("TH", "JP", 200, every), date(2027, 6, 1)) == {}


def test_a_long_stay_owes_a_report_at_half_time_too() -> None:
    last = ARRIVAL + timedelta(days=180)
    assert reports(ARRIVAL, last) == [(ReportKind.FINAL, last + timedelta(days=30))]
    longer = last + timedelta(days=2)
    kinds = dict(reports(ARRIVAL, longer))
    assert kinds[ReportKind.INTERIM] == ARRIVAL + timedelta(days=91)
    assert kinds[ReportKind.FINAL] == longer + timedelta(days=30)
