"""What differs between two texts, word by word, whatever the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.differences import Kind, differences, pieces_of

TEXTS = st.text(alphabet="ab កខ គ 語 学\n.", max_size=60)


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind.value, piece.text) for piece in differences(before, after)]


def test_whole_words_are_compared() -> None:
    assert said("I study word borders.", "I study sentence borders.") == [
        ("same", "I study "),
        ("taken", "word"),
        ("added", "sentence"),
        ("same", " borders."),
    ]


def test_words_changed_side_by_side_are_one_change() -> None:
    assert said("six cold months", "nine warm months") == [
        ("taken", "six cold"),
        ("added", "nine warm"),
        ("same", " months"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "taken", "added"),
    [
        ("ខ្ញុំសិក្សាភាសាខ្មែរ", "ខ្ញុំសិក្សាភាសាអង់គ្លេស", "ភាសាខ្មែរ", "ភាសាអង់គ្លេស"),
        ("私は東京で働きます。", "私は大阪で働きます。", "東京", "大阪"),
        ("ฉันเรียนภาษาไทย", "ฉันเรียนภาษาลาว", "ไทย", "ลาว"),
    ],
)
def test_scripts_without_spaces_are_compared_by_their_words(before, after, taken, added) -> None:
    found = said(before, after)
    assert ("same", before[: before.index(taken)]) == found[0]
    assert ("taken", taken) in found
    assert ("added", added) in found


@given(TEXTS, TEXTS)
def test_both_texts_are_in_it_whole(before, after) -> None:
    found = differences(before, after)
    assert "".join(p.text for p in found if p.kind is not Kind.ADDED) == before
    assert "".join(p.text for p in found if p.kind is not Kind.TAKEN) == after
    assert "".join(pieces_of(before)) == before


def test_equal_and_empty_texts_say_so() -> None:
    assert said("", "") == []
    assert said("a", "a") == [("same", "a")]
    assert said("", "new") == [("added", "new")]
