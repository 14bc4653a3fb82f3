"""What a typed year means, in the reader's words: how it was read, or which one to write."""

from datetime import date

from app.foundation import languages, years
from app.foundation.languages import gettext as _
from app.foundation.languages import pgettext


class EraError(ValueError):
    """A year of an era that the reader does not count in; the sentence says which one to write."""


def meant(typed: int) -> int:
    """The year of the common era that the reader typed.

    Raises EraError for one of an era that the reader does not count in, ValueError for none at all.
    """
    read = years.meant(typed, languages.reader().locale)
    if read is not None:
        return read
    buddhist = years.of_buddhist(typed)
    if buddhist is None:
        raise ValueError(typed)
    raise EraError(
        _("%(typed)s is a year of the Buddhist era: write %(year)s.", typed=typed, year=buddhist)
    )


def label() -> str:
    """What is written above the field of a year: in which era it is shown."""
    return pgettext("to be typed", "Year")


def read_as(day: date, *, month_only: bool = False) -> str:
    """How a typed day was understood, for readers who count years otherwise. Else nothing."""
    if not years.counts_otherwise(languages.reader().locale):
        return ""
    said = languages.month(day) if month_only else languages.day(day)
    return _("Read as %(day)s (%(common)s of the common era).", day=said, common=day.year)
