"""What comes of each rule, and the rules of one opportunity as they are checked. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.foundation.languages import countries_named, day, number
from app.foundation.languages import gettext as _
from app.opportunities.eligibility.facts import (
    DEGREES,
    LEVELS,
    YES_OR_NO,
    Facts,
    day_of,
    facts_from_data,
)
from app.opportunities.eligibility.words import (
    age_in_words,
    degree_in_words,
    degrees,
    home_in_words,
    language_in_words,
    sentences,
    service_in_words,
)


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"  # not met, and the office lets it pass for this person


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What came of one rule, in the reader's language, about nobody in particular."""

    code: str
    outcome: Outcome
    sentence: str


def version_of(rules: Mapping[str, Any]) -> str:
    """What names a rule set: the same rules always have the same name, others never."""
    text = json.dumps(rules, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rule_set(
    stored: Mapping[str, Any],
    *,
    countries: Iterable[str] = (),
    hosts: Iterable[str] = (),
    closes_on: date | None = None,
    starts_on: date | None = None,
) -> dict[str, Any]:
    """The rules of one opportunity: what is stored, its country list, and its days filled in."""
    rules = dict(stored)
    named = sorted(countries)
    if named:
        rules["nationality"] = named
    for name, key in (("age", "on"), ("degree", "by")):
        rule = dict(rules.get(name) or {})
        if rule:
            on = {"deadline": closes_on, "start": starts_on}.get(str(rule.get(key)))
            if on is not None:
                rules[name] = rule | {key: on.isoformat()}
    if rules.get("first_stay"):
        rules["hosts"] = sorted(hosts)
    home = dict(rules.get("home_institution") or {})
    if home.pop("not_in_host_country", False):
        home["not_in"] = sorted({*(home.get("not_in") or []), *hosts})
        rules["home_institution"] = home
    return rules


def check(rules: Mapping[str, Any], facts: Facts) -> list[RuleResult]:
    """Every rule that is set, in a fixed order, with what came of it."""
    results = [
        _nationality(rules.get("nationality") or [], facts),
        _residence(rules.get("residence") or [], facts),
        _age(rules.get("age") or {}, facts),
        _born(rules.get("born_on_or_after"), facts),
        _home(rules.get("home_institution") or {}, facts),
        _degree(rules.get("degree") or {}, facts),
        _service(rules.get("service") or {}, facts),
        _language(rules.get("language") or {}, facts),
        *(_declared(code, rules, facts) for code in YES_OR_NO),
    ]
    return [result for result in results if result is not None]


def results_of(kept: Mapping[str, Any] | None) -> list[RuleResult]:
    """What came of each rule when an application was sent, in the reader's words."""
    if not kept:
        return []
    results = check(kept.get("rules") or {}, facts_from_data(kept.get("facts") or {}))
    return excepted(results, (kept.get("exception") or {}).get("codes") or ())


def excepted(results: Iterable[RuleResult], codes: Collection[str]) -> list[RuleResult]:
    """The results where the office lets these rules pass although they are not met."""
    return [
        replace(r, outcome=Outcome.EXCEPTED)
        if r.outcome is Outcome.NOT_MET and r.code in codes
        else r
        for r in results
    ]


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
        return RuleResult(code, Outcome.UNKNOWN, f"{said} {_none_named(facts)}")
    held = facts.nationalities & set(allowed)
    if held:
        said = _("Nationals of %(countries)s may apply.", countries=countries_named(held))
        return RuleResult(code, Outcome.MET, said)
    there, here = countries_named(allowed), countries_named(facts.nationalities)
    said = (
        _(
            "Open to nationals of %(countries)s; the profile says %(held)s.",
            countries=there,
            held=here,
        )
        if facts.by_profile
        else _("Open to nationals of %(countries)s; you said %(held)s.", countries=there, held=here)
    )
    return RuleResult(code, Outcome.NOT_MET, said)


def _residence(allowed: list[str], facts: Facts) -> RuleResult | None:
    code = "residence"
    if not allowed:
        return None
    if facts.residence is None:
        said = _("Open to people who live in %(countries)s.", countries=countries_named(allowed))
        return RuleResult(code, Outcome.UNKNOWN, f"{said} {_none_named(facts)}")
    if facts.residence in allowed:
        said = _(
            "People who live in %(country)s may apply.", country=countries_named([facts.residence])
        )
        return RuleResult(code, Outcome.MET, said)
    there, here = countries_named(allowed), countries_named([facts.residence])
    said = (
        _(
            "Open to people who live in %(countries)s; the profile says %(country)s.",
            countries=there,
            country=here,
        )
        if facts.by_profile
        else _(
            "Open to people who live in %(countries)s; you said %(country)s.",
            countries=there,
            country=here,
        )
    )
    return RuleResult(code, Outcome.NOT_MET, said)


def _age(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    code = "age"
    if not rule or not rule.get("max"):
        return None
    limit, on = int(rule["max"]), day_of(rule.get("on"))
    wanted = age_in_words(rule)
    if on is None:
        return RuleResult(code, Outcome.UNKNOWN, wanted)
    if facts.born_on is None:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_birth_not_said(facts)}")
    age = age_on(facts.born_on, on)
    met = age <= limit if rule.get("inclusive") else age < limit
    reckoned = (
        _("By the profile: %(age)s years on that day.", age=age)
        if facts.by_profile
        else _("By what you said: %(age)s years on that day.", age=age)
    )
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _born(since: object, facts: Facts) -> RuleResult | None:
    code = "born on or after"
    first = day_of(since)
    if first is None:
        return None
    wanted = _("Born on %(day)s or later.", day=day(first))
    if facts.born_on is None:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_birth_not_said(facts)}")
    reckoned = (
        _("By the profile: born on %(day)s.", day=day(facts.born_on))
        if facts.by_profile
        else _("By what you said: born on %(day)s.", day=day(facts.born_on))
    )
    met = facts.born_on >= first
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _home(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    wanted = " ".join(sentence for sentence in home_in_words(rule) if sentence)
    if not wanted:
        return None
    code, country = "home institution", facts.home_country
    if country is None:
        missing = (
            _("The profile names no home institution of a known country yet.")
            if facts.by_profile
            else _not_said()
        )
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {missing}")
    inside, outside = rule.get("in") or [country], rule.get("not_in") or []
    met = country in inside and country not in outside
    reckoned = _("It is in %(country)s.", country=countries_named([country]))
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _degree(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if rule.get("least") not in DEGREES[1:]:
        return None
    code, wanted = "degree", degree_in_words(rule)
    by, since = day_of(rule.get("by")), day_of(rule.get("since"))
    if facts.degree not in DEGREES:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_not_said()}")
    if DEGREES.index(facts.degree) < DEGREES.index(rule["least"]):
        reckoned = _("The highest degree is: %(degree)s.", degree=degrees()[facts.degree])
        return RuleResult(code, Outcome.NOT_MET, f"{wanted} {reckoned}")
    if facts.degree_on is None:
        outcome = Outcome.UNKNOWN if by or since else Outcome.MET
        return RuleResult(code, outcome, f"{wanted} {_not_said()}" if by or since else wanted)
    met = (by is None or facts.degree_on <= by) and (since is None or facts.degree_on >= since)
    reckoned = _("It was awarded on %(day)s.", day=day(facts.degree_on))
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _service(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if not rule.get("years"):
        return None
    code, wanted = "service", service_in_words(rule)
    if facts.service_years is None:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_not_said()}")
    met = facts.service_years >= int(rule["years"])
    reckoned = _("By what was said: %(years)s.", years=number(facts.service_years))
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _language(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if not rule.get("language") or rule.get("least") not in LEVELS:
        return None
    code, wanted = "language", language_in_words(rule)
    held = facts.levels.get(rule["language"])
    if held not in LEVELS:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_not_said()}")
    met = LEVELS.index(held) >= LEVELS.index(rule["least"])
    reckoned = _("By what was said: %(level)s.", level=held)
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _declared(code: str, rules: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if not rules.get(code):
        return None
    name, wanted = YES_OR_NO[code]
    said: bool | None = getattr(facts, name)
    sentence = sentences()[code]
    if said is None:
        return RuleResult(code, Outcome.UNKNOWN, f"{sentence} {_not_said()}")
    if said is wanted:
        return RuleResult(code, Outcome.MET, sentence)
    against = (
        _("By our records of earlier awards, this is not so.")
        if name in facts.recorded
        else _("By what was said, this is not so.")
    )
    return RuleResult(code, Outcome.NOT_MET, f"{sentence} {against}")


def _none_named(facts: Facts) -> str:
    return _("The profile names none yet.") if facts.by_profile else _not_said()


def _birth_not_said(facts: Facts) -> str:
    if facts.by_profile:
        return _("The profile does not say the date of birth yet.")
    return _not_said()


def _not_said() -> str:
    return _("This was not said yet.")
