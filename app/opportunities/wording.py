"""What lists say about opportunities and what narrows them, in the reader's words. Pure.

Templates that show many rows only place what is made here: a call from a template costs several
times the work of the function that it calls.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext, number
from app.opportunities import competencies
from app.opportunities.browsing import Search
from app.opportunities.fields import field_name, study_levels
from app.opportunities.states import (
    ANY,
    ANY_NATIONALITY,
    COSTS_NOTHING,
    COURSES,
    FOR_EACH,
    NO_LEVEL,
    ONLINE,
    Difficulty,
    Facet,
    Kind,
    OpportunityState,
    Track,
    address_of,
)

DAY, HOUR, MINUTE = 86_400, 3_600, 60
# Looked up once: a list asks for each of its rows.
_CANCELLED, _CLOSED = OpportunityState.CANCELLED, OpportunityState.CLOSED
SHOWN_AT_ONCE = 8
ABOUT_PLACES = frozenset({Facet.LEVEL, Facet.ASKED, Facet.TUITION})
IN_ORDER = frozenset({Facet.LEVEL, Facet.START, Facet.ASKED})


class Card(NamedTuple):
    """One opportunity in a list. `lang` is set where the text is not in the reader's language."""

    kind: str
    kind_name: str
    address: str
    title: str
    summary: str
    lang: str
    written_in: str
    organiser: str
    organiser_lang: str
    where: str
    chips: list[str]
    window: str
    cancelled: bool
    closes: str
    closes_iso: str
    zones: str
    seats: str
    free: str


def card(row: Any, stands: str) -> Card:
    """A row of a list (of `catalogue`) as it reads now; `stands` is what its `window` says."""
    lang = "" if row.written_in == languages.reader().locale else row.written_in
    place = _where(row.city, row.country_code)
    chips = [audiences().get(track, track) for track in json.loads(row.tracks)]
    if row.difficulty:
        chips.append(difficulties().get(row.difficulty, row.difficulty))
    if taught_in := json.loads(row.languages):
        chips.append(languages.languages_named(taught_in))
    if row.duration_months:
        chips.append(ngettext("%(num)s month", "%(num)s months", row.duration_months))
    if row.kind in COURSES and row.starts_on:
        chips.append(_("Starts on %(day)s", day=languages.day(row.starts_on)))
    organiser, organiser_lang = _organiser(row)
    where = " · ".join((place, _("Online"))) if row.online else place
    if row.given_by:
        where = _("listed by %(centre)s", centre=organiser)
        organiser, organiser_lang = row.given_by, ""
    return Card(
        kind=row.kind,
        kind_name=kind_names()[row.kind],
        address=address_of(row.kind, row.ref),
        title=row.title,
        summary=row.summary,
        lang=lang,
        written_in=written_in(lang) if lang else "",
        organiser=organiser,
        organiser_lang=organiser_lang,
        where=where,
        chips=chips,
        window=stands,
        cancelled=row.state == OpportunityState.CANCELLED,
        closes=languages.moment(row.closes_at, row.closes_zone) if row.closes_at else "",
        closes_iso=row.closes_at.isoformat() if row.closes_at else "",
        zones=zones(row.closes_at, row.closes_zone) if row.closes_at else "",
        seats=_seats_of(row) if row.seats else "",
        free=_("Costs you nothing") if row.costs_nothing else "",
    )


def kind_names() -> dict[str, str]:
    return {
        Kind.COURSE: _("Course"),
        Kind.FELLOWSHIP: _("Fellowship"),
        Kind.EXCHANGE: _("Exchange"),
        Kind.ELSEWHERE: _("Course elsewhere"),
        Kind.FACILITY: _("Facility"),
        Kind.VISIT: _("Group visit"),
        Kind.RESEARCH_STAY: _("Research stay"),
    }


def audiences() -> dict[str, str]:
    return {
        Track.RESEARCHER: _("Researchers"),
        Track.ENGINEER: _("Engineers"),
        Track.POLICYMAKER: _("Policymakers"),
    }


def difficulties() -> dict[str, str]:
    return {
        Difficulty.BEGINNER: _("For beginners"),
        Difficulty.INTERMEDIATE: _("For people with some experience"),
        Difficulty.ADVANCED: _("For experienced people"),
    }


def written_in(tag: str) -> str:
    return _("Written in %(language)s", language=languages.language_name(tag))


