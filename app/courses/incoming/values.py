"""What people write into such files, read generously: dates, links, languages, fees and lengths."""

import html
import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale

from app.courses.incoming.rows import Row, RowRefused, Why, short_key
from app.courses.levels import LEVELS, LICENCES
from app.foundation import years
from app.foundation.errors import RuleBroken
from app.opportunities.fields import known_fields
from app.opportunities.money import CURRENCIES, read_amount
from app.opportunities.states import Difficulty, Track

LONGEST = {"title": 300, "summary": 600, "objectives": 5_000, "prerequisites": 5_000}
LONGEST_LINK = 2000
MOST_MINUTES = 5000 * 60
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|h[1-6]|ul|ol|tr)>", re.IGNORECASE)
_NOT_TEXT = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT = "\n\t\u200b\u200c\u200d"  # breaks, and what Khmer and Thai are written with
_LICENCE = re.compile(r"cc0|cc[ -]?by(?:[ -]?nc)?(?:[ -]?sa)?(?=[ -]?4|$)|licenses/(by[a-z-]*)/4")
_AMOUNT = re.compile(r"([A-Za-z]{3})?\s*([\d][\d,. ]*)\s*([A-Za-z]{3})?")

FREE = {"free", "gratis", "0", "0.0", "0.00", "yes", "true", "no cost", "free of charge", "無料"}
PAID = {"paid", "fee", "no", "false", "cost_incurred", "有料"}
HARD = {
    "beginner": Difficulty.BEGINNER,
    "beginners": Difficulty.BEGINNER,
    "introductory": Difficulty.BEGINNER,
    "introduction": Difficulty.BEGINNER,
    "novice": Difficulty.BEGINNER,
    "basic": Difficulty.BEGINNER,
    "intermediate": Difficulty.INTERMEDIATE,
    "medium": Difficulty.INTERMEDIATE,
    "advanced": Difficulty.ADVANCED,
    "expert": Difficulty.ADVANCED,
}
WHOM = {
    Track.RESEARCHER: ("researcher", "scientist", "phd", "academic", "mbr", "ecr"),
    Track.ENGINEER: ("engineer", "developer", "programmer"),
    Track.POLICYMAKER: ("policymaker", "policy maker", "official", "civil servant"),
}
# Where a list names topics and no field of study.
FIELD_OF_TOPIC = {
    "machine-learning": "0619",
    "deep-learning": "0619",
    "nlp": "0619",
    "computer-vision": "0619",
    "robotics": "0619",
    "ai-ethics": "0619",
    "artificial-intelligence": "0619",
    "data-science": "0688",
    "programming": "0613",
    "computing": "0613",
    "statistics": "0542",
}


def plain(value: Any) -> str:
    """Text without markup: paragraphs and points of lists stay lines of their own."""
    text = "" if value is None else str(value)
    if _TAG.search(text):
        text = _BREAK.sub("\n", _ITEM.sub("\n- ", text))
        import nh3  # few files hold markup, and fewer people bring files

        text = nh3.clean(text, tags=set())
    if "&" in text:
        text = html.unescape(text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _NOT_TEXT)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text.strip('"').strip()
    return text


def in_one_line(value: Any, most: int = 300) -> str:
    return cut(" ".join(plain(value).split()), most)


def cut(text: str, most: int) -> str:
    """At most so long, ending with a whole word and a mark that there was more."""
    if len(text) <= most:
        return text
    short = text[: most - 1]
    return f"{short[: short.rfind(' ')] if ' ' in short[most // 2 :] else short}…"


def link(value: Any) -> str:
    """A link to the web, or "" where there is none. Raises RowRefused."""
    text = plain(value).replace("\n", "")
    if not text:
        return ""
    if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        fine = parts.scheme.lower() in {"http", "https"} and parts.username is None
        fine = fine and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        fine = False
    if not fine or len(text) > LONGEST_LINK or re.search(r"[\s<>\"\\]", text):
        raise RowRefused(Why.BAD_LINK, what=cut(text, 100))
    return text


