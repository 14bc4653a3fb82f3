"""How much is taken on which days: counted here by every single day, as nobody would in earnest."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.facilities.capacity import Taken, free_from, most_taken, taken_on

FIRST = date(2027, 1, 1)


def on(number: int) -> date:
    return FIRST + timedelta(days=number)


SPANS = st.builds(
    lambda amount, first, length: Taken(amount, on(first), on(first + length)),
    st.integers(1, 9),
    st.integers(0, 30),
    st.integers(0, 15),
)


@given(st.lists(SPANS, max_size=12), st.integers(0, 40), st.integers(0, 20))
def test_the_most_of_a_span_is_the_most_of_its_days(taken, first, length) -> None:
    days = [on(first + n) for n in range(length + 1)]
    assert most_taken(taken, days[0], days[-1]) == max(taken_on(taken, one) for one in days)


@given(st.lists(SPANS, max_size=12), st.integers(1, 20), st.integers(0, 40))
def test_it_is_free_from_the_first_day_that_has_something_left(taken, available, today) -> None:
    days = (on(today + n) for n in range(80))
    free = next(one for one in days if taken_on(taken, one) < available)
    assert free_from(taken, available, on(today)) == free


def test_grants_that_touch_on_a_day_both_count_on_it() -> None:
    taken = [Taken(3, on(0), on(5)), Taken(4, on(5), on(9)), Taken(2, on(6), on(6))]
    assert most_taken(taken, on(0), on(4)) == 3
    assert most_taken(taken, on(0), on(9)) == 7
    assert most_taken(taken, on(6), on(9)) == 6
    assert most_taken([], on(0), on(9)) == 0
