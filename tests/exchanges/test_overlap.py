"""A Japanese year from April or October over years that begin in August or January."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.overlap import Lies, Span, cuts, overlaps, stays_that_cut_nothing

SPRING = Span("spring", date(2027, 4, 5), date(2027, 7, 30))
SUMMER_QUARTER = Span("second quarter", date(2027, 6, 7), date(2027, 7, 30))
AUTUMN = Span("autumn", date(2027, 10, 1), date(2028, 2, 4))
THAI = [
    Span("second semester", date(2027, 1, 4), date(2027, 5, 14)),
    Span("first semester", date(2027, 8, 9), date(2027, 12, 10)),
]

SPANS = st.builds(
    lambda first, days: Span("a term", first, first + timedelta(days)),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(0, 300),
)


def test_a_spring_term_in_japan_cuts_the_end_of_a_semester_in_thailand():
    seen = overlaps(SPRING, THAI)
    assert [(o.days, o.lies) for o in seen] == [(40, Lies.CUT), (0, Lies.FREE)]
    assert [o.home.name for o in cuts(SPRING, THAI)] == ["second semester"]


def test_a_quarter_is_proposed_where_a_term_cuts():
    assert stays_that_cut_nothing([SPRING, SUMMER_QUARTER, AUTUMN], THAI) == [SUMMER_QUARTER]


def test_a_term_at_home_may_be_missed_whole():
    year = Span("a year", date(2027, 4, 1), date(2028, 3, 31))
    (overlap,) = overlaps(year, THAI[1:])
    assert (overlap.lies, overlap.days) == (Lies.WHOLE, THAI[1].days)
    assert cuts(year, THAI[1:]) == []


def test_the_first_and_the_last_day_count():
    exams = Span("exams", SPRING.first - timedelta(3), SPRING.first)
    assert [o.days for o in cuts(SPRING, [exams])] == [1]
    before = Span("exams", SPRING.first - timedelta(3), SPRING.first - timedelta(1))
    assert cuts(SPRING, [before]) == []


def test_a_term_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends"):
        Span("a term", date(2027, 4, 2), date(2027, 4, 1))


@given(SPANS, SPANS)
def test_what_is_shared_is_shared_by_both_and_no_longer_than_either(one, other):
    shared = one.shared_with(other)
    assert shared == other.shared_with(one)
    assert 0 <= shared <= min(one.days, other.days)
    by_day = {one.first + timedelta(n) for n in range(one.days)}
    assert shared == len(by_day & {other.first + timedelta(n) for n in range(other.days)})


@given(st.lists(SPANS, max_size=4), st.lists(SPANS, max_size=4))
def test_what_is_proposed_cuts_nothing_and_nothing_else_is_left_out(offered, at_home):
    good = stays_that_cut_nothing(offered, at_home)
    assert all(not cuts(stay, at_home) for stay in good)
    assert all(cuts(stay, at_home) for stay in offered if stay not in good)
