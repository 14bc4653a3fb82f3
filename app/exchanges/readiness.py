"""What still prevents a posting from being opened, in words, and where each is put right. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.exchanges.overlap import Overlap
from app.exchanges.terms import Condition
from app.foundation.languages import LANGUAGES, day, either, language_name, ngettext, year
from app.foundation.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Under:
    """The agreement that a posting is under: what it promises for this way, and what is taken.

    `conditions` are those of the revision in force from the sender to the host, None when none is
    in force; `others` are the postings of the same way and academic year.
    """

    sender: str
    conditions: tuple[Condition, ...] | None
    others: tuple["Taken", ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Places that another posting has of the same agreement."""

    places: int
    fields: tuple[str, ...]
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """A posting as far as its host has prepared it. `today` is the host's."""

    original_locale: str
    title: str
    description: str
    locales: frozenset[str]
    closes_at: datetime | None
    nominate_by: date | None
    papers_by: date | None
    first_on: date
    year: int
    places: int
    levels: tuple[int, ...]
    fields: tuple[str, ...]
    languages: tuple[str, ...]
    documents: str
    has_facts: bool
    under: Under | None
    cut: tuple[Overlap, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to put right: `where` is the page of the office on which it is."""

    code: str
    where: str
    sentence: str
    is_warning: bool = False


def check(posting: Preparation, now: datetime) -> list[Check]:
    """Everything that is missing, first what prevents opening, then what is only advised."""
    found = [*_texts(posting), *_days(posting, now), *_agreement(posting), *_advice(posting)]
    return sorted(found, key=lambda one: one.is_warning)


def preventing(checks: list[Check]) -> list[Check]:
    return [one for one in checks if not one.is_warning]


def places_left(under: Under, posting: Preparation) -> int:
    """How many places the agreement still has for postings like this one in its year.

    Another posting counts in full where it shares a condition with this one: the sum of all can
    then never be more than is promised, whichever condition each place is counted under.
    """
    covering = [
        condition
        for condition in under.conditions or ()
        if condition.holds_in(posting.year) and condition.covers(posting.fields, posting.levels)
    ]
    taken = sum(
        other.places
        for other in under.others
        if any(condition.covers(other.fields, other.levels) for condition in covering)
    )
    return sum(condition.places for condition in covering) - taken


def _texts(posting: Preparation) -> Iterator[Check]:
    if not posting.title.strip() or not posting.description.strip():
        language = language_name(posting.original_locale)
        said = _(
            "Write the title and the description in %(language)s, the original.", language=language
        )
        yield Check("text", "texts", said)
    if not posting.languages:
        yield Check("languages", "terms", _("Say in which languages students are taught."))


def _days(posting: Preparation, now: datetime) -> Iterator[Check]:
    if posting.closes_at is None or posting.nominate_by is None:
        yield Check("deadline", "terms", _("Say until when partners nominate."))
        return
    if posting.closes_at <= now:
        yield Check("deadline passed", "terms", _("The last day to nominate is over."))
    if posting.nominate_by >= posting.first_on:
        said = _("The term begins on %(day)s: nominations end before.", day=day(posting.first_on))
        yield Check("deadline late", "terms", said)
    if posting.papers_by is not None and posting.papers_by < posting.nominate_by:
        said = _("Students send their papers after they were nominated.")
        yield Check("papers", "terms", said)


def _agreement(posting: Preparation) -> Iterator[Check]:
    under = posting.under
    if under is None:
        return
    if under.conditions is None:
        said = _("The agreement with %(name)s is not in force.", name=under.sender)
        yield Check("not in force", "terms", said)
        return
    in_year = [c for c in under.conditions if c.holds_in(posting.year)]
    if not under.conditions:
        said = _("The agreement brings nobody from %(name)s to you.", name=under.sender)
        yield Check("direction", "terms", said)
    elif not in_year:
        said = _(
            "The agreement promises no place in the academic year %(year)s.",
            year=f"{year(posting.year)}/{year(posting.year + 1)}",
        )
        yield Check("year", "terms", said)
    elif not any(c.covers(c.fields, posting.levels) for c in in_year):
        yield Check("level", "terms", _("The agreement is not for these levels of study."))
    elif not any(c.covers(posting.fields, posting.levels) for c in in_year):
        yield Check("field", "terms", _("The agreement is not for these fields."))
    else:
        left = places_left(under, posting)
        if posting.places > left:
            yield Check("places", "terms", too_many(left))


def too_many(left: int) -> str:
    """Why a posting cannot have so many places."""
    if left <= 0:
        return _("All places of the agreement in this year are in other postings already.")
    return ngettext(
        "The agreement has %(num)s place left in this year.",
        "The agreement has %(num)s places left in this year.",
        left,
    )


def _advice(posting: Preparation) -> Iterator[Check]:
    if not posting.has_facts:
        said = _("Partners find no fact sheet of your university yet.")
        yield Check("facts", "facts", said, is_warning=True)
    if not posting.documents.strip():
        said = _("Say which papers nominated students send.")
        yield Check("documents", "terms", said, is_warning=True)
    for one in posting.cut:
        said = _("The stay cuts the term “%(term)s” at home.", term=one.home.name)
        yield Check("cut", "terms", said, is_warning=True)
    missing = [c for c in LANGUAGES if c not in {*posting.locales, posting.original_locale}]
    if missing:
        said = _(
            "There is no text in %(languages)s yet; these readers see the original.",
            languages=either([language_name(code) for code in missing]),
        )
        yield Check("translations", "texts", said, is_warning=True)
