"""Choices of a year: ranked, ordered, sent to the office at home, taken back, withdrawn."""

from datetime import date

import pytest

from app.exchanges.operations import close_nominations, say_home_dates
from app.exchanges.queries import own_university, posting_with_all
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.states import ChoicesState
from tests import make
from tests.exchanges.posting import begun, offered, opening, posting, term_of
from tests.exchanges.test_postings import pressed as on_posting
from tests.mobility.choosing import choices, nominated, opened, pressed, ranked, sent, student_of


def order(choices_id: int) -> list[int]:
    return [choice.posting_id for choice in choices(choices_id).choices]


@pytest.fixture
def six(jp) -> list[int]:
    term_id = term_of(jp)
    made = [begun(jp, offered(term_id)) for _ in range(6)]
    for one in made:
        opening(jp, one)
    return made


def test_five_places_are_ranked_and_no_more(th, six) -> None:
    student = student_of(th)
    found = ranked(student, *six[:5])
    assert ranked(student, six[0]) == found, "once is enough"
    assert order(found) == six[:5]
    with pytest.raises(RuleBroken, match="5 places of a year at most"):
        ranked(student, six[5])
    pressed(student, found, verbs.drop_choice, six[1])
    ranked(student, six[5])
    pressed(student, found, verbs.raise_choice, six[5])
    pressed(student, found, verbs.raise_choice, six[0])
    assert order(found) == [six[0], six[2], six[3], six[5], six[4]]
    assert [one.rank for one in choices(found).choices] == [1, 2, 3, 4, 5]


def test_only_places_that_one_can_be_sent_to(th, jp, vn, six) -> None:
    with pytest.raises(RuleBroken, match="in your profile"):
        ranked(make.actor(make.person()), six[0])
    with pytest.raises(RuleBroken, match="already"):
        ranked(student_of(jp), six[0])
    for_thailand = opened(jp, th)
    with pytest.raises(RuleBroken, match="These places are for students of"):
        ranked(student_of(vn), for_thailand)
    ranked(student_of(th), for_thailand)
    on_posting(jp, six[0], close_nominations)
    with pytest.raises(RuleBroken, match="not open"):
        ranked(student_of(th), six[0])
    with pytest.raises(NotFound):
        ranked(student_of(th), begun(jp, offered(posting(six[0]).term_id)))


def test_they_are_sent_whole_and_can_be_taken_back(th, six) -> None:
    student = student_of(th)
    found = ranked(student, six[0])
    with pytest.raises(RuleBroken, match="what you study"):
        pressed(student, found, verbs.send_choices)
    assert sent(student, six[0]) == found
    for do, values in ((verbs.drop_choice, (six[0],)), (verbs.raise_choice, (six[0],))):
        with pytest.raises(RuleBroken, match="Take them back"):
            pressed(student, found, do, *values)
    pressed(student, found, verbs.take_back_choices)
    pressed(student, found, verbs.drop_choice, six[0])
    with pytest.raises(RuleBroken, match="one place at least"):
        pressed(student, found, verbs.send_choices)


def test_what_closed_meanwhile_is_not_sent(th, jp, six) -> None:
    student = student_of(th)
    found = ranked(student, six[0], six[1])
    pressed(student, found, verbs.save_choices, study_level=6, field="0613", statement="")
    on_posting(jp, six[0], close_nominations)
    with pytest.raises(RuleBroken, match="are not open any more"):
        pressed(student, found, verbs.send_choices)


def test_the_day_of_the_office_at_home_holds(th, six) -> None:
    with unit_of_work(th.actor, now=make.NOW) as work:
        say_home_dates(
            work,
            work.find(posting_with_all(th.actor, posting_id=six[0])),
            work.find(own_university(th.actor, th.id)),
            tell_by=date(2026, 1, 1),
        )
    student = student_of(th)
    found = ranked(student, six[0])
    pressed(student, found, verbs.save_choices, study_level=6, field="0613", statement="")
    with pytest.raises(RuleBroken, match="wanted to hear from you earlier"):
        pressed(student, found, verbs.send_choices)


def test_after_a_nomination_they_stay(th, jp) -> None:
    place = opened(jp, th)
    student = student_of(th)
    found = sent(student, place)
    nominated(th, found, place)
    with pytest.raises(RuleBroken, match="has nominated you already"):
        pressed(student, found, verbs.take_back_choices)
    with pytest.raises(RuleBroken, match="cancel the nomination first"):
        pressed(student, found, verbs.withdraw_choices)


def test_withdrawn_another_year_begins_anew(th, six) -> None:
    student = student_of(th)
    found = ranked(student, six[0])
    pressed(student, found, verbs.withdraw_choices)
    assert choices(found).state is ChoicesState.WITHDRAWN
    with pytest.raises(RuleBroken, match="withdrawn"):
        pressed(student, found, verbs.send_choices)
    assert ranked(student, six[0]) != found


def test_who_reads_them(session, th, jp, vn, six) -> None:
    student = student_of(th)
    found = ranked(student, six[0])

    def seen(actor) -> bool:
        return found in {one.id for one in session.scalars(queries.choices_visible_to(actor))}

    assert seen(student)
    assert not seen(th.actor), "the office reads what was sent, no drafts"
    sent(student, six[0])
    assert seen(th.actor)
    for other in (jp.actor, vn.actor, student_of(th)):
        assert not seen(other)
        with pytest.raises(NotFound):
            pressed(other, found, verbs.withdraw_choices)
