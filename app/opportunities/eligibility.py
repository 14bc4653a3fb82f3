"""Who may apply: rules as data, checked against what a profile says, one sentence a rule.

Pure. The data is JSON, every rule optional:

    {"nationality": ["KH", "LA"], "residence": ["KH", "LA"],
     "age": {"max": 40, "inclusive": true, "on": "2027-04-01"}, "born_on_or_after": "1990-04-02"}

Ages are completed years on the day `on` (an ISO day, or `deadline` or `start`, which `rule_set`
turns into days). `inclusive` means "40 or younger", its absence "below 40".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.foundation.languages import countries_named, day
from app.foundation.languages import gettext as _


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What came of one rule, in the reader's language, about nobody in particular."""

    code: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a profile says of a person; nothing written is None or empty."""

    nationalities: frozenset[str] = field(default_factory=frozenset)
    residence: str | None = None
    born_on: date | None = None


def rule_set(
    stored: Mapping[str, Any],
    *,
    countries: Iterable[str] = (),
    closes_on: date | None = None,
    starts_on: date | None = None,
) -> dict[str, Any]:
    """The rules of one opportunity: what is stored, its country list, and its days filled in."""
    rules = dict(stored)
    named = sorted(countries)
    if named:
        rules["nationality"] = named
    age = dict(rules.get("age") or {})
    if age:
        on = {"deadline": closes_on, "start": starts_on}.get(str(age.get("on")))
        if on is not None:
            rules["age"] = age | {"on": on.isoformat()}
    return rules


def check(rules: Mapping[str, Any], facts: Facts) -> list[RuleResult]:
    """Every rule that is set, in a fixed order, with what came of it."""
    results = [
        _nationality(rules.get("nationality") or [], facts),
        _residence(rules.get("residence") or [], facts),
        _age(rules.get("age") or {}, facts),
        _born(rules.get("born_on_or_after"), facts),
    ]
    return [result for result in results if result is not None]


def in_words(rules: Mapping[str, Any]) -> list[str]:
    """Every rule that is set as a sentence to anybody, in the order of `check`."""
    said = []
    if nationals := rules.get("nationality"):
        said.append(_("Open to nationals of %(countries)s.", countries=countries_named(nationals)))
    if residents := rules.get("residence"):
        said.append(
            _("Open to people who live in %(countries)s.", countries=countries_named(residents))
        )
    if (age := rules.get("age") or {}) and age.get("max"):
        said.append(_age_in_words(age))
    if first := _day_of(rules.get("born_on_or_after")):
        said.append(_("Born on %(day)s or later.", day=day(first)))
    return said


def _age_in_words(rule: Mapping[str, Any]) -> str:
    limit, on = int(rule["max"]), _day_of(rule.get("on"))
    if on is None:
        return _("There is an age limit; its day is not fixed yet.")
    if rule.get("inclusive"):
        return _("At most %(limit)s years old on %(day)s.", limit=limit, day=day(on))
    return _("Younger than %(limit)s years on %(day)s.", limit=limit, day=day(on))


def may_apply(results: Iterable[RuleResult]) -> bool:
    """Nothing stands against it as far as is known."""
    return all(result.outcome is not Outcome.NOT_MET for result in results)


def age_on(born_on: date, on: date) -> int:
    """Completed years on that day; who was born on 29 February turns a year older on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def _nationality(allowed: list[str], facts: Facts) -> RuleResult | None:
    code = "nationality"
    if not allowed:
        return None
    if not facts.nationalities:
        said = _("Open to nationals of %(countries)s.", countries=countries_named(allowed))
        return RuleResult(code, Outcome.UNKNOWN, f"{said} {_('The profile names none yet.')}")
    held = facts.nationalities & set(allowed)
    if held:
        said = _("Nationals of %(countries)s may apply.", countries=countries_named(held))
        return RuleResult(code, Outcome.MET, said)
    said = _(
        "Open to nationals of %(countries)s; the profile says %(held)s.",
        countries=countries_named(allowed),
        held=countries_named(facts.nationalities),
    )
    return RuleResult(code, Outcome.NOT_MET, said)


def _residence(allowed: list[str], facts: Facts) -> RuleResult | None:
    code = "residence"
    if not allowed:
        return None
    if facts.residence is None:
        said = _("Open to people who live in %(countries)s.", countries=countries_named(allowed))
        return RuleResult(code, Outcome.UNKNOWN, f"{said} {_('The profile names none yet.')}")
    if facts.residence in allowed:
        said = _(
            "People who live in %(country)s may apply.", country=countries_named([facts.residence])
        )
        return RuleResult(code, Outcome.MET, said)
    said = _(
        "Open to people who live in %(countries)s; the profile says %(country)s.",
        countries=countries_named(allowed),
        country=countries_named([facts.residence]),
    )
    return RuleResult(code, Outcome.NOT_MET, said)


def _age(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    code = "age"
    if not rule or not rule.get("max"):
        return None
    limit, on = int(rule["max"]), _day_of(rule.get("on"))
    wanted = _age_in_words(rule)
    if on is None:
        return RuleResult(code, Outcome.UNKNOWN, wanted)
    if facts.born_on is None:
        missing = _("The profile does not say the date of birth yet.")
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {missing}")
    age = age_on(facts.born_on, on)
    met = age <= limit if rule.get("inclusive") else age < limit
    reckoned = _("By the profile: %(age)s years on that day.", age=age)
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _born(since: object, facts: Facts) -> RuleResult | None:
    code = "born on or after"
    first = _day_of(since)
    if first is None:
        return None
    wanted = _("Born on %(day)s or later.", day=day(first))
    if facts.born_on is None:
        missing = _("The profile does not say the date of birth yet.")
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {missing}")
    reckoned = _("By the profile: born on %(day)s.", day=day(facts.born_on))
    met = facts.born_on >= first
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _day_of(text: object) -> date | None:
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
