"""Rules have versions: what an application is checked by is kept as it was."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.foundation.work import Work
from app.opportunities.eligibility import version_of
from app.opportunities.models import (
    Opportunity,
    RuleSet,
)


def numbered_rules(work: Work, opportunity: Opportunity, rules: Mapping[str, Any]) -> RuleSet:
    """The version of an opportunity's rules that these are: a new one where they have changed.

    Going back to earlier rules is a change too.
    """
    newest = (
        select(RuleSet)
        .where(RuleSet.opportunity_id == opportunity.id)
        .order_by(RuleSet.number.desc())
        .limit(1)
    )
    name = version_of(rules)
    held = work.session.scalar(newest)
    if held is not None and held.digest == name:
        return held
    made = RuleSet(
        opportunity_id=opportunity.id,
        number=held.number + 1 if held else 1,
        digest=name,
        rules=dict(rules),
        made_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(made)
    except IntegrityError:
        # Somebody else sent at this moment, the first after the change: theirs is the version.
        held = work.session.scalars(newest).one()
        if held.digest != name:
            raise
        return held
    return made
