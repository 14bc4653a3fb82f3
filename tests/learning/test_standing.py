"""A signature counts for what was signed, and for nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from app.learning.standing import (
    Word,
    Writing,
    agreed,
    refused_by,
    signed_by,
    standing,
    still_to_sign,
    waits_for,
)
from app.learning.states import Standing
from app.learning.tables import Tables
from app.mobility.states import Side
from tests.learning.test_tables import EDITS, PATIENT, USUAL, edited

STEPS = st.lists(
    st.tuples(st.sampled_from(["edit", "undo", *Side]), EDITS, st.booleans()), max_size=12
)


@PATIENT
@given(STEPS)
def test_a_signature_never_survives_a_change_of_content(steps) -> None:
    """Sides sign the page that they opened, be it old; content changes, and changes back again."""
    contents: list[Tables] = [USUAL]
    writings = [Writing(1, USUAL.fingerprint)]
    opened = dict.fromkeys(Side, 0)
    signatures: list[Word] = []
    given_to: dict[Side, set[int]] = {side: set() for side in Side}
    for who, edit, looks_again in steps:
        if who in ("edit", "undo"):
            content = USUAL if who == "undo" else edited(contents[-1], *edit)
            if content == contents[-1]:
                continue
            contents.append(content)
            writings.append(Writing(len(contents), content.fingerprint))
            assert still_to_sign(writings[-1], signatures) == frozenset(Side)
        else:
            side = Side(who)
            opened[side] = len(writings) - 1 if looks_again else opened[side]
            seen = writings[opened[side]]
            signatures.append(Word(side, seen.number, seen.fingerprint))
            given_to[side].add(seen.number)
        for writing in writings:
            signed = {side for side in Side if writing.number in given_to[side]}
            assert signed_by(writing, signatures) == signed
        full = [w for w in writings if all(w.number in given_to[side] for side in Side)]
        assert agreed(writings, signatures) == full


def test_the_same_words_again_are_another_writing() -> None:
    first, back = Writing(1, "a" * 64), Writing(3, "a" * 64)
    said = [Word(side, 1, "a" * 64) for side in Side]
    assert still_to_sign(first, said) == frozenset()
    assert still_to_sign(back, said) == frozenset(Side)


def test_a_forged_fingerprint_signs_nothing() -> None:
    assert signed_by(Writing(1, "a" * 64), [Word(Side.HOME, 1, "b" * 64)]) == frozenset()


def test_how_it_stands() -> None:
    one, two = Writing(1, "a" * 64), Writing(2, "b" * 64)
    first = [Word(side, 1, "a" * 64) for side in Side]
    no = [Word(Side.HOST, 2, "b" * 64)]
    assert standing([], [], []) is Standing.DRAFT
    assert standing([one], [], []) is Standing.DRAFT
    assert standing([one], first[:1], []) is Standing.WAITING
    assert standing([one], first, []) is Standing.AGREED
    assert standing([one, two], first, []) is Standing.CHANGED
    assert standing([one, two], first, no) is Standing.REFUSED
    assert standing([one, two], [*first, *no], no) is Standing.CHANGED, "they thought better of it"


def test_nobody_is_asked_before_the_first_has_signed_nor_after_a_refusal() -> None:
    one = Writing(1, "a" * 64)
    student = [Word(Side.STUDENT, 1, "a" * 64)]
    no = [Word(Side.HOST, 1, "a" * 64)]
    assert waits_for(one, [], []) == frozenset()
    assert waits_for(one, student, []) == {Side.HOME, Side.HOST}
    assert waits_for(one, student, no) == frozenset()
    assert refused_by(one, no, student) == {Side.HOST}
    assert waits_for(one, [*student, *no], no) == {Side.HOME}
