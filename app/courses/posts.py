"""Going back to one's post after a course: what was said, when one asks, what may be told. Pure."""

import calendar
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from app.courses.states import PostAnswer

FEWEST = 5
"""Below so many people nothing is published: one could guess who they are."""
MOST_MONTHS = 60
MOST_TIMES = 6


def fingerprint(text: str) -> str:
    """Of the very words that somebody promised or signed: SHA-256 in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def due(ends_on: date, ask_after: Iterable[int], today: date) -> list[int]:
    """After how many months one has asked by today, the earliest first."""
    return [months for months in sorted(ask_after) if months_after(ends_on, months) <= today]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of one country are where; `silent` were asked and nobody has answered."""

    country: str
    in_post: int = 0
    elsewhere: int = 0
    left: int = 0
    silent: int = 0

    @property
    def asked(self) -> int:
        return self.in_post + self.elsewhere + self.left + self.silent


def by_country(stands: Iterable[tuple[str | None, PostAnswer | None]]) -> list[Figures]:
    """Counts what was answered last about each person, country by country."""
    counted: dict[str, Counter[PostAnswer | None]] = {}
    for country, answer in stands:
        counted.setdefault(country or "", Counter())[answer] += 1
    return [
        Figures(
            country,
            in_post=told[PostAnswer.IN_POST],
            elsewhere=told[PostAnswer.ELSEWHERE],
            left=told[PostAnswer.LEFT],
            silent=told[None],
        )
        for country, told in sorted(counted.items())
    ]


def published(figures: Iterable[Figures]) -> tuple[int, int] | None:
    """Of how many who answered how many are back in their posts; None where few could be guessed.

    Also None where those who are not back are some, but fewer than FEWEST.
    """
    told = list(figures)
    back = sum(one.in_post for one in told)
    others = sum(one.elsewhere + one.left for one in told)
    if back + others < FEWEST or 0 < back < FEWEST or 0 < others < FEWEST:
        return None
    return back, back + others
