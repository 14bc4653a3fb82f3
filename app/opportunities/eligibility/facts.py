"""What is known of a person: from the profile, from what was said, from our own records. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.accounts.states import LanguageLevel

LEVELS = [level.value for level in LanguageLevel]
# From the least to the most.
DEGREES = ("none", "bachelor", "master", "doctorate")
# What only the person can say; a profile does not hold it.
DECLARED = (
    *("degree", "degree_on", "service_years", "stayed_before", "awarded_before"),
    *("has_permission", "awarded_this_cycle"),
)
# Rules that a yes or a no decides: the fact that each reads, and which answer meets it.
YES_OR_NO = {
    "first_stay": ("stayed_before", False),
    "no_earlier_award": ("awarded_before", False),
    "employer_permission": ("has_permission", True),
    "one_award_per_cycle": ("awarded_this_cycle", False),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a profile says of a person; nothing written is None or empty."""

    nationalities: frozenset[str] = field(default_factory=frozenset)
    residence: str | None = None
    born_on: date | None = None
    home_country: str | None = None
    degree: str | None = None
    degree_on: date | None = None
    service_years: int | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    stayed_before: bool | None = None
    awarded_before: bool | None = None
    has_permission: bool | None = None
    awarded_this_cycle: bool | None = None
    # Which of these our own records say, whatever the person said.
    recorded: frozenset[str] = frozenset()
    # Whether a profile says the rest; else the person has just said it, perhaps without one.
    by_profile: bool = True


@dataclass(frozen=True, slots=True)
class Award:
    """An award that somebody accepted: of which programme, in which cycle, in which country."""

    programme_id: int | None
    cycle: int | None
    country: str | None


def said_by_awards(
    awards: Iterable[Award], *, programme_id: int | None, cycle: int | None, hosts: Iterable[str]
) -> dict[str, bool]:
    """What the records of accepted awards say of what a person can also declare.

    A cycle is the year in which the stays of a programme begin. Records that show nothing say
    nothing of earlier years; of this cycle they are complete.
    """
    there = set(hosts)
    known = list(awards)
    earlier = [a for a in known if cycle is None or (a.cycle is not None and a.cycle < cycle)]
    of_programme = [a for a in known if programme_id is not None and a.programme_id == programme_id]
    said = {"awarded_this_cycle": any(a.cycle == cycle for a in of_programme)}
    if any(a in earlier for a in of_programme):
        said["awarded_before"] = True
    if any(a.country in there for a in earlier if a.country):
        said["stayed_before"] = True
    return said


def declared(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What answers say of what no profile holds, as arguments of Facts; nonsense says nothing.

    Questions are known by their keys: those of DECLARED, and "level_en" for a level of English.
    """
    said: dict[str, Any] = {}
    if answers.get("degree") in DEGREES:
        said["degree"] = answers["degree"]
    if awarded := day_of(answers.get("degree_on")):
        said["degree_on"] = awarded
    years = answers.get("service_years")
    if isinstance(years, int | float) and not isinstance(years, bool):
        said["service_years"] = int(years)
    for name, _wanted in YES_OR_NO.values():
        if isinstance(answers.get(name), bool):
            said[name] = answers[name]
    levels = {
        key.removeprefix("level_"): value
        for key, value in answers.items()
        if key.startswith("level_") and value in LEVELS
    }
    return said | ({"levels": levels} if levels else {})


def facts_as_data(facts: Facts) -> dict[str, Any]:
    """The facts as JSON, to be kept beside what came of them."""
    return {
        "nationalities": sorted(facts.nationalities),
        "residence": facts.residence,
        "born_on": facts.born_on.isoformat() if facts.born_on else None,
        "home_country": facts.home_country,
        "degree": facts.degree,
        "degree_on": facts.degree_on.isoformat() if facts.degree_on else None,
        "service_years": facts.service_years,
        "levels": dict(facts.levels),
        "recorded": sorted(facts.recorded),
        **({} if facts.by_profile else {"by_profile": False}),
        **{name: getattr(facts, name) for name, _wanted in YES_OR_NO.values()},
    }


def facts_from_data(kept: Mapping[str, Any]) -> Facts:
    """The facts as they were kept by `facts_as_data`."""
    data = dict(kept)
    data["nationalities"] = frozenset(data.get("nationalities") or [])
    data["recorded"] = frozenset(data.get("recorded") or [])
    for name in ("born_on", "degree_on"):
        data[name] = day_of(data.get(name))
    return Facts(**data)


def day_of(text: object) -> date | None:
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
