"""Who may come in a group by the rules of its call, which are said for each part apart. Pure.

The data is `{"participant": rules, "supervisor": rules}`, where rules are those of
`opportunities.eligibility`, of which a group is asked `nationality` and `age`. An age counts on
the first day of the visit (`start`), on the last day to apply (`deadline`), or on an ISO day.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.foundation.languages import gettext as _
from app.opportunities.eligibility import Facts, Outcome, check, in_words, rule_set
from app.visits.states import Part

START, DEADLINE = "start", "deadline"
ASKED = ("nationality", "age")


def rules_for(
    stored: Mapping[str, Any],
    part: Part,
    *,
    closes_on: date | None = None,
    first_on: date | None = None,
) -> dict[str, Any]:
    """What is asked of this part, its days filled in as far as they are known."""
    return rule_set(stored.get(part.value) or {}, closes_on=closes_on, starts_on=first_on)


def against(
    rules: Mapping[str, Any], *, nationality: str = "", born_on: date | None = None
) -> list[str]:
    """The rules that stand against somebody, as far as is known."""
    held = frozenset([nationality]) if nationality else frozenset[str]()
    results = check(rules, Facts(nationalities=held, born_on=born_on))
    return [one.code for one in results if one.outcome is Outcome.NOT_MET]


def said(rules: Mapping[str, Any], codes: Iterable[str] = ASKED) -> list[str]:
    """Some of the rules as sentences to anybody."""
    asked = {code: rules[code] for code in codes if rules.get(code)}
    age = asked.get("age") or {}
    if age.get("on") != START:
        return in_words(asked)
    others = in_words({code: rule for code, rule in asked.items() if code != "age"})
    limit = int(age["max"])
    if age.get("inclusive"):
        return [
            *others,
            _("At most %(limit)s years old on the first day of the visit.", limit=limit),
        ]
    return [*others, _("Younger than %(limit)s years on the first day of the visit.", limit=limit)]
