"""The rules as sentences to anybody. Pure."""

from collections.abc import Mapping
from typing import Any

from app.foundation.languages import countries_named, day, language_name, ngettext
from app.foundation.languages import gettext as _
from app.opportunities.eligibility.facts import YES_OR_NO, day_of


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
        said.append(age_in_words(age))
    if first := day_of(rules.get("born_on_or_after")):
        said.append(_("Born on %(day)s or later.", day=day(first)))
    return said + _further_in_words(rules)


def _further_in_words(rules: Mapping[str, Any]) -> list[str]:
    said = []
    if home := rules.get("home_institution"):
        said += [sentence for sentence in home_in_words(home) if sentence]
    if degree := rules.get("degree"):
        said.append(degree_in_words(degree))
    if service := rules.get("service"):
        said.append(service_in_words(service))
    if language := rules.get("language"):
        said.append(language_in_words(language))
    said += [sentences()[code] for code in YES_OR_NO if rules.get(code)]
    return said


def age_in_words(rule: Mapping[str, Any]) -> str:
    limit, on = int(rule["max"]), day_of(rule.get("on"))
    if on is None:
        return _("There is an age limit; its day is not fixed yet.")
    if rule.get("inclusive"):
        return _("At most %(limit)s years old on %(day)s.", limit=limit, day=day(on))
    return _("Younger than %(limit)s years on %(day)s.", limit=limit, day=day(on))


def home_in_words(rule: Mapping[str, Any]) -> tuple[str, str]:
    inside, outside = rule.get("in") or [], rule.get("not_in") or []
    return (
        _("The home institution is in %(countries)s.", countries=countries_named(inside))
        if inside
        else "",
        _("The home institution is not in %(countries)s.", countries=countries_named(outside))
        if outside
        else "",
    )


def degrees() -> dict[str, str]:
    return {
        "none": _("No degree yet"),
        "bachelor": _("Bachelor's degree"),
        "master": _("Master's degree"),
        "doctorate": _("Doctorate"),
    }


def degree_in_words(rule: Mapping[str, Any]) -> str:
    said = _("At least this degree: %(degree)s.", degree=degrees()[rule["least"]])
    by, since = day_of(rule.get("by")), day_of(rule.get("since"))
    if by:
        said += " " + _("Awarded on %(day)s at the latest.", day=day(by))
    if since:
        said += " " + _("Awarded on %(day)s or later.", day=day(since))
    return said


def service_in_words(rule: Mapping[str, Any]) -> str:
    years = int(rule.get("years") or 0)
    return ngettext(
        "At least %(num)s year of service.", "At least %(num)s years of service.", years
    )


def language_in_words(rule: Mapping[str, Any]) -> str:
    return _(
        "%(language)s at level %(level)s or better.",
        language=language_name(str(rule.get("language"))),
        level=str(rule.get("least")),
    )


def sentences() -> dict[str, str]:
    return {
        "first_stay": _("It would be the first stay of this kind in the host country."),
        "no_earlier_award": _("No earlier award of this programme."),
        "employer_permission": _("The employer permits it."),
        "one_award_per_cycle": _("No other award of this programme in the same cycle."),
    }