def day(value: Any, *, last: bool = False) -> str | None:
    """A day in any of the ways that ISO 8601 has, as `2027-01-31`. Raises RowRefused.

    A year of the Buddhist era, as Thai offices write it, is read as what it is: 2570 is 2027.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = re.sub(r"^[0-9]{4}", _in_common_years, plain(value))
    if not text:
        return None
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        year, month = int(found[1]), int(found[2])
        if year and 1 <= month <= 12:
            return date(year, month, monthrange(year, month)[1] if last else 1).isoformat()
    tidy = re.sub(r"\s+(?=[+-]\d)", "", text.replace("/", "-"))
    tidy = re.sub(r"\s+(UTC|GMT)$", "Z", tidy)
    for read in (date.fromisoformat, lambda t: datetime.fromisoformat(t).date()):
        try:
            return read(tidy).isoformat()
        except ValueError:
            continue
    raise RowRefused(Why.BAD_DATE, what=cut(text, 60))


def _in_common_years(found: re.Match[str]) -> str:
    return str(years.of_buddhist(int(found[0])) or found[0])


@lru_cache
def _languages() -> Mapping[str, str]:
    """Names of languages, in English and in themselves, to their tags."""
    english = Locale("en").languages
    named = {name.casefold(): tag for tag, name in english.items() if len(tag) <= 3}
    for tag in ("ja", "km", "id", "ms", "fil", "lo", "my", "ta", "th", "vi", "zh", "pt", "fr"):
        named[str(Locale(tag).get_language_name(tag)).casefold()] = tag
    return named


def language(text: str) -> str:
    """The tag of a language that was written as a tag or by its name, or "" for none."""
    first = re.split(r"[-_]", text.strip())[0].casefold()
    if len(first) in {2, 3} and first in Locale("en").languages:
        return "fil" if first == "tl" else first
    return _languages().get(text.strip().casefold(), "")


def several(value: Any) -> list[str]:
    """The parts of a cell that lists things."""
    return [part for part in (p.strip() for p in re.split(r"[;,|\n]", plain(value))) if part]


def languages(value: Any) -> list[str]:
    tags = [language(part) for part in several(value)]
    return list(dict.fromkeys(tag for tag in tags if tag))


def level(value: Any) -> dict[str, Any]:
    """One of the eight levels where a number stands, else how hard it is in plain words."""
    text = in_one_line(value).casefold()
    number = text.removesuffix(".0")
    if number.isascii() and number.isdigit() and int(number[:9]) in LEVELS:
        return {"level": int(number)}
    return {"difficulty": HARD[text].value if text in HARD else ""}


def minutes(value: Any) -> int | None:
    """Hours in digits, or a length as ISO 8601 writes it."""
    text = in_one_line(value).upper()
    found = re.fullmatch(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:H|HOURS?)?", text)
    if found:
        whole = round(float(found[1].replace(",", ".")) * 60)
    elif text.startswith("P"):
        from icalendar import vDuration  # only where a length is written so

        try:
            length = vDuration.from_ical(text)  # type: ignore[no-untyped-call]
        except ValueError:
            return None
        # A day of a course has eight hours.
        whole = length.days * 480 + length.seconds // 60
    else:
        return None
    return whole if 0 < whole <= MOST_MINUTES else None


def fee(value: Any, currency: str = "") -> dict[str, Any]:
    """What it costs, as far as it is said."""
    text = in_one_line(value)
    nothing: dict[str, Any] = {"fee_amount": None, "fee_currency": None, "costs_something": False}
    if text.casefold() in FREE:
        return {**nothing, "fee_amount": 0}
    if text.casefold() in PAID:
        return {**nothing, "costs_something": True}
    found = _AMOUNT.fullmatch(text)
    if not found:
        return nothing
    unit = (found[1] or found[3] or currency or "").upper()
    number = found[2].strip().rstrip(".,")
    if not float(re.sub(r"[, ]", "", number) or 0) if number.count(".") <= 1 else False:
        return {**nothing, "fee_amount": 0}
    try:
        if unit in CURRENCIES:
            amount = read_amount(number, unit)
            return {**nothing, "fee_amount": amount, "fee_currency": unit if amount else None}
    except RuleBroken:
        pass
    return {**nothing, "costs_something": True}


def licence(value: Any) -> str:
    """One of the licences that we know, however it is written, else ""."""
    text = in_one_line(value, 300).casefold()
    for code in LICENCES:
        if re.search(rf"(^|/){re.escape(code.casefold())}(\.html)?/?$", text.replace(" ", "-")):
            return code
    if found := re.search(r"creativecommons\.org/licenses/(by(?:-nc)?(?:-sa)?)/4\.0", text):
        code = f"CC-{found[1].upper()}-4.0"
        return code if code in LICENCES else ""
    if "publicdomain/zero" in text or text == "cc0":
        return "CC0-1.0"
    return ""


def tracks(value: Any) -> list[str]:
    said = plain(value).casefold()
    return [track.value for track, words in WHOM.items() if any(word in said for word in words)]


def field_code(value: Any, topics: Any = None) -> str | None:
    """The four digits of a field, from what is said of it or from the first topic we know."""
    found = re.search(r"(?<!\d)(\d{4})(?!\d)", in_one_line(value))
    if found and found[1] in known_fields():
        return found[1]
    keys = ("-".join(one.casefold().split()) for one in [*several(value), *several(topics)])
    return next((FIELD_OF_TOPIC[key] for key in keys if key in FIELD_OF_TOPIC), None)


def finished(
    number: int,
    values: dict[str, Any],
    *,
    identifier: str = "",
    code: str = "",
    list_name: str = "",
    list_licence: str = "",
) -> Row:
    """The row, when all that was read of it makes sense together. Raises RowRefused."""
    if not values.get("title"):
        raise RowRefused(Why.NO_TITLE)
    _fit(values)
    at = values.get("taken_at", "")
    key = f"id:{identifier}" if identifier else at or f"title:{values['title'].casefold()}"
    return Row(number, short_key(key), values, code, in_one_line(list_name), list_licence[:40])


def _fit(values: dict[str, Any]) -> None:
    """Make what is said fit together, and our columns. Raises RowRefused."""
    for name, most in LONGEST.items():
        if name in values:
            values[name] = cut(values[name], most)
    if values.get("summary", "").casefold() in FREE | PAID:
        values["summary"] = ""  # some lists say no more than that
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        raise RowRefused(Why.ENDS_FIRST)
    at = values.get("taken_at", "")
    if at and not values.get("given_by"):
        values["given_by"] = str(urlsplit(at).hostname).removeprefix("www.")
    elif not at and "taken_at" in values:
        values["given_by"] = ""
    if not values.get("locale"):
        values["locale"] = (values.get("languages") or ["en"])[0]


def day_before(day_: date) -> date:
    """Whole days of a calendar end before the day they name."""
    return day_ - timedelta(days=1)
