"""Tables as files: a spreadsheet opens them, and nothing in them is ever calculated."""

import csv
import subprocess
import sys

import pytest

from app.foundation.sheets import write_csv

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


def test_a_table_without_rows_shows_its_headings(tmp_path) -> None:
    write_csv(tmp_path / "out.csv", ["Name", "Name", "=Name"], iter(()))
    assert read(tmp_path / "out.csv") == [["Name", "Name (2)", "'=Name"]]


LONG = """
import resource, sys
from pathlib import Path
from app.foundation.sheets import write_csv
most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
path = Path(sys.argv[1])
write_csv(path, ["Name"], [["x"]])
resting = most()
write_csv(path, ["Name", "Text"], (["x", "y" * 400] for number in range(300_000)))
print(most() - resting)
"""


def test_a_long_table_is_never_in_memory_as_a_whole(tmp_path) -> None:
    path = tmp_path / "long.csv"
    told = subprocess.run(
        [sys.executable, "-c", LONG, path], check=True, capture_output=True, text=True
    )
    assert path.stat().st_size > 100_000_000
    assert float(told.stdout) < 30, "MiB"
