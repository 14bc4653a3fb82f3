"""Keeping what somebody who is signed in found out about a call before applying."""

from dataclasses import replace

from app.applications import queries
from app.applications.models import EligibilityCheck
from app.applications.queries.checks import check_of
from app.applications.queries.exceptions import recorded
from app.audit.record import record
from app.foundation.permissions import SIGNED_IN
from app.foundation.work import Work
from app.opportunities.eligibility import (
    Facts,
    RuleResult,
    check,
    facts_as_data,
    version_of,
)
from app.opportunities.models import Opportunity
from app.opportunities.operations import numbered_rules


def keep_check(work: Work, opportunity: Opportunity, facts: Facts) -> list[RuleResult]:
    """Hold what a person said against the rules of this moment, and keep what came of it.

    What our own records show of earlier awards counts against any answer. `countries` loaded.
    """
    SIGNED_IN.require(work.actor, None)
    person_id = work.actor.user_id or 0
    # One person's checks wait for each other here: of two at once the second finds the first's.
    work.find(queries.person_with_profile(person_id))
    rules = queries.rules_of(opportunity, work.session)
    awards = recorded(work.session, opportunity, person_id, rules).get("awards", {})
    shown = {name: said for name, said in awards.items() if said}
    facts = replace(facts, **shown, recorded=frozenset(shown))
    results = check(rules, facts)
    number = numbered_rules(work, opportunity, rules).number
    kept = work.session.scalar(check_of(opportunity.id, person_id))
    if kept is None:
        kept = EligibilityCheck(person_id=person_id, opportunity_id=opportunity.id)
        work.session.add(kept)
    kept.number, kept.checked_at = number, work.now
    kept.content = {
        "version": version_of(rules),
        "number": number,
        "rules": rules,
        "facts": facts_as_data(facts),
        "results": [{"code": r.code, "outcome": r.outcome.value} for r in results],
    }

    work.session.flush()
    record(work, "eligibility.checked", kept, opportunity_id=opportunity.id, rules=number)
    return results
