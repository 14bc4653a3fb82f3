"""What a certificate says: plain values, frozen when it is issued, and read back for ever."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

LAYOUT = 1  # raised when the stored shape changes; what was issued in an older one stays readable

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Competency:
    """One thing that the holder can do now; `url` is its page in a framework that others know."""

    names: Texts
    code: str = ""
    framework: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Achievement:
    """What was achieved, alike for all who achieved it. Texts are by language (BCP 47).

    `ref` names it among everything that the house certifies ("run:12"): all certificates of one
    course run carry the same. `original` is the language in which it was written first.
    """

    ref: str
    titles: Texts
    original: str
    criteria: Texts
    starts_on: date | None = None
    ends_on: date | None = None
    hours: float | None = None
    field_of_study: str = ""
    level: int | None = None
    competencies: tuple[Competency, ...] = ()

    def __post_init__(self) -> None:
        if self.original not in self.titles or not self.titles[self.original].strip():
            msg = "an achievement has a title in its original language"
            raise ValueError(msg)
        if not any(text.strip() for text in self.criteria.values()):
            msg = "an achievement says by which criteria it is achieved"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Names:
    """The holder's name as it is printed: in Latin letters, and in the person's own script."""

    latin: str
    native: str = ""
    native_lang: str = ""


@dataclass(frozen=True, slots=True)
class Centre:
    """Who certifies, as it was called on that day."""

    ref: str
    name: str
    local_name: str = ""
    local_lang: str = ""
    city: str = ""
    country: str = ""
    zone: str = "UTC"
    website: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a certificate names, and nothing that it does not name."""

    names: Names
    achievement: Achievement
    centre: Centre
    result: Texts = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept; `facts_of` reads it back."""
        kept = asdict(self)
        for day in ("starts_on", "ends_on"):
            value = kept["achievement"][day]
            kept["achievement"][day] = value.isoformat() if value else None
        kept["achievement"]["competencies"] = list(kept["achievement"]["competencies"])
        return {"layout": LAYOUT, **kept}


def facts_of(kept: Mapping[str, Any]) -> Facts:
    """The facts of a certificate from what was kept."""
    achievement = dict(kept["achievement"])
    for day in ("starts_on", "ends_on"):
        value = achievement[day]
        achievement[day] = date.fromisoformat(value) if value else None
    achievement["competencies"] = tuple(Competency(**c) for c in achievement["competencies"])
    return Facts(
        names=Names(**kept["names"]),
        achievement=Achievement(**achievement),
        centre=Centre(**kept["centre"]),
        result=kept["result"],
    )


def competencies_in(achievement: Achievement, locale: str) -> list[str]:
    """What the holder can do now, each in the reader's language as far as it is there."""
    every = achievement.competencies
    return [said_in(c.names, locale, achievement.original)[0] for c in every]


def said_in(texts: Texts, locale: str, original: str = "en") -> tuple[str, str]:
    """(text, its language): the reader's, else the original, else English, else any."""
    for tag in (locale, original, "en", *texts):
        if texts.get(tag, "").strip():
            return texts[tag], tag
    return "", locale
