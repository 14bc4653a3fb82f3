"""Years as people count them: of the Buddhist era in Thai, of the common era in other languages.

CLDR says so of Thai and Babel has no such calendar, so ICU is asked, which has. What is stored and
what machines are told are years of the common era all the same. A year that somebody typed is of
one era only: those that forms take (1900 to 2200) and the same ones of the Buddhist era (2443 to
2743) have none in common.
"""

from datetime import date
from functools import lru_cache

from icu4py.messageformat import MessageFormat

BUDDHIST = frozenset({"th"})
AHEAD = 543
FIRST, LAST = 1900, 2200


def counts_otherwise(locale: str) -> bool:
    """Whether readers of this language count years of another era than the common one."""
    return locale in BUDDHIST


def written(locale: str, style: str, value: date) -> str:
    """A day in an ICU style (`long`, `medium`, `::yMMMM`), in the reader's era."""
    return _icu_dates(locale, style).format({"day": value})


@lru_cache
def _icu_dates(locale: str, style: str) -> MessageFormat:
    return MessageFormat(f"{{day, date,{style}}}", locale)


def counted(year: int, locale: str) -> int:
    """A year of the common era as the reader counts it: 2027 is 2570 in Thai."""
    return year + AHEAD if locale in BUDDHIST else year


def of_buddhist(year: int) -> int | None:
    """The year of the common era, where a number can only be a year of the Buddhist one."""
    return year - AHEAD if FIRST <= year - AHEAD <= LAST else None


def meant(year: int, locale: str) -> int | None:
    """The year of the common era that a reader of this language typed; None when it is none.

    Thai readers type years of both eras. Elsewhere 2527 is 2027 mistyped rather than 1984, so
    only the common era is read.
    """
    if FIRST <= year <= LAST:
        return year
    return of_buddhist(year) if locale in BUDDHIST else None
