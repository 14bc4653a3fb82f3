"""Two academic calendars one above the other, as places in a drawing. Pure.

Places are percents of the width, so that the drawing fits every screen without a script.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.exchanges.overlap import Span

MARGIN = timedelta(days=20)


@dataclass(frozen=True, slots=True)
class Bar:
    """A time in a row of the drawing; `kind` is how it is painted: teaching, exams, stay."""

    kind: str
    name: str
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """The calendar of one university."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Rows over the months; `months` are the first days of each with their places."""

    months: tuple[tuple[float, date], ...]
    rows: tuple[Row, ...]


def drawn(stay: Span, calendars: Iterable[tuple[str, Sequence[tuple[str, Span]]]]) -> Drawing:
    """The stay above, and under it what lies around it in each calendar: (name, (kind, span)…)."""
    named = [(name, list(spans)) for name, spans in calendars]
    spans = [span for _, row in named for _, span in row]
    first = min([stay.first, *(span.first for span in spans)]) - MARGIN
    last = max([stay.last, *(span.last for span in spans)]) + MARGIN
    whole = (last - first).days + 1

    def bar(kind: str, span: Span) -> Bar:
        left = 100 * (span.first - first).days / whole
        return Bar(kind, span.name, round(left, 2), round(100 * span.days / whole, 2))

    rows = tuple(Row(name, tuple(bar(kind, span) for kind, span in row)) for name, row in named)
    months = []
    month = date(first.year, first.month, 1)
    while month <= last:
        if month >= first:
            months.append((round(100 * (month - first).days / whole, 2), month))
        month = (month + timedelta(days=32)).replace(day=1)
    return Drawing(tuple(months), rows)


def near(stay: Span, terms: Iterable[Span], *, days: int = 75) -> list[Span]:
    """The terms that somebody who plans this stay has to look at."""
    around = timedelta(days=days)
    return [t for t in terms if t.last >= stay.first - around and t.first <= stay.last + around]
