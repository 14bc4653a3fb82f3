"""Signatures and changes in any order, and at the same moment."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.learning import queries
from app.learning.tables import Tables, faults
from app.mobility.states import Side
from tests.learning.changing import OTHERWISE, SAID, sides_signed
from tests.learning.signing import (
    ROWS,
    as_it_is,
    content,
    signing,
    writing,
)
from tests.learning.test_tables import EDITS, edited
from tests.racing import CLIENTS, all_at_once, rounds

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sign"), st.sampled_from(list(Side))),
        st.tuples(st.just("edit"), EDITS),
    ),
    min_size=3,
    max_size=9,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
def test_a_signature_never_survives_a_change_of_content(stay, steps) -> None:
    """Random edits and signatures through the verbs; each example goes on where one before ended."""
    if as_it_is(stay).latest_number == 0:
        writing(stay, content(stay))
    for step in steps:
        before = as_it_is(stay)
        kept = {one.number: (one.content, len(one.signatures)) for one in before.writings}
        signed = sides_signed(stay)
        if step[0] == "sign":
            side = step[1]
            whole = not faults(Tables.from_text(before.writings[-1].content))
            if side in signed or not whole:
                with pytest.raises(RuleBroken):
                    signing(stay, side)
            else:
                signing(stay, side)
                assert sides_signed(stay) == signed | {side}
            expected = sides_signed(stay)
        else:
            newest = queries.newest(before)
            assert newest is not None
            said = edited(Tables.from_text(newest.content), *step[1])
            if said.fingerprint == newest.fingerprint:
                continue
            writing(stay, said, by=Side.HOME, **SAID)
            expected = frozenset()
        after = as_it_is(stay)
        assert sides_signed(stay) == expected
        assert all(
            after.writings[number - 1].content == said for number, (said, _n) in kept.items()
        )
        for one in after.writings:
            assert Tables.from_text(one.content).fingerprint == one.fingerprint
            assert {s.fingerprint for s in one.signatures} <= {one.fingerprint}
        if after.agreed_number is not None:
            in_force = after.writings[after.agreed_number - 1]
            assert {s.side for s in in_force.signatures} == set(Side)
        if before.first_agreed_number is not None:
            assert after.first_agreed_number == before.first_agreed_number


@pytest.mark.race
def test_who_signs_and_who_edits_at_once(app, stay) -> None:
    """Either the edit is first and the signature refused, or the signature stays with the old."""
    writing(stay, content(stay))
    for number in rounds(6):
        seen = as_it_is(stay)
        newest = queries.newest(seen)
        assert newest is not None
        latest, fingerprint = newest.number, newest.fingerprint
        said = content(stay, *(OTHERWISE if number % 2 == 0 else ROWS))

        def edit() -> str:
            writing(stay, said, by=Side.HOME, seen=latest, **SAID)  # noqa: B023
            return "written"

        def sign(side: Side):
            def go() -> str:
                signing(stay, side, fingerprint=fingerprint)  # noqa: B023
                return "signed"

            return go

        came = all_at_once(app, [edit, *(sign(side) for side in Side)])
        assert came["written"] == 1
        assert came["signed"] + came["ChangedMeanwhile"] == 3
        after = as_it_is(stay)
        assert after.latest_number == latest + 1
        assert sides_signed(stay) == frozenset()
        assert len(after.writings[latest - 1].signatures) == came["signed"]
        assert (after.agreed_number == latest) == (came["signed"] == 3)


@pytest.mark.race
def test_all_sign_at_once_and_it_is_agreed_once(app, stay) -> None:
    for number in rounds(4):
        said = content(stay, *(OTHERWISE if number % 2 == 0 else ROWS))
        writing(stay, said, **({} if number == 0 else SAID))

        def sign(side: Side):
            def go() -> str:
                signing(stay, side)
                return side.value

            return go

        pressed_by = [*Side, *Side, Side.HOME, Side.HOME]
        came = all_at_once(app, [sign(side) for side in pressed_by])
        assert came == {**{side.value: 1 for side in Side}, "RuleBroken": CLIENTS - 3}
        assert as_it_is(stay).agreed_number == number + 1
    db.session.rollback()
    query = text("SELECT count(*) FROM audit_entry WHERE verb = 'learning.agreed'")
    assert db.session.scalar(query) == as_it_is(stay).latest_number
