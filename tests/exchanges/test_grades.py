"""Grades that a published table proposes."""

from itertools import pairwise

import pytest

from seeds.credits import grade_table
from seeds.tables import BrokenRow


@pytest.mark.parametrize(
    ("grade", "host", "home", "proposed"),
    [
        ("A+", "TUMSAT", "CU", ("A",)),
        ("A", "CU", "TUMSAT", ("A+", "A")),
        ("B+", "CU", "UM", ("A-",)),
        ("B", "TUMSAT", "CU", ("B+", "B")),
        ("AB", "IPB", "KU", ("B+",)),
        ("D", "UM", "IPB", ("D",)),
        ("D", "IPB", "UM", ("C+", "C", "C-", "D+", "D", "F")),
        ("Z", "UM", "IPB", ()),
        ("A", "a university that is not in it", "IPB", ()),
        ("A", "IPB", "a university that is not in it", ()),
    ],
)
def test_every_grade_that_one_may_stand_for_is_proposed(grade, host, home, proposed):
    assert grade_table().proposals(grade, host, home) == proposed


def test_the_bands_cover_every_score_once():
    bands = grade_table().bands
    assert (bands[0].most, bands[-1].least) == (100, 0)
    assert all(upper.least == lower.most + 1 for upper, lower in pairwise(bands))
    universities = {"SHOU", "TUMSAT", "KMOU", "CU", "KU", "UM", "IPB"}
    assert all(band.grades.keys() == universities for band in bands)
    assert all(all(band.grades.values()) for band in bands)


def test_a_broken_band_is_named_with_its_line(tmp_path):
    (tmp_path / "grade_table.csv").write_text("reference_grade,score,UM\nA,ninety,A\n")
    with pytest.raises(BrokenRow, match="line 2"):
        grade_table(tmp_path)
