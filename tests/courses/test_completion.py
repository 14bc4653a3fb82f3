"""When a course is completed: the rule alone, on numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courses.completion import Excused, Facts, Gap, Rule, attended, gaps, percent

RULES = st.builds(
    Rule,
    share=st.integers(0, 100),
    excused=st.sampled_from(list(Excused)),
    result=st.none() | st.integers(0, 100),
)


@st.composite
def facts(draw):
    meetings = draw(st.integers(0, 60))
    present = draw(st.integers(0, meetings))
    excused = draw(st.integers(0, meetings - present))
    return Facts(meetings, present, excused, draw(st.none() | st.integers(0, 100)))


@pytest.mark.parametrize(
    ("rule", "known", "missing"),
    [
        (Rule(80), Facts(5, 4), ()),
        (Rule(80), Facts(5, 3), (Gap.ATTENDANCE,)),
        (Rule(80), Facts(5, 3, excused=2), ()),
        (Rule(80, Excused.ATTENDED), Facts(5, 3, excused=1), ()),
        (Rule(80, Excused.ABSENT), Facts(5, 3, excused=1), (Gap.ATTENDANCE,)),
        (Rule(67), Facts(3, 2), (Gap.ATTENDANCE,)),
        (Rule(66), Facts(3, 2), ()),
        (Rule(0), Facts(0, 0), ()),
        (Rule(1), Facts(4, 0, excused=4), (Gap.ATTENDANCE,)),
        (Rule(80, result=60), Facts(5, 5, result=60), ()),
        (Rule(80, result=60), Facts(5, 5, result=59), (Gap.RESULT,)),
        (Rule(80, result=0), Facts(5, 0), (Gap.ATTENDANCE, Gap.RESULT)),
    ],
)
def test_what_is_missing(rule, known, missing) -> None:
    assert gaps(rule, known) == missing


@given(RULES, facts())
def test_a_share_is_a_share_and_never_shown_as_more_than_it_is(rule, known) -> None:
    share = attended(rule, known)
    assert 0 <= share <= 1
    assert percent(share) <= share * 100 < percent(share) + 1


@given(RULES, facts())
def test_being_there_once_more_never_takes_a_completion_away(rule, known) -> None:
    if known.present + known.excused < known.meetings:
        more = Facts(known.meetings, known.present + 1, known.excused, known.result)
        assert set(gaps(rule, more)) <= set(gaps(rule, known))
