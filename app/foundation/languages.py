"""The reader's language and clock, and words, dates, names and numbers in them.

A reader is bound once per request (or per mail) with `speaking`; everything below asks for it.
No web framework is involved: operations, jobs and mails speak through the same functions.
Dates and names come from CLDR through Babel; formatted ones are kept, because CLDR is slow.
"""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeGuard, cast
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, localedata
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    get_date_format,
    get_timezone_location,
)
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision
from babel.support import LazyProxy, NullTranslations, Translations

from app.foundation import years
from app.foundation.collation import collation_key

TRANSLATIONS = Path(__file__).parents[2] / "translations"

# Complete languages only; each is named in itself, as its readers look for it.
LANGUAGES = {"en": "English", "ja": "日本語", "km": "ភាសាខ្មែរ", "th": "ไทย"}


@lru_cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str | None) -> TypeGuard[str]:
    """Whether this machine knows a time zone of that name (IANA)."""
    return name in _zones()


@lru_cache
def catalogue(locale: str) -> NullTranslations:
    """The message catalogue of a language (English is the language of the source)."""
    return Translations.load(str(TRANSLATIONS), [locale])


class Reader(NamedTuple):
    """Whose language and clock words are made for; `zone` None: not known, use the object's."""

    locale: str = "en"
    zone: str | None = None


_reader: ContextVar[Reader] = ContextVar("reader", default=Reader())
_words: ContextVar[NullTranslations] = ContextVar("words", default=NullTranslations())


def reader() -> Reader:
    return _reader.get()


def speak(locale: str, zone: str | None) -> None:
    """From now on, in this context, the reader is this one."""
    _reader.set(Reader(locale, zone))
    _words.set(catalogue(locale))


@contextmanager
def speaking(locale: str, zone: str | None = None) -> Iterator[None]:
    """Within the block the reader is this one (a mail is rendered in its reader's language)."""
    before = _reader.set(Reader(locale, zone)), _words.set(catalogue(locale))
    try:
        yield
    finally:
        _reader.reset(before[0])
        _words.reset(before[1])


def gettext(message: str, /, **values: object) -> str:
    """The message in the reader's language, its `%(name)s` filled in."""
    said: str = _words.get().gettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """As gettext, by number; `%(num)s` is the number in the reader's digits."""
    said: str = _words.get().ngettext(one, many, num)
    return said % {"num": number(num), **values}


def ngettext_in_templates(one: str, many: str, num: int, /) -> str:
    """As ngettext, with the other placeholders left for Jinja, which escapes what it fills in."""
    said: str = _words.get().ngettext(one, many, num)
    return said.replace("%(num)s", number(num))


def pgettext(context: str, message: str, /, **values: object) -> str:
    said = str(_words.get().pgettext(context, message))
    return said % values if values else said


def lazy(message: str, /) -> str:
    """A message spoken only when it is shown: for labels that are made before a reader exists."""
    return cast("str", LazyProxy(gettext, message, enable_cache=False))


def lazy_in(message: str, tag: str, /) -> str:
    """As `lazy`; `%(language)s` in it is the name of this language in the reader's."""
    return cast(
        "str",
        LazyProxy(lambda: gettext(message, language=language_name(tag)), enable_cache=False),
    )


def best_language(accepted: list[str]) -> str:
    """The first of the reader's accepted languages (BCP 47) that we speak, else English."""
    for tag in accepted:
        base = tag.replace("_", "-").split("-")[0].lower()
        if base in LANGUAGES:
            return base
    return "en"


def number(value: float) -> str:
    return _number(reader().locale, value)


@lru_cache(maxsize=4096)
def _number(locale: str, value: float) -> str:
    return format_decimal(value, locale=locale)


def decimal(value: float, places: int = 1) -> str:
    """A number with this many decimals, also where they are zero: 4.0."""
    return _decimal(reader().locale, round(value, places), places)


@lru_cache(maxsize=4096)
def _decimal(locale: str, value: float, places: int) -> str:
    return format_decimal(value, format="#,##0." + "0" * places, locale=locale)


def listed(items: Sequence[str]) -> str:
    """Several names as one phrase of the reader's language: Cambodia, Laos and Viet Nam."""
    return _listed(reader().locale, tuple(items), "standard")


def either(items: Sequence[str]) -> str:
    """Several names of which one is enough, as one phrase: Japanese or English."""
    return _listed(reader().locale, tuple(items), "or")


