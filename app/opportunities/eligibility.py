"""Who may apply: rules as data, checked against what a profile says, one sentence a rule.

Pure. The data is JSON, every rule optional:

    {"nationality": ["KH", "LA"], "residence": ["KH", "LA"],
     "age": {"max": 40, "inclusive": true, "on": "2027-04-01"}, "born_on_or_after": "1990-04-02",
     "home_institution": {"in": ["KH"], "not_in": ["JP"], "not_in_host_country": true},
     "degree": {"least": "master", "by": "deadline", "since": "2021-04-01"},
     "service": {"years": 2}, "language": {"language": "en", "least": "B2"},
     "first_stay": true, "no_earlier_award": true, "employer_permission": true,
     "one_award_per_cycle": true}

Ages are completed years on the day `on` (an ISO day, or `deadline` or `start`, which `rule_set`
turns into days). `inclusive` means "40 or younger", its absence "below 40".
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.accounts.states import LanguageLevel
from app.foundation.languages import countries_named, day, language_name, ngettext, number
from app.foundation.languages import gettext as _

_LEVELS = [level.value for level in LanguageLevel]


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


def declared(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What answers say of what no profile holds, as arguments of Facts; nonsense says nothing.

    Questions are known by their keys: those of DECLARED, and "level_en" for a level of English.
    """
    said: dict[str, Any] = {}
    if answers.get("degree") in DEGREES:
        said["degree"] = answers["degree"]
    if awarded := _day_of(answers.get("degree_on")):
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
        if key.startswith("level_") and value in _LEVELS
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
        **{name: getattr(facts, name) for name, _wanted in YES_OR_NO.values()},
    }


def results_of(kept: Mapping[str, Any] | None) -> list[RuleResult]:
    """What came of each rule when an application was sent, in the reader's words."""
    if not kept:
        return []
    data = dict(kept.get("facts") or {})
    data["nationalities"] = frozenset(data.get("nationalities") or [])
    data["recorded"] = frozenset(data.get("recorded") or [])
    for name in ("born_on", "degree_on"):
        data[name] = _day_of(data.get(name))
    results = check(kept.get("rules") or {}, Facts(**data))
    return excepted(results, (kept.get("exception") or {}).get("codes") or ())


def excepted(results: Iterable[RuleResult], codes: Collection[str]) -> list[RuleResult]:
    """The results where the office lets these rules pass although they are not met."""
    return [
        replace(r, outcome=Outcome.EXCEPTED)
        if r.outcome is Outcome.NOT_MET and r.code in codes
        else r
        for r in results
    ]


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
    return said + _further_in_words(rules)


def _further_in_words(rules: Mapping[str, Any]) -> list[str]:
    said = []
    if home := rules.get("home_institution"):
        said += [sentence for sentence in _home_in_words(home) if sentence]
    if degree := rules.get("degree"):
        said.append(_degree_in_words(degree))
    if service := rules.get("service"):
        said.append(_service_in_words(service))
    if language := rules.get("language"):
        said.append(_language_in_words(language))
    said += [sentences()[code] for code in YES_OR_NO if rules.get(code)]
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


def _home_in_words(rule: Mapping[str, Any]) -> tuple[str, str]:
    inside, outside = rule.get("in") or [], rule.get("not_in") or []
    return (
        _("The home institution is in %(countries)s.", countries=countries_named(inside))
        if inside
        else "",
        _("The home institution is not in %(countries)s.", countries=countries_named(outside))
        if outside
        else "",
    )


def _home(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    wanted = " ".join(sentence for sentence in _home_in_words(rule) if sentence)
    if not wanted:
        return None
    code, country = "home institution", facts.home_country
    if country is None:
        missing = _("The profile names no home institution of a known country yet.")
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {missing}")
    inside, outside = rule.get("in") or [country], rule.get("not_in") or []
    met = country in inside and country not in outside
    reckoned = _("It is in %(country)s.", country=countries_named([country]))
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def degrees() -> dict[str, str]:
    return {
        "none": _("No degree yet"),
        "bachelor": _("Bachelor's degree"),
        "master": _("Master's degree"),
        "doctorate": _("Doctorate"),
    }


def _degree_in_words(rule: Mapping[str, Any]) -> str:
    said = _("At least this degree: %(degree)s.", degree=degrees()[rule["least"]])
    by, since = _day_of(rule.get("by")), _day_of(rule.get("since"))
    if by:
        said += " " + _("Awarded on %(day)s at the latest.", day=day(by))
    if since:
        said += " " + _("Awarded on %(day)s or later.", day=day(since))
    return said


def _degree(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if rule.get("least") not in DEGREES[1:]:
        return None
    code, wanted = "degree", _degree_in_words(rule)
    by, since = _day_of(rule.get("by")), _day_of(rule.get("since"))
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


def _service_in_words(rule: Mapping[str, Any]) -> str:
    years = int(rule.get("years") or 0)
    return ngettext(
        "At least %(num)s year of service.", "At least %(num)s years of service.", years
    )


def _service(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if not rule.get("years"):
        return None
    code, wanted = "service", _service_in_words(rule)
    if facts.service_years is None:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_not_said()}")
    met = facts.service_years >= int(rule["years"])
    reckoned = _("By what was said: %(years)s.", years=number(facts.service_years))
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def _language_in_words(rule: Mapping[str, Any]) -> str:
    return _(
        "%(language)s at level %(level)s or better.",
        language=language_name(str(rule.get("language"))),
        level=str(rule.get("least")),
    )


def _language(rule: Mapping[str, Any], facts: Facts) -> RuleResult | None:
    if not rule.get("language") or rule.get("least") not in _LEVELS:
        return None
    code, wanted = "language", _language_in_words(rule)
    held = facts.levels.get(rule["language"])
    if held not in _LEVELS:
        return RuleResult(code, Outcome.UNKNOWN, f"{wanted} {_not_said()}")
    met = _LEVELS.index(held) >= _LEVELS.index(rule["least"])
    reckoned = _("By what was said: %(level)s.", level=held)
    return RuleResult(code, Outcome.MET if met else Outcome.NOT_MET, f"{wanted} {reckoned}")


def sentences() -> dict[str, str]:
    return {
        "first_stay": _("It would be the first stay of this kind in the host country."),
        "no_earlier_award": _("No earlier award of this programme."),
        "employer_permission": _("The employer permits it."),
        "one_award_per_cycle": _("No other award of this programme in the same cycle."),
    }


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


def _not_said() -> str:
    return _("This was not said yet.")


def _day_of(text: object) -> date | None:
    if not isinstance(text, str):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
