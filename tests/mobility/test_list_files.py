"""Files of nominations: which are read, and which are refused as a whole."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from app.foundation.tables import Fault, FileRefused
from app.mobility.incoming import MOST_ROWS, Why, read_list


def workbook(*rows, second=None) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if second:
        book.create_sheet("More").append(second)
    book.save(kept)
    return kept.getvalue()


def packed(content: bytes, **parts: bytes) -> bytes:
    """A workbook with further parts inside."""
    kept = io.BytesIO(content)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in parts.items():
            archive.writestr(f"xl/{name}.bin", inside)
    return kept.getvalue()


GOOD = ("student", "place"), ("a@example.org", "EXC-27-01")
BAD_FILES = [
    (b"", "a.csv", Fault.EMPTY),
    (b"\n \n", "a.csv", Fault.EMPTY),
    (b"student,place\n\xff\xfe", "a.csv", Fault.UNREADABLE_TEXT),
    (b"student\0,place", "a.csv", Fault.UNREADABLE_TEXT),
    (b'student,place\n"a', "a.csv", Fault.BROKEN_TABLE),
    (b"name,place\nA,B", "a.csv", Why.NO_COLUMNS),
    (b"student,place\n", "a.csv", Why.NO_ROWS),
    (b"student,place\na,b", "a.xlsx", Fault.BROKEN_WORKBOOK),
    (b"PK\x03\x04 no workbook", "a.xlsx", Fault.BROKEN_WORKBOOK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", Fault.OLD_WORKBOOK),
    (b"x" * (5 * 1024 * 1024 + 1), "a.csv", Fault.TOO_LARGE),
    (workbook(("nothing",)), "a.xlsx", Why.NO_COLUMNS),
    (workbook(*GOOD, ("=1+1", "EXC-27-01")), "a.xlsx", Fault.FORMULAS),
    (workbook(*GOOD, ("b@example.org", '=HYPERLINK("x")')), "a.xlsx", Fault.FORMULAS),
    (packed(workbook(*GOOD), vbaProject=b"macro"), "a.xlsx", Fault.MACROS),
    (packed(workbook(*GOOD), big=b"0" * (61 * 1024 * 1024)), "a.xlsx", Fault.SWELLS),
    (workbook(*GOOD)[:-200], "a.xlsx", Fault.BROKEN_WORKBOOK),
]


@pytest.mark.parametrize(("content", "name", "why"), BAD_FILES, ids=lambda one: str(one)[:20])
def test_a_broken_file_is_refused_as_a_whole(content, name, why) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_list(content, name)
    assert refusal.value.why is why
    assert str(refusal.value)


def test_more_rows_than_one_reads_in_a_sitting_are_refused() -> None:
    rows = "".join(f"a{n}@example.org,EXC-27-01\n" for n in range(MOST_ROWS + 1))
    with pytest.raises(FileRefused) as refusal:
        read_list(f"student,place\n{rows}".encode(), "a.csv")
    assert refusal.value.why is Fault.TOO_MANY_ROWS


def test_a_workbook_reads_like_a_table_and_numbers_lose_no_digit() -> None:
    listed = read_list(
        workbook(
            ("Student e-mail", "Posting", "Level", "Field", "GPA"),
            ("A@example.org", "exc-27-01 Keio University", 7, 613, 3.5),
            (),
            ("b@example.org", "EXC-27-02", None, None, None),
            second=("student", "place"),
        ),
        "a.xlsx",
    )
    assert listed.unknown == ["GPA"]
    first, other = listed.rows
    assert (first.student, first.place) == ("a@example.org", "EXC-27-01")
    assert (first.study_level, first.study_field, first.row) == (7, "0613", 2)
    assert (other.row, other.study_level, other.study_field, other.note) == (4, None, None, "")