def _organiser(row: Any) -> tuple[str, str]:
    """Its own name where the reader reads it, else the English one, and the language it is in."""
    locale = languages.reader().locale
    if row.local_name and (row.local_name_lang or "").split("-")[0] == locale:
        return row.local_name, ""
    return row.organiser, "" if locale == "en" else "en"


def _where(city: str, country_code: str) -> str:
    country = languages.country_name(country_code)
    return f"{city}, {country}" if city and city != country else country


def window(row: Any, at: datetime) -> str:
    """Where the window stands: not open yet, closing soon, closed, cancelled."""
    closes_at = row.closes_at
    if row.state == _CANCELLED:
        return _("Cancelled")
    if row.state == _CLOSED or (closes_at and closes_at < at):
        return _("Closed")
    if row.opens_at and row.opens_at > at:
        opens = languages.moment(row.opens_at, row.closes_zone)
        return _("Opens on %(moment)s", moment=opens)
    if closes_at is None and row.kind == Kind.ELSEWHERE:
        return _("At any time")
    if closes_at is None:
        return _("Open, without a closing date")
    return closes_in(int((closes_at - at).total_seconds()))


def closes_in(seconds: int) -> str:
    """How long there is left, in the largest unit that is still true."""
    unit = DAY if seconds >= DAY else HOUR if seconds >= HOUR else MINUTE
    return _closes_in(languages.reader().locale, unit, seconds // unit)


@lru_cache(maxsize=1000)
def _closes_in(_locale: str, unit: int, left: int) -> str:
    """Said once in each language: a page has the same few again and again."""
    if unit == DAY:
        return ngettext("Closes in %(num)s day", "Closes in %(num)s days", left)
    if unit == HOUR:
        return ngettext("Closes in %(num)s hour", "Closes in %(num)s hours", left)
    return ngettext("Closes in %(num)s minute", "Closes in %(num)s minutes", left)


def zones(when: datetime, zone: str) -> str:
    """The place whose clock a moment was given by, and what the reader's own clock shows."""
    own, place = languages.reader().zone, languages.city(zone)
    if own is None:
        return place
    if own == zone:
        return " · ".join((place, _("your time")))
    there = _(
        "%(time)s in %(place)s",
        time=languages.other_moment(when, zone, own),
        place=languages.city(own),
    )
    return f"{place} · {there}"


def _seats_of(row: Any) -> str:
    """Dates of a course have one place that needs no counting."""
    if row.kind == Kind.COURSE:
        return ngettext("%(num)s seat", "%(num)s seats", row.seats)
    return seats(row.seats, row.hosts)


def seats(count: int, hosts: int) -> str:
    if hosts == 1:
        return ngettext(
            "%(num)s seat at one host institution", "%(num)s seats at one host institution", count
        )
    return ngettext(
        "%(num)s seat at %(hosts)s host institutions",
        "%(num)s seats at %(hosts)s host institutions",
        count,
        hosts=number(hosts),
    )


class Option(NamedTuple):
    """One box: its value, what it is called (in which language), how many, whether chosen."""

    value: str
    label: str
    lang: str
    number: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    legend: str
    options: list[Option]
    more: list[Option]

    @property
    def opened(self) -> bool:
        return any(option.chosen for option in self.more)


def legends(kind: Kind | None = None) -> dict[Facet, str]:
    """What facets are called among all kinds, or among one of them."""
    told = {
        Facet.KIND: _("Kind"),
        Facet.TRACK: _("I am a"),
        Facet.LANGUAGE: _("Taught in"),
        Facet.WHERE: _("Where"),
        Facet.NATIONALITY: _("Open to nationals of"),
        Facet.COST: _("Costs me nothing"),
        Facet.DIFFICULTY: _("How hard it is"),
        Facet.COMPETENCY: _("Competency"),
        Facet.FIELD: _("Field of study"),
        Facet.LEVEL: _("Level of study"),
        Facet.START: _("Term that begins in"),
        Facet.ASKED: _("Language level that is asked"),
        Facet.TUITION: _("Tuition"),
    }
    if kind is Kind.RESEARCH_STAY:  # nobody is taught there, and there are no terms
        told |= {Facet.LANGUAGE: _("Working language"), Facet.START: _("Stays begin in")}
    return told


def label(facet: Facet, value: str) -> str:
    """What a value of a facet is called; what nobody knows is called by itself."""
    if facet is Facet.LANGUAGE:
        return languages.own_language_name(value)
    if facet in {Facet.WHERE, Facet.NATIONALITY} and value != ONLINE:
        return languages.country_name(value)
    if facet is Facet.COMPETENCY:
        return competencies.name_of(value)
    if facet is Facet.FIELD:
        return field_name(value)
    if facet is Facet.START:
        return languages.month(date.fromisoformat(f"{value}-01")) if is_month(value) else value
    if facet in ABOUT_PLACES:
        return _about_places().get(value, value)
    return _words().get(value, value)


def is_month(value: str) -> bool:
    try:
        return date.fromisoformat(f"{value}-01").year > 1900
    except ValueError:
        return False


def _about_places() -> dict[str, str]:
    return {
        **{str(level): said for level, said in study_levels().items()},
        NO_LEVEL: _("No level is asked"),
        "first-language": _("First language"),
        "waived": _("Tuition is waived"),
        "reduced": _("Tuition is reduced"),
        "charged": _("Tuition is charged"),
    }


def _words() -> dict[str, str]:
    return {
        Kind.COURSE: _("Courses"),
        Kind.FELLOWSHIP: _("Fellowships"),
        Kind.EXCHANGE: _("Exchanges"),
        Kind.ELSEWHERE: _("Courses elsewhere"),
        Kind.FACILITY: _("Facilities"),
        Kind.VISIT: _("Group visits"),
        Kind.RESEARCH_STAY: _("Research stays"),
        **difficulties(),
        Track.RESEARCHER: _("Researcher"),
        Track.ENGINEER: _("Engineer"),
        Track.POLICYMAKER: _("Policymaker"),
        ONLINE: _("Online"),
        COSTS_NOTHING: _("Costs me nothing"),
    }


def groups(
    facets: Sequence[Facet],
    of: Mapping[Facet, Mapping[str, int]],
    search: Search,
    kind: Kind | None = None,
) -> list[Group]:
    """The facets that have anything to choose, each with its values, the most frequent first.

    What is for each field or level is counted with every one of them.
    """
    made = []
    for facet in facets:
        chosen = search.chosen.get(facet, ())
        everywhere = of[facet].get(ANY, 0) if facet in FOR_EACH else 0
        options = [
            Option(
                value=value,
                label=label(facet, value),
                lang=value if facet is Facet.LANGUAGE else "",
                number=number(count + everywhere),
                chosen=value in chosen,
            )
            for value, count in sorted(
                of[facet].items(), key=_by_value if facet in IN_ORDER else _by_number
            )
            if facet not in FOR_EACH or value != ANY
        ]
        if options:
            first, rest = options[:SHOWN_AT_ONCE], options[SHOWN_AT_ONCE:]
            made.append(Group(facet.value, legends(kind)[facet], first, rest))
    return made


def _by_number(value_and_count: tuple[str, int]) -> tuple[int, str]:
    value, count = value_and_count
    return -count, value


def _by_value(value_and_count: tuple[str, int]) -> tuple[bool, str]:
    value, _count = value_and_count
    return value != NO_LEVEL, value


def nationality_options(of: Mapping[str, int], search: Search) -> list[Option]:
    """The countries whose nationals may apply somewhere, by name, each with what is open to all."""
    everyone = of.get(ANY_NATIONALITY, 0)
    chosen = search.chosen.get(Facet.NATIONALITY, ())
    return [
        Option(code, name, "", number(of[code] + everyone), code in chosen)
        for code, name in languages.country_names(of)
    ]


def picked(search: Search, path: str) -> list[tuple[str, str]]:
    """Each thing that was chosen, with the address of the search without it."""
    said = [(search.words, search.without_words().address(path))] if search.words else []
    if search.mine:
        said.append((_("Open to my nationality"), search.without_mine().address(path)))
    said += [
        (label(facet, value), search.without(facet, value).address(path))
        for facet, values in search.chosen.items()
        for value in values
    ]
    return said


def loosened(search: Search, without: Mapping[Facet, int], path: str) -> list[tuple[str, str]]:
    """When nothing fits: what to take away, how many there are then, and where they are."""
    said = []
    if search.words:
        sentence = _("without the words “%(words)s”", words=search.words)
        said.append((sentence, search.without_words().address(path)))
    for facet, count in without.items():
        if count:
            sentence = ngettext(
                "without “%(facet)s”: %(num)s opportunity",
                "without “%(facet)s”: %(num)s opportunities",
                count,
                facet=legends()[facet],
            )
            looser = search.without_mine() if facet is Facet.NATIONALITY else search
            said.append((sentence, looser.without(facet).address(path)))
    return said
