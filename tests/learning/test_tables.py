"""What a learning agreement says: one fingerprint for one content, and no change hidden."""

import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.learning.tables import (
    Fault,
    Row,
    Table,
    Tables,
    difference,
    faults,
    fingerprint_of,
    next_key,
    totals,
)
from tests.learning.signing import DEEP, ELECTIVE, MACHINES, ROBOTS, ROWS

FIRST = date(2027, 4, 6)
USUAL = Tables("ex-1-1", FIRST, date(2027, 8, 3), ROWS)
TEXTS = st.text('ab\u00e9\u17d2"', max_size=4)
CREDITS = st.fractions(min_value=0, max_value=100, max_denominator=100)
B_KEYS = st.lists(st.sampled_from(["B1", "B2", "B3"]), max_size=3).map(tuple)


def rows_of(table: Table) -> st.SearchStrategy[list[Row]]:
    one = st.builds(
        Row,
        st.integers(1, 12).map(lambda n: f"{table}{n}"),
        *[TEXTS, TEXTS, CREDITS, st.sampled_from(["", "ects", "ucts"]), TEXTS],
        st.sampled_from(["", "en", "ja"]),
        st.just(()) if table is Table.RECOGNISED else B_KEYS,
        st.booleans(),
    )
    return st.lists(one, max_size=3, unique_by=lambda row: row.key)


ALL_TABLES = st.builds(
    Tables,
    st.just("ex-1-1"),
    st.integers(0, 3).map(lambda days: FIRST + timedelta(days)),
    st.just(date(2027, 8, 3)),
    st.tuples(*(rows_of(table) for table in Table)).map(lambda three: tuple(sum(three, []))),
)

# A machine that is busy draws slowly; what is drawn is small.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A small edit: of which row, what of it, and to which of some values.
EDITS = st.tuples(
    st.sampled_from([row.key for row in ROWS]),
    st.sampled_from(["title", "credits", "counts_as", "take out", "days"]),
    st.integers(1, 3),
)


def edited(content: Tables, key: str, what: str, to: int) -> Tables:
    if what == "days":
        return replace(content, first_on=FIRST + timedelta(to))
    others = tuple(row for row in content.rows if row.key != key)
    if what == "take out" or len(others) == len(content.rows):
        return replace(content, rows=others)
    row = next(row for row in content.rows if row.key == key)
    values = {"title": f"Course {to}", "credits": Fraction(to), "counts_as": (f"B{to}",)}
    return replace(content, rows=(*others, replace(row, **{what: values[what]})))


@PATIENT
@given(ALL_TABLES, st.randoms())
def test_the_order_of_writing_is_no_content(content, chance) -> None:
    rows = [replace(row, counts_as=(*row.counts_as[::-1], *row.counts_as)) for row in content.rows]
    chance.shuffle(rows)
    assert replace(content, rows=tuple(rows)).fingerprint == content.fingerprint


@PATIENT
@given(ALL_TABLES, ALL_TABLES)
def test_the_same_fingerprint_is_the_same_content(one, other) -> None:
    assert (one.fingerprint == other.fingerprint) == (one == other)


@PATIENT
@given(ALL_TABLES)
def test_what_is_kept_is_read_back_and_hashed_again_alike(content) -> None:
    again = Tables.from_text(content.text)
    assert again == content
    assert fingerprint_of(content.text) == again.fingerprint
    assert json.loads(content.text)["of"] == "ex-1-1"


@PATIENT
@given(ALL_TABLES, ALL_TABLES)
def test_no_change_is_hidden(before, after) -> None:
    seen = difference(before, after)
    assert bool(seen) == (before != after)
    rows = {row.key: row for row in before.rows}
    for change in seen.rows:
        assert rows.get(change.key) == change.before
        rows.pop(change.key, None)
        if change.after:
            rows[change.key] = change.after
    assert set(rows.values()) == set(after.rows)
    assert (seen.days_before is None) == (before.first_on == after.first_on)


def test_equal_credits_are_equal_however_they_are_written() -> None:
    halves = replace(DEEP, credits=Fraction(4, 2))
    assert replace(USUAL, rows=(halves, *ROWS[1:])).fingerprint == USUAL.fingerprint
    more = replace(DEEP, credits=Fraction(5, 2))
    changed = difference(USUAL, replace(USUAL, rows=(more, *ROWS[1:]))).rows
    assert [(one.key, one.fields) for one in changed] == [("A1", ("credits",))]


def test_keys_go_on_after_the_last_and_rows_stand_in_order() -> None:
    assert next_key(Table.STUDIED, ["A1", "A10", "B11"]) == "A11"
    assert next_key(Table.VIRTUAL, ["A1"]) == "C1"
    rows = [replace(DEEP, key=key) for key in ("A10", "A2", "A1")]
    assert [row.key for row in Tables("x", FIRST, FIRST, tuple(rows)).rows] == ["A1", "A2", "A10"]
    for wrong in ("", "A0", "D1", "A", "1A"):
        with pytest.raises(ValueError, match="no key"):
            Row(wrong, "Deep learning")
    with pytest.raises(ValueError, match="the same key"):
        Tables("x", FIRST, FIRST, (DEEP, DEEP))


def test_sums_are_by_system() -> None:
    other = replace(ROBOTS, system="ects", credits=Fraction(9, 2))
    assert totals([DEEP, other, ROBOTS]) == {"jp-tani": 4, "ects": Fraction(9, 2)}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (ROWS, []),
        ((), [(None, Fault.NOTHING_STUDIED)]),
        (
            (replace(DEEP, counts_as=()),),
            [(None, Fault.NOTHING_RECOGNISED), ("A1", Fault.UNLINKED)],
        ),
        ((replace(DEEP, counts_as=(), unrecognised=True),), []),
        (
            (replace(DEEP, unrecognised=True), MACHINES),
            [("A1", Fault.LINKED_AND_NOT)],
        ),
        ((DEEP, MACHINES, ELECTIVE), [("B2", Fault.FOR_NOTHING)]),
        (
            (replace(DEEP, counts_as=("B1", "B7")), MACHINES),
            [("A1", Fault.LINKED_TO_NOTHING)],
        ),
        (
            (DEEP, replace(DEEP, key="A2", code="ai-501"), MACHINES),
            [("A2", Fault.CODE_TWICE)],
        ),
        ((replace(DEEP, key="C1"), MACHINES), []),
        (
            (replace(DEEP, title="", credits=Fraction(0)), MACHINES),
            [("A1", Fault.NO_TITLE), ("A1", Fault.NO_CREDITS)],
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_row(rows, found) -> None:
    assert faults(replace(USUAL, rows=rows)) == found


def test_a_stay_ends_after_it_begins() -> None:
    assert (None, Fault.DAYS) in faults(replace(USUAL, last_on=date(2027, 4, 5)))
