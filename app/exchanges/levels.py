"""Which CEFR level a test's score stands for. Pure: the score is what is kept, this is derived."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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


# The language that each test is about, by the beginning of its name in the table.
LANGUAGES = {"ielts": "en", "toefl": "en", "toeic": "en", "cambridge": "en", "jlpt": "ja"}


def language_of(test: str) -> str:
    """Which language a test is about, as a BCP 47 tag; empty where this is not known."""
    return LANGUAGES.get(test.partition("_")[0], "")


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody reached in a test, and when."""

    test: str
    points: Fraction
    taken_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """A score with the band that names its level, and the source of it."""

    score: Score
    band: Band

    @property
    def level(self) -> LanguageLevel:
        return self.band.level


def most_of(bands: Iterable[Band], test: str) -> Fraction | None:
    """The highest score of a test; None where the table leaves it open."""
    mosts = [band.most for band in bands if band.test == test]
    return None if None in mosts else max((m for m in mosts if m is not None), default=None)


def best(bands: Iterable[Band], scores: Iterable[Score], language: str) -> Known | None:
    """The highest level that a score of a language stands for; of equal ones the latest."""
    table = tuple(bands)
    found = [
        Known(score, band)
        for score in scores
        if language_of(score.test) == language
        and (band := band_of(table, score.test, score.points, score.taken_on)) is not None
    ]
    return max(found, key=lambda one: (one.level.value, one.score.taken_on), default=None)


class Reached(StrEnum):
    """How what somebody has proved stands to what is asked of them."""

    YES = "yes"
    BELOW = "below"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Against:
    """The level that is asked in a language, and the best that scores prove."""

    language: str
    level: LanguageLevel
    known: Known | None

    @property
    def reached(self) -> Reached:
        if self.known is None:
            return Reached.UNKNOWN
        enough = self.known.level.value >= self.level.value
        return Reached.YES if enough else Reached.BELOW


def against(
    bands: Iterable[Band], scores: Iterable[Score], language: str, level: LanguageLevel | None
) -> Against | None:
    """None where nothing is asked, or a first language is, which no test proves."""
    if not language or level is None or level is LanguageLevel.FIRST:
        return None
    return Against(language, level, best(bands, scores, language))