@lru_cache(maxsize=2048)
def _listed(locale: str, items: tuple[str, ...], style: Literal["standard", "or"]) -> str:
    return format_list(list(items), style=style, locale=_region(locale))


def _region(locale: str) -> str:
    """English is written as this region writes it: 14 January 2027; Laos, Japan and Brunei."""
    return "en_001" if locale == "en" else locale


def minor_digits(currency: str) -> int:
    """How many decimals a currency has (CLDR): 0 for yen and dong, 2 for Singapore dollars."""
    return get_currency_precision(currency)


def money(amount: int, currency: str) -> str:
    """An amount in the currency's smallest unit, with its name: 144,000 Japanese yen."""
    digits = minor_digits(currency)
    value = Decimal(amount).scaleb(-digits)
    pattern = "#,##0" if value == value.to_integral_value() else "#,##0." + "0" * digits
    return format_currency(
        value,
        currency,
        format=pattern,
        locale=reader().locale,
        format_type="name",
        currency_digits=False,
    )


def currency_name(currency: str) -> str:
    """A currency's name in the reader's language (CLDR), or its code when CLDR has none."""
    return str(_locale(reader().locale).currencies.get(currency, currency))


def day(value: date) -> str:
    """A calendar day, such as 14 January 2027; of a moment, the one by the reader's clock."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(reader().zone or "UTC")).date()
    return _day(reader().locale, value)


def day_written(text: str) -> str:
    """The same for a day that was kept as ISO text (in a message, say)."""
    return day(date.fromisoformat(text))


@lru_cache(maxsize=4096)
def _day(locale: str, value: date) -> str:
    if years.counts_otherwise(locale):
        return years.written(locale, "long", value)
    return format_date(value, format="long", locale=_region(locale))


def month(value: date) -> str:
    """A month of a year, such as September 2026."""
    locale = reader().locale
    if years.counts_otherwise(locale):
        return years.written(locale, "::yMMMM", value)
    return format_skeleton("yMMMM", value, locale=locale)


def year(value: int) -> str:
    """A year (an academic one by the year in which it begins), as the reader counts years."""
    return str(years.counted(value, reader().locale))


def in_order_of_dates(parts: Iterable[str]) -> list[str]:
    """The fields of a day (`day`, `month`, `year`, then a clock's) as the reader writes them."""
    return sorted(parts, key=_order_of_dates(reader().locale).index)


@lru_cache
def _order_of_dates(locale: str) -> tuple[str, ...]:
    numeric = get_date_format("short", locale=_region(locale)).pattern
    letters = {"year": "y", "month": "M", "day": "d"}
    return (*sorted(letters, key=lambda part: numeric.index(letters[part])), "hour", "minute")


def countries() -> list[tuple[str, str]]:
    """Every country's code and name in the reader's language, by name."""
    return list(_countries(reader().locale))


@lru_cache
def _countries(locale: str) -> tuple[tuple[str, str], ...]:
    # CLDR lists more than countries: unions, pseudo-territories, "unknown", and islands and towns
    # that have no code of their own in ISO 3166.
    left_out = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
    named = [
        (str(code), str(name))
        for code, name in _locale(locale).territories.items()
        if len(str(code)) == 2 and str(code).isalpha() and code not in left_out
    ]
    return tuple(sorted(named, key=lambda pair: collation_key(pair[1], locale)))


def moment(value: datetime, zone: str | None = None) -> str:
    """Day and clock time in `zone` (the reader's, if none is named): 14 Jan 2027, 23:59."""
    return _moment(reader().locale, value.astimezone(UTC), zone or reader().zone or "UTC")


@lru_cache(maxsize=8192)
def _moment(locale: str, value: datetime, zone: str) -> str:
    there = value.astimezone(ZoneInfo(zone))
    if years.counts_otherwise(locale):
        return f"{years.written(locale, 'medium', there.date())}, {there:%H:%M}"
    return f"{format_date(there.date(), 'medium', _region(locale))}, {there:%H:%M}"


def short_day(value: datetime, zone: str | None = None) -> str:
    """Day and month alone, for lists of what is near: 28 Jan."""
    return _short_day(reader().locale, value.astimezone(UTC), zone or reader().zone or "UTC")


@lru_cache(maxsize=4096)
def _short_day(locale: str, value: datetime, zone: str) -> str:
    return format_skeleton("MMMd", value, ZoneInfo(zone), locale=_region(locale))


def clock_time(value: datetime, zone: str) -> str:
    """The clock time alone, 24 hours, for a second zone beside the first."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def other_moment(value: datetime, first: str, second: str) -> str:
    """The clock time in a second zone, with its day only where the day differs."""
    there = value.astimezone(ZoneInfo(second))
    if there.date() == value.astimezone(ZoneInfo(first)).date():
        return f"{there:%H:%M}"
    return moment(value, second)


def moment_here(value: datetime) -> str:
    """Day, clock time and place of the reader's own zone, for receipts and histories."""
    return moment_there(value, reader().zone or "UTC")


def moment_there(value: datetime, zone: str) -> str:
    """Day, clock time and whose clock it is: 14 Jan 2027, 23:59 (Phnom Penh)."""
    return f"{moment(value, zone)} ({city(zone)})"


def weekday_time(value: datetime, zone: str) -> str:
    return format_datetime(value.astimezone(ZoneInfo(zone)), "EEEE HH:mm", locale=reader().locale)


def short_time(value: datetime, zone: str) -> str:
    return format_time(value.astimezone(ZoneInfo(zone)), "HH:mm", locale=reader().locale)


# CLDR keeps the names of these cities under what their zones were called before.
_ZONES_IN_CLDR = {
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
}


@lru_cache(maxsize=1024)
def _city(locale: str, zone: str) -> str:
    if zone == "UTC":
        return "UTC"
    named = _locale(locale).time_zones.get(_ZONES_IN_CLDR.get(zone, zone), {}).get("city")
    if named:
        return str(named)
    return str(get_timezone_location(zone, locale=locale, return_city=True))


def city(zone: str) -> str:
    """The place a zone is named after, in the reader's language: Asia/Tokyo is Tokyo."""
    return _city(reader().locale, zone)


def country_name(code: str) -> str:
    """A country's name in the reader's language (CLDR), or its code when CLDR has none."""
    return str(_locale(reader().locale).territories.get(code, code))


def country_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes of countries with their names, in the order of the names; other words are left out."""
    territories = _locale(reader().locale).territories
    named = [(code, str(territories[code])) for code in codes if code in territories]
    return sorted(named, key=lambda pair: in_order(pair[1]))


def countries_named(codes: Iterable[str]) -> str:
    """Countries as one phrase, in the order of their names: Cambodia, Laos and Viet Nam."""
    return listed(sorted((country_name(code) for code in codes), key=in_order))


def in_order(word: str) -> bytes:
    """By what words are sorted for the reader: the order of the reader's language (CLDR)."""
    return collation_key(word, reader().locale)


def languages_named(tags: Sequence[str]) -> str:
    """The languages of which one is enough, by name: Japanese or English."""
    return either([language_name(tag) for tag in tags])


def every_language() -> dict[str, str]:
    """Each language that CLDR names without a script or country, in the reader's language."""
    named = _locale(reader().locale).languages
    return {str(tag): str(name) for tag, name in named.items() if str(tag).isalpha()}


def language_name(tag: str) -> str:
    """A language's name in the reader's language (CLDR)."""
    return str(_locale(reader().locale).languages.get(tag.split("-", maxsplit=1)[0], tag))


@lru_cache(maxsize=512)
def own_language_name(tag: str) -> str:
    """A language's name in itself: ja is 日本語."""
    base = tag.split("-", maxsplit=1)[0]
    if base in LANGUAGES:
        return LANGUAGES[base]
    if not localedata.exists(base):
        return tag
    # Babel keeps each locale that it has read whole, half a megabyte, and here it is for one word.
    own = pickle.loads(Path(localedata.resolve_locale_filename(base)).read_bytes())  # noqa: S301
    return str(own.get("languages", {}).get(base, tag))


@lru_cache
def _locale(locale: str) -> Locale:
    return Locale.parse(locale)


# Scripts that are written for one language here; of Latin letters nobody can tell.
_SCRIPTS = (
    ("km", "\u1780", "\u17ff"),
    ("th", "\u0e00", "\u0e7f"),
    ("lo", "\u0e80", "\u0eff"),
    ("my", "\u1000", "\u109f"),
    ("ta", "\u0b80", "\u0bff"),
    ("ja", "\u3040", "\u30ff"),
)


@lru_cache(maxsize=512)
def language_of(text: str) -> str | None:
    """The language that a text's script belongs to, where it has one; None for Latin letters."""
    sample = text[:400]
    found = [tag for tag, first, last in _SCRIPTS if any(first <= c <= last for c in sample)]
    return found[0] if found else None
