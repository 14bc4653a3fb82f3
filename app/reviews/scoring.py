"""What several reviews make together: their mean, how far apart they are, their rank. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

# Reviews that differ by more than this part of the scale's width deserve a talk.
LARGE = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class Together:
    """The mean of the totals and their standard deviation (of the population), on the scale."""

    mean: float
    spread: float


def together(totals: Sequence[float]) -> Together | None:
    """What these totals make together, in whatever order they came; None for no total."""
    if not totals:
        return None
    exact = [Fraction(t) for t in totals]
    mean = sum(exact) / len(exact)
    variance = sum((t - mean) ** 2 for t in exact) / len(exact)
    return Together(_settled(float(mean)), _settled(sqrt(variance)))


def _settled(value: float) -> float:
    """Without the last digits, in which 0.4 stands as 0.3999999999999999."""
    return round(value, 9)


def is_large(spread: float | None, low: int, high: int) -> bool:
    """Whether reviews on a scale from `low` to `high` are so far apart that somebody should ask."""
    return spread is not None and spread >= float(LARGE * (high - low))
