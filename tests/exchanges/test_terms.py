"""Terms of an agreement: no approval survives a change, whatever is edited in whatever order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.states import LanguageLevel
from app.exchanges.terms import (
    Approval,
    Changed,
    Condition,
    Fault,
    Revision,
    Terms,
    changes,
    faults,
    in_force,
    still_to_approve,
)

SIDES = frozenset({"TH-1", "JP-1"})
GOING = Condition("TH-1", "JP-1", 4, 5, 2027, 2029, ("0619", "0613"), (6, 7), "ja")
COMING = Condition("JP-1", "TH-1", 3, 5, 2027, 2030, language="en", language_level="B2")
TERMS = Terms(SIDES, (GOING, COMING))

CONDITIONS = st.builds(
    Condition,
    origin=st.sampled_from(["TH-1", "JP-1"]),
    target=st.sampled_from(["TH-1", "JP-1"]),
    places=st.integers(1, 5),
    months=st.integers(1, 12),
    first_year=st.integers(2026, 2028),
    last_year=st.integers(2028, 2031),
    fields=st.lists(st.sampled_from(["0619", "0613", "0688"]), unique=True).map(tuple),
    levels=st.lists(st.integers(6, 8), unique=True).map(tuple),
    language=st.sampled_from(["", "en", "ja"]),
    language_level=st.none() | st.sampled_from(LanguageLevel),
)
ALL_TERMS = st.lists(CONDITIONS, min_size=1, max_size=5).map(lambda c: Terms(SIDES, tuple(c)))


# --- the fingerprint


@given(ALL_TERMS, st.randoms())
def test_the_order_in_which_things_were_written_is_no_content(terms, chance):
    shuffled = list(terms.conditions)
    chance.shuffle(shuffled)
    turned = tuple(replace(c, fields=c.fields[::-1], levels=c.levels[::-1]) for c in shuffled)
    assert Terms(SIDES, turned).fingerprint == terms.fingerprint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "VN-1"),
        ("target", "VN-1"),
        ("places", 5),
        ("months", 6),
        ("first_year", 2028),
        ("last_year", 2030),
        ("fields", ("0619",)),
        ("levels", (6,)),
        ("language", "en"),
        ("language_level", LanguageLevel.B1),
    ],
)
def test_every_word_of_a_condition_is_in_the_fingerprint(name, value):
    edited = Terms(SIDES, (replace(GOING, **{name: value}), COMING))
    assert edited.fingerprint != TERMS.fingerprint


def test_who_agrees_is_in_the_fingerprint():
    assert Terms(SIDES | {"VN-1"}, TERMS.conditions).fingerprint != TERMS.fingerprint


@given(ALL_TERMS, ALL_TERMS)
def test_the_same_fingerprint_is_the_same_content(one, other):
    assert (one.fingerprint == other.fingerprint) == (one.as_json() == other.as_json())


# --- approvals


def approval(side, revision):
    return Approval(side, revision.number, revision.terms.fingerprint)


def test_in_force_when_all_sides_approved_the_same_revision():
    first = Revision(1, TERMS)
    second = Revision(2, Terms(SIDES, (GOING,)))
    words = [approval("TH-1", first), approval("JP-1", second)]
    assert in_force([first, second], words) is None
    assert still_to_approve(second, words) == {"TH-1"}
    assert in_force([first, second], [*words, approval("TH-1", second)]) == second


def test_the_one_in_force_stays_so_while_the_next_is_talked_about():
    first, second = Revision(1, TERMS), Revision(2, Terms(SIDES, (GOING,)))
    words = [approval("TH-1", first), approval("JP-1", first), approval("TH-1", second)]
    assert in_force([first, second], words) == first


def test_a_word_for_what_was_said_before_does_not_count_when_it_is_said_again():
    first, again = Revision(1, TERMS), Revision(3, TERMS)
    words = [approval("TH-1", first), approval("JP-1", again)]
    assert still_to_approve(again, words) == {"TH-1"}


def test_a_stranger_has_no_word():
    first = Revision(1, TERMS)
    assert still_to_approve(first, [approval("VN-1", first)]) == SIDES


@given(st.lists(st.tuples(st.sampled_from(["edit", *sorted(SIDES)]), ALL_TERMS, st.booleans())))
def test_nothing_is_in_force_that_a_side_did_not_see(steps):
    """Sides edit and approve at once: a side may approve the page that it opened before an edit."""
    revisions = [Revision(1, TERMS)]
    opened = dict.fromkeys(SIDES, revisions[0])
    approvals, said = [], set()
    for who, terms, looks_again in steps:
        if who == "edit":
            revisions.append(Revision(len(revisions) + 1, terms))
            continue
        if looks_again:
            opened[who] = revisions[-1]
        approvals.append(approval(who, opened[who]))
        said.add((who, opened[who].number))
    holding = in_force(revisions, approvals)
    both = [r for r in revisions if all((side, r.number) in said for side in SIDES)]
    assert holding == (both[-1] if both else None)


# --- what cannot be agreed on


def test_terms_that_are_fine_have_no_faults():
    assert faults(TERMS) == []


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (Terms(frozenset({"TH-1"}), (GOING,)), (None, Fault.ONE_SIDE)),
        (Terms(SIDES, ()), (None, Fault.NOTHING)),
        (Terms(SIDES, (GOING, GOING)), (1, Fault.TWICE)),
        (Terms(SIDES, (COMING, replace(GOING, target="VN-1"))), (1, Fault.STRANGER)),
        (Terms(SIDES, (replace(GOING, target="TH-1"),)), (0, Fault.TO_ITSELF)),
        (Terms(SIDES, (replace(GOING, places=0),)), (0, Fault.NO_PLACES)),
        (Terms(SIDES, (replace(GOING, months=0),)), (0, Fault.MONTHS)),
        (Terms(SIDES, (replace(GOING, months=61),)), (0, Fault.MONTHS)),
        (Terms(SIDES, (replace(GOING, last_year=2026),)), (0, Fault.YEARS)),
        (Terms(SIDES, (replace(GOING, fields=("061",)),)), (0, Fault.FIELD)),
        (Terms(SIDES, (replace(GOING, fields=("٠٦١٩",)),)), (0, Fault.FIELD)),
        (Terms(SIDES, (replace(GOING, levels=(4,)),)), (0, Fault.LEVEL)),
        (Terms(SIDES, (replace(COMING, language=""),)), (0, Fault.LEVEL_OF_NO_LANGUAGE)),
    ],
)
def test_what_cannot_be_agreed_on_is_named(terms, fault):
    assert fault in faults(terms)


# --- what a revision changes


def test_a_reader_sees_what_is_different_new_and_gone():
    more = replace(GOING, places=6, last_year=2030)
    research = replace(COMING, months=1)
    after = Terms(SIDES, (more, COMING, research))
    seen = changes(TERMS, after)
    assert seen == [Changed(GOING, more), Changed(None, research)]
    assert seen[0].fields == ("places", "last_year")
    assert changes(after, TERMS) == [Changed(more, GOING), Changed(research, None)]


def test_the_most_alike_are_held_against_each_other():
    long, short = replace(GOING, months=10), replace(GOING, months=1, language="en", places=1)
    seen = changes(
        Terms(SIDES, (long, short)),
        Terms(SIDES, (replace(short, places=2), replace(long, places=5))),
    )
    assert {change.fields for change in seen} == {("places",)}


@given(ALL_TERMS, ALL_TERMS)
def test_no_change_is_hidden(before, after):
    seen = changes(before, after)
    assert (not seen) == (set(map(key, before.conditions)) == set(map(key, after.conditions)))
    left = {key(c) for c in before.conditions} - {key(s.before) for s in seen if s.before}
    assert left | {key(s.after) for s in seen if s.after} == set(map(key, after.conditions))


def key(condition):
    return str(condition.as_json())


# --- places and balance


def test_places_and_balance_of_a_year():
    assert TERMS.places("TH-1", "JP-1", 2027) == 4
    assert TERMS.places("TH-1", "JP-1", 2030) == 0
    assert TERMS.balance("JP-1", "TH-1", 2027) == 1
    assert TERMS.balance("TH-1", "JP-1", 2027) == -1
    assert TERMS.balance("TH-1", "JP-1", 2030) == 3
    assert TERMS.last_year == 2030
    assert Terms(SIDES, ()).last_year is None
