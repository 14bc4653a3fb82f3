"""Units and rules of credits, caps, grades, and the levels that scores stand for."""

from datetime import date
from fractions import Fraction
from pathlib import Path

from app.accounts.states import LanguageLevel
from app.exchanges.credits import Cap, Rounding, Rule, Unit, Way, rules_between
from app.exchanges.grades import GradeBand, GradeTable
from app.exchanges.levels import Band
from seeds.tables import BrokenRow, Row, rows_of

DATA = Path(__file__).parent / "data"
GRADES_FROM = "https://www.g2.kaiyodai.ac.jp/oqeanous/eng/faculty/creditandscore.html"
NOT_PUBLISHED = "NOT PUBLISHED"


def credit_units(folder: Path = DATA) -> tuple[Unit, ...]:
    """The units, each with what it is in UCTS. Raises BrokenRow."""
    rows = rows_of(folder / "credit_units.csv", "scheme", "per_1_ucts", "source")
    return tuple(
        Unit(
            row["scheme"],
            None if row["per_1_ucts"] == NOT_PUBLISHED else _number(row, "per_1_ucts"),
            row["source"],
        )
        for row in rows
    )


def credit_rules(folder: Path = DATA) -> tuple[Rule, ...]:
    """What follows from the units first, then what other tables say. Raises BrokenRow."""
    columns = "from to factor rounding scope since until source note"
    rows = rows_of(folder / "credit_rules.csv", *columns.split())
    return (*rules_between(credit_units(folder)), *(_rule(row) for row in rows))


def credit_caps(folder: Path = DATA) -> tuple[Cap, ...]:
    """How much is recognised at most, by system and level. Raises BrokenRow."""
    columns = "home_system level max_recognised_credits source note"
    return tuple(
        Cap(
            row["home_system"],
            row["level"],
            _number(row, "max_recognised_credits"),
            row["source"],
            row["note"],
        )
        for row in rows_of(folder / "credit_caps.csv", *columns.split())
    )


def score_bands(folder: Path = DATA) -> tuple[Band, ...]:
    """Which CEFR level a score of a test stands for. Raises BrokenRow."""
    columns = "test least most cefr receptive since source"
    return tuple(_band(row) for row in rows_of(folder / "language_scores.csv", *columns.split()))


def grade_table(folder: Path = DATA) -> GradeTable:
    """What the same work is graded at universities that have compared. Raises BrokenRow."""
    ours = {"reference_grade", "score"}
    bands = []
    for row in rows_of(folder / "grade_table.csv", *ours):
        least, _, most = row["score"].partition("-")
        if not (least.isdecimal() and most.isdecimal()):
            raise _no(row, "score", "pair of scores")
        grades = {name: tuple(row.parts(name, ",")) for name in row.cells.keys() - ours}
        bands.append(GradeBand(row["reference_grade"], int(least), int(most), grades))
    return GradeTable(tuple(bands), GRADES_FROM)


def _rule(row: Row) -> Rule:
    try:
        return Rule(
            row["from"],
            row["to"],
            _number(row, "factor"),
            row["source"],
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
        row["test"],
        _number(row, "least"),
        _number(row, "most") if row["most"] else None,
        level,
        row["source"],
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
