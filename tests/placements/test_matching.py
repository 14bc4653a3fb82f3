"""Placing by score: what the mechanism promises, on any instance."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.placements.matching import (
    Candidate,
    Facts,
    Free,
    Verdict,
    better_claims,
    claim,
    explain,
    propose,
)

SENT = datetime(2027, 1, 5, tzinfo=UTC)


def person(number: int, score: float | None, *wishes: int, minutes: int = 0, unsuited=()):
    sent = SENT + timedelta(minutes=minutes)
    return Candidate(number, score, sent, wishes, frozenset(unsuited))


def placed(places, candidates) -> dict[int, int]:
    return {p.application_id: p.place_id for p in propose(places, candidates)}


@st.composite
def instances(draw) -> Facts:
    ids = draw(st.lists(st.integers(1, 30), min_size=1, max_size=6, unique=True))
    places = tuple(Free(i, draw(st.integers(0, 3))) for i in ids)
    wishes = st.lists(st.sampled_from([*ids, 99]), max_size=5, unique=True)
    scores = st.none() | st.integers(10, 50).map(lambda n: n / 10)
    people = tuple(
        Candidate(
            number,
            draw(scores),
            SENT + timedelta(minutes=draw(st.integers(0, 3))),
            tuple(draw(wishes)),
            frozenset(draw(st.lists(st.sampled_from(ids), max_size=1))),
        )
        for number in range(draw(st.integers(0, 12)))
    )
    return Facts(places, people)


@given(instances())
def test_no_host_is_given_more_people_than_it_has_seats(facts):
    where = list(placed(facts.places, facts.candidates).values())
    assert all(where.count(p.place_id) <= p.seats for p in facts.places)


@given(instances())
def test_a_person_is_placed_once_and_only_where_they_asked_to_be(facts):
    wishes = {c.application_id: c for c in facts.candidates}
    proposals = propose(facts.places, facts.candidates)
    assert len({p.application_id for p in proposals}) == len(proposals)
    for p in proposals:
        candidate = wishes[p.application_id]
        assert candidate.wishes[p.preference_rank - 1] == p.place_id
        assert p.place_id not in candidate.unsuited


@given(instances())
def test_nobody_is_placed_below_a_wanted_host_with_a_seat_left(facts):
    where = placed(facts.places, facts.candidates)
    taken = list(where.values())
    left = {p.place_id for p in facts.places if taken.count(p.place_id) < p.seats}
    for c in facts.candidates:
        here = where.get(c.application_id)
        wanted_more = c.wishes if here is None else c.wishes[: c.wishes.index(here)]
        assert not (set(wanted_more) - c.unsuited) & left


@given(instances())
def test_nobody_with_a_better_claim_envies_a_seat(facts):
    where = placed(facts.places, facts.candidates)
    for c in facts.candidates:
        here = where.get(c.application_id)
        wanted_more = c.wishes if here is None else c.wishes[: c.wishes.index(here)]
        for other in facts.candidates:
            if where.get(other.application_id) in set(wanted_more) - c.unsuited:
                assert claim(other) < claim(c)
    assert better_claims(facts, where) == []


@given(instances(), st.randoms())
def test_the_order_in_which_people_are_read_changes_nothing(facts, random):
    shuffled, places = list(facts.candidates), list(facts.places)
    random.shuffle(shuffled)
    random.shuffle(places)
    assert propose(places, shuffled) == propose(facts.places, facts.candidates)


@given(instances())
def test_listing_more_places_or_another_order_never_helps(facts):
    """True orders are best: for one person, no other list gives a place wanted more."""
    if not facts.candidates:
        return
    first, *rest = facts.candidates
    honest = placed(facts.places, facts.candidates).get(first.application_id)
    for lie in {first.wishes[::-1], first.wishes[1:], first.wishes[:1]}:
        liar = Candidate(first.application_id, first.score, first.submitted_at, lie, first.unsuited)
        got = placed(facts.places, [liar, *rest]).get(first.application_id)
        if got is not None:
            assert honest is not None
            assert first.wishes.index(honest) <= first.wishes.index(got)


@given(instances())
def test_every_wish_of_everybody_is_explained(facts):
    where = placed(facts.places, facts.candidates)
    explained = explain(facts, where)
    for c in facts.candidates:
        lines = explained[c.application_id]
        assert [line.place_id for line in lines] == list(c.wishes)
        assert [line.rank for line in lines] == list(range(1, len(c.wishes) + 1))
        here = [line.place_id for line in lines if line.verdict is Verdict.PROPOSED]
        assert here == [p for p in [where.get(c.application_id)] if p is not None]
        assert not {line.verdict for line in lines} & {Verdict.SEAT_FREE, Verdict.BETTER_CLAIM}


@given(instances())
def test_what_was_considered_is_kept_and_read_again(facts):
    assert Facts.from_json(facts.as_json()) == facts
    assert Facts.from_json({}) == Facts()


def test_the_lines_say_who_was_last_and_why_the_rest_is_not_needed():
    facts = Facts(
        (Free(1, 1), Free(2, 2), Free(3, 1)),
        (person(10, 4.21, 1), person(11, 4.18, 1, 2, 3), person(12, 3.0, 2)),
    )
    lines = explain(facts, placed(facts.places, facts.candidates))[11]
    assert [line.verdict for line in lines] == [
        Verdict.FULL,
        Verdict.PROPOSED,
        Verdict.NOT_NEEDED,
    ]
    assert (lines[0].last, lines[0].own) == (4.21, 4.18)
    assert (lines[1].standing, lines[1].asked) == (1, 2)


def test_of_equal_scores_the_one_sent_earlier_goes_first_and_the_other_is_told_so():
    facts = Facts((Free(1, 1),), (person(1, 4.0, 1, minutes=5), person(2, 4.0, 1)))
    where = placed(facts.places, facts.candidates)
    assert where == {2: 1}
    assert explain(facts, where)[1][0].verdict is Verdict.FULL_BY_TIE


def test_of_equal_scores_sent_at_one_moment_the_lower_number_goes_first():
    assert placed([Free(1, 1)], [person(8, 4.0, 1), person(7, 4.0, 1)]) == {7: 1}


def test_people_without_a_score_come_last():
    assert placed([Free(1, 1)], [person(1, None, 1), person(2, 1.0, 1)]) == {2: 1}


def test_a_host_that_cannot_take_a_person_is_passed_by():
    facts = Facts((Free(1, 1), Free(2, 1)), (person(1, 5.0, 99, 1, 2, unsuited=[1]),))
    where = placed(facts.places, facts.candidates)
    assert where == {1: 2}
    assert [line.verdict for line in explain(facts, where)[1]] == [
        Verdict.NOT_OFFERED,
        Verdict.UNSUITED,
        Verdict.PROPOSED,
    ]


def test_seats_that_were_given_earlier_are_said_to_be():
    facts = Facts((Free(1, 0),), (person(1, 5.0, 1),))
    assert explain(facts, {})[1][0].verdict is Verdict.GIVEN_EARLIER


def test_a_placement_by_hand_names_everybody_who_has_a_better_claim():
    facts = Facts((Free(1, 1),), (person(1, 5.0, 1), person(2, 3.0, 1)))
    assert better_claims(facts, {2: 1}) == [(1, 1)]
    assert explain(facts, {})[2][0].verdict is Verdict.SEAT_FREE
