"""Which CEFR level a test's score stands for. Pure: the score is what is kept, this is derived."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.accounts.states import LanguageLevel


@dataclass(frozen=True, slots=True)
class Band:
    """From `least` to `most` points of a test; no `most` where the band is open above.

    `receptive`: the test asks for reading and listening only. `since`: when whoever sets the test
    began to name levels; older results have none.
    """

    test: str
    least: Fraction
    most: Fraction | None
    level: LanguageLevel
    source: str
    receptive: bool = False
    since: date | None = None

    def holds(self, score: Fraction, taken_on: date) -> bool:
        return (
            self.least <= score
            and (self.most is None or score <= self.most)
            and (self.since is None or self.since <= taken_on)
        )


def band_of(bands: Iterable[Band], test: str, score: Fraction, taken_on: date) -> Band | None:
    """The band of a passed test's score, with its source; none where no level is named for it."""
    return next((b for b in bands if b.test == test and b.holds(score, taken_on)), None)
