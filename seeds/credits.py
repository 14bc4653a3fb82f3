"""Units and rules of credits, caps, grades, and the levels that scores stand for.

What is read here is loaded by `seeds.reference` into the tables that pages and operations ask.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from app.accounts.states import LanguageLevel
from app.exchanges.credits import Cap, Rounding, Rule, Unit, Way
from app.exchanges.grades import GradeBand, GradeTable
from app.exchanges.levels import Band
from seeds.tables import BrokenRow, Row, rows_of

DATA = Path(__file__).parent / "data"
GRADES_FROM = "https://www.g2.kaiyodai.ac.jp/oqeanous/eng/faculty/creditandscore.html"
NOT_PUBLISHED = "NOT PUBLISHED"


@dataclass(frozen=True, slots=True)
class Tables:
    """All the tables, checked."""

    units: tuple[Unit, ...]
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...]
    bands: tuple[Band, ...]
    grades: GradeTable


def credit_units(folder: Path = DATA) -> tuple[Unit, ...]:
    """The units, each with what it is in UCTS. Raises BrokenRow."""
    columns = "scheme unit_name per_1_ucts source"
    rows = rows_of(folder / "credit_units.csv", *columns.split())
    return tuple(
        Unit(
            _said(row, "scheme", 40),
            None if row["per_1_ucts"] == NOT_PUBLISHED else _number(row, "per_1_ucts"),
            _said(row, "source"),
            row["unit_name"],
        )
        for row in _once(rows, "scheme")
    )


def credit_rules(folder: Path = DATA) -> tuple[Rule, ...]:
    """What tables say beside what follows from the units. Raises BrokenRow."""
    columns = "from to factor rounding scope since until source note"
    rows = rows_of(folder / "credit_rules.csv", *columns.split())
    once = _once(rows, "from", "to", "scope", "source", "note", "since")
    return tuple(_rule(row) for row in once)


def credit_caps(folder: Path = DATA) -> tuple[Cap, ...]:
    """How much is recognised at most, by system and level. Raises BrokenRow."""
    columns = "home_system level max_recognised_credits source note"
    rows = rows_of(folder / "credit_caps.csv", *columns.split())
    return tuple(
        Cap(
            _said(row, "home_system", 40),
            _said(row, "level", 40),
            _number(row, "max_recognised_credits"),
            _said(row, "source"),
            row["note"],
        )
        for row in _once(rows, "home_system", "level")
    )


def score_bands(folder: Path = DATA) -> tuple[Band, ...]:
    """Which CEFR level a score of a test stands for. Raises BrokenRow."""
    columns = "test least most cefr receptive since source"
    rows = rows_of(folder / "language_scores.csv", *columns.split())
    return tuple(_band(row) for row in _once(rows, "test", "least"))


def grade_table(folder: Path = DATA) -> GradeTable:
    """What the same work is graded at universities that have compared. Raises BrokenRow."""
    ours = {"reference_grade", "score"}
    bands = []
    for row in _once(rows_of(folder / "grade_table.csv", *ours), "score"):
        least, _, most = row["score"].partition("-")
        if not (least.isdecimal() and most.isdecimal() and int(least) <= int(most) <= 1000):
            raise _no(row, "score", "pair of scores")
        grades = {name: tuple(row.parts(name, ",")) for name in row.cells.keys() - ours}
        reference = _said(row, "reference_grade", 40)
        bands.append(GradeBand(reference, int(least), int(most), grades))
    return GradeTable(tuple(bands), GRADES_FROM)


def _once(rows: Iterable[Row], *columns: str) -> Iterator[Row]:
    """The rows, of which no two may say the same in these columns."""
    seen = set()
    for row in rows:
        key = tuple(row[name] for name in columns)
        if key in seen:
            raise row.broken(f"{', '.join(key)} stands here twice")
        seen.add(key)
        yield row


def _said(row: Row, column: str, longest: int = 1000) -> str:
    if not 0 < len(row[column]) <= longest:
        raise _no(row, column, f"text of 1 to {longest} characters")
    return row[column]


def _rule(row: Row) -> Rule:
    try:
        return Rule(
            _said(row, "from", 40),
            _said(row, "to", 40),
            _number(row, "factor"),
            _said(row, "source"),
            _rounding(row),
            row["scope"],
            _day(row, "since"),
            _day(row, "until"),
            row["note"],
        )
    except (ValueError, ZeroDivisionError) as wrong:
        raise row.broken(wrong) from None


def _rounding(row: Row) -> Rounding | None:
    """As in "down 1/2": the way, and the step."""
    if not row["rounding"]:
        return None
    way, _, step = row["rounding"].partition(" ")
    return Rounding(Fraction(step), Way(way))


def _band(row: Row) -> Band:
    try:
        level = LanguageLevel(row["cefr"])
    except ValueError as wrong:
        raise row.broken(wrong) from None
    return Band(
        _said(row, "test", 40),
        _number(row, "least"),
        _number(row, "most") if row["most"] else None,
        level,
        _said(row, "source"),
        receptive=row["receptive"] == "yes",
        since=_day(row, "since"),
    )


def _number(row: Row, column: str) -> Fraction:
    try:
        number = Fraction(row[column])
    except (ValueError, ZeroDivisionError):
        raise _no(row, column, "number") from None
    if number <= 0:
        raise _no(row, column, "number above nothing")
    return number


def _day(row: Row, column: str) -> date | None:
    try:
        return date.fromisoformat(row[column]) if row[column] else None
    except ValueError:
        raise _no(row, column, "day") from None


def _no(row: Row, column: str, what: str) -> BrokenRow:
    return row.broken(f"{column}: {row[column]!r} is no {what}")
