"""What forms of every kind share: what can be chosen from, and times as clocks show them."""

from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import (
    city,
    country_name,
    currency_name,
    in_order,
    is_zone,
    language_name,
    lazy,
)
from app.foundation.languages import gettext as _
from app.opportunities import competencies
from app.opportunities.deadlines import UnclearTime, instant_of
from app.opportunities.money import CURRENCIES, Period
from app.opportunities.states import Track

# Where offices of the cooperation and its partners have their clocks.
OFFICE_ZONES = (
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Phnom_Penh",
    "Asia/Vientiane",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Brunei",
    "Asia/Kuala_Lumpur",
    "Asia/Manila",
    "Asia/Singapore",
    "Asia/Makassar",
    "Asia/Dili",
    "Asia/Jayapura",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Seoul",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Brussels",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
WORKING_LANGUAGES = (
    *("en", "ja", "id", "ms", "fil", "km", "lo", "my", "ta", "tet", "th", "vi", "zh", "pt", "fr"),
)
DAYS_OF_AGE = ("deadline", "start", "day")


def track_choices() -> list[SelectChoice]:
    words = {
        Track.RESEARCHER: _("Researchers"),
        Track.ENGINEER: _("Engineers"),
        Track.POLICYMAKER: _("Policymakers"),
    }
    return [SelectChoice(track.value, said) for track, said in words.items()]


def competency_choices() -> list[SelectChoice]:
    return [
        SelectChoice(code, competencies.name_of(code))
        for code in competencies.NAMES
        if competencies.is_offered(code)
    ]


def country_choices(codes: list[str]) -> list[SelectChoice]:
    named = [SelectChoice(code, country_name(code)) for code in codes]
    return sorted(named, key=lambda choice: in_order(str(choice.label)))


def zone_choices(now: datetime, *besides: str | None) -> list[SelectChoice]:
    """Zones from west to east, each with its distance from UTC at present."""
    zones = {*OFFICE_ZONES, *(zone for zone in besides if is_zone(zone))}
    placed = sorted((now.astimezone(ZoneInfo(str(zone))), str(zone)) for zone in zones)
    placed.sort(key=lambda one: (one[0].utcoffset(), city(one[1])))
    return [SelectChoice(z, f"{city(z)} (UTC{at:%z})".replace("00)", ":00)")) for at, z in placed]


def language_choices() -> list[SelectChoice]:
    named = [SelectChoice(code, language_name(code)) for code in WORKING_LANGUAGES]
    return [*named[:2], *sorted(named[2:], key=lambda choice: in_order(str(choice.label)))]


def currency_choices() -> list[SelectChoice]:
    named = [SelectChoice(code, f"{currency_name(code)} ({code})") for code in CURRENCIES]
    return [SelectChoice("", _("Choose a currency")), *named]


def period_choices() -> list[SelectChoice]:
    words = {
        Period.MONTH: _("every month"),
        Period.YEAR: _("every year"),
        Period.DAY: _("every day"),
        Period.ONCE: _("once"),
    }
    return [SelectChoice(period.value, said) for period, said in words.items()]


def wall(moment: datetime | None) -> str | None:
    """A wall time as it is stored."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M}"


def require_clear(moment: datetime | None, zone: str | None) -> None:
    """Refuse a wall time that this clock shows twice or never."""
    if moment is None or not is_zone(zone):
        return
    try:
        instant_of(moment, zone)
    except UnclearTime as unclear:
        raise ValidationError(str(unclear)) from unclear


W = TypeVar("W")


class TextForm(Form):
    """What readers of one language read of an opportunity; each office asks for more."""

    title = StringField(lazy("Title"), [Required(lazy("Write the title.")), Longest(300)])
    summary = TextAreaField(lazy("In one or two sentences"), [Longest(600)])
    description = TextAreaField(lazy("Description"), [Longest(10_000)])
    version = VersionField()

    def read(self, kind: type[W]) -> W:
        """What was written, as the dataclass of the office whose fields these are."""
        names: dict[str, Any] = kind.__dataclass_fields__  # type: ignore[attr-defined]
        return kind(**{name: self[name].data or "" for name in names})


class ReasonForm(Form):
    reason = TextAreaField(lazy("Reason"), [Required(lazy("Give the reason.")), Longest(2_000)])
