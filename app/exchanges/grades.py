"""What a published table proposes for a grade from elsewhere; the home decides. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeBand:
    """Scores from `least` to `most`, and the grades that each university gives for them."""

    reference: str
    least: int
    most: int
    grades: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class GradeTable:
    """Bands from the best scores down, and where they were published."""

    bands: tuple[GradeBand, ...]
    source: str

    def proposals(self, grade: str, host: str, home: str) -> tuple[str, ...]:
        """Every grade of the home that the host's may stand for, the best first.

        A grade often spans several of the other university's: all of them are proposed, and
        none where the table does not know the grade or one of the universities.
        """
        found = [
            proposed
            for band in self.bands
            if grade in band.grades.get(host, ())
            for proposed in band.grades.get(home, ())
        ]
        return tuple(dict.fromkeys(found))
