"""Tables as files: a spreadsheet opens them, and nothing in them is ever calculated."""

import csv
import subprocess
import sys
from zipfile import ZipFile

import openpyxl
import pytest

from app.foundation.sheets import MOST_CHARACTERS, Sheet, write_csv, write_workbook

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠SUM"]


def read(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_text_in_a_cell_and_in_a_heading(tmp_path, text) -> None:
    write_csv(tmp_path / "out.csv", ["Number", text], [[1, text], [-2, "plain"]])
    assert read(tmp_path / "out.csv") == [
        ["Number", f"'{text}"],
        ["1", f"'{text}"],
        ["-2", "plain"],
    ]


def test_every_text_comes_back_as_it_was(tmp_path) -> None:
    texts = ['a "word"', "one, two", "two\nlines", "สมชาย", "ဒေါ်", "𠮷野家", " space ", "", "1.0"]
    write_csv(tmp_path / "out.csv", [f"Column {n}" for n in range(len(texts))], [texts])
    assert read(tmp_path / "out.csv")[1] == texts


def test_what_json_spells_in_its_own_way_is_spelt_as_csv_does(tmp_path) -> None:
    cells = ["null", None, 'a"b', "back\\slash", "tab\there", "], [", True, 0, -0.5, 1e21]
    write_csv(tmp_path / "out.csv", [str(n) for n in range(len(cells))], [cells, ["plain"] * 10])
    told = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    said = '"null","","a""b","back\\slash","tab\there","], [",true,0,-0.5,1e+21'
    assert told == [said, ",".join(['"plain"'] * 10)]


@pytest.mark.parametrize("cells", [["one"], ["one", "two", "three"]])
def test_a_row_of_csv_is_as_long_as_its_headings(tmp_path, cells) -> None:
    with pytest.raises(ValueError, match="not as long as its headings"):
        write_csv(tmp_path / "out.csv", ["Name", "Year"], [["x", "y"], cells])


def test_a_table_without_rows_shows_its_headings(tmp_path) -> None:
    write_csv(tmp_path / "out.csv", ["Name", "Name", "=Name"], iter(()))
    assert read(tmp_path / "out.csv") == [["Name", "Name (2)", "'=Name"]]


TEXTS = [
    "R&D",
    "1 < 2 > 0",
    "]]>",
    " two spaces ",
    "one\ntwo\n",
    '"said"',
    "=1+1",
    "007",
    "ဒေါ်",
    "សុខ ដារ៉ា",
    "𠮷野家",
]


def test_a_workbook_gives_back_every_cell_as_it_was(tmp_path) -> None:
    path = tmp_path / "out.xlsx"
    cells = [*TEXTS, None, True, False, 12, -3, 0.1, 1e21, ""]
    headings = [f"{number} & more" for number in range(len(cells))]
    write_workbook(path, [Sheet("A&B", headings, [cells]), Sheet("None", ["Name"], [])])
    book = openpyxl.load_workbook(path)
    assert list(book["A&B"].values) == [tuple(headings), (*cells[:-1], None)]
    kinds = [cell.data_type for cell in book["A&B"][2]]
    assert kinds[: len(TEXTS)] == ["s"] * len(TEXTS), "nothing is calculated"
    assert list(book["None"].values) == [("Name",)]
    assert [sheet.freeze_panes for sheet in book] == ["A2", "A2"]
    assert book["None"]["A1"].font.b


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x01b\r", "a_x0001_b_x000D_"),
        ("_x0041_", "_x005F_x0041_"),
        ("a" * (MOST_CHARACTERS + 1), "a" * (MOST_CHARACTERS - 1) + "…"),
        ("&" * MOST_CHARACTERS, "&amp;" * MOST_CHARACTERS),
    ],
)
def test_what_xml_or_a_cell_cannot_hold_is_spelt_as_spreadsheets_spell_it(
    tmp_path, text, told
) -> None:
    write_workbook(tmp_path / "out.xlsx", [Sheet("A", ["Name"], [[text]])])
    with ZipFile(tmp_path / "out.xlsx") as book:
        assert f"<t>{told}</t>".encode() in book.read("xl/worksheets/sheet1.xml")


def test_a_row_is_as_long_as_its_headings(tmp_path) -> None:
    with pytest.raises(ValueError, match="not as long as its headings"):
        write_workbook(tmp_path / "out.xlsx", [Sheet("A", ["Name", "Year"], [["x"]])])


LONG = """
import resource, sys
from pathlib import Path
from app.foundation.sheets import Sheet, write_csv, write_workbook
most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
path = Path(sys.argv[1])
write = {
    ".csv": lambda rows: write_csv(path, ["Name", "Text"], rows),
    ".xlsx": lambda rows: write_workbook(path, [Sheet("A", ["Name", "Text"], rows)]),
}[path.suffix]
write([["x", "y"]])
resting = most()
write(["x", f"{number} " + "y" * 400] for number in range(300_000))
print(most() - resting)
"""


@pytest.mark.parametrize("name", ["long.csv", "long.xlsx"])
def test_a_long_table_is_never_in_memory_as_a_whole(tmp_path, name) -> None:
    path = tmp_path / name
    told = subprocess.run(
        [sys.executable, "-c", LONG, path], check=True, capture_output=True, text=True
    )
    if path.suffix == ".csv":
        size = path.stat().st_size
    else:
        with ZipFile(path) as book:
            size = book.getinfo("xl/worksheets/sheet1.xml").file_size
    assert size > 100_000_000
    assert float(told.stdout) < 30, "MiB"
