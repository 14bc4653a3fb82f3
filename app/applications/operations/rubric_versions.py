"""What reviewers score by: numbered, and frozen with the first review."""

from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app.applications import queries
from app.applications.operations.form_versions import refuse_invisible
from app.foundation.errors import RuleBroken
from app.foundation.permissions import Permission
from app.foundation.work import Work
from app.opportunities.models import Opportunity, RubricVersion
from app.opportunities.rubrics import RubricProblem, parse_rubric


def keep_rubric(
    work: Work,
    opportunity: Opportunity,
    definition: dict[str, Any],
    *,
    may: Permission[Any],
    version: int | None,
) -> RubricVersion:
    """Change what reviewers score by; reviews that began go on with the present one.

    The floor above says who `may`, and records it. Raises RuleBroken with what cannot be read.
    """
    may.require(work.actor, opportunity)
    refuse_invisible(definition)
    try:
        parse_rubric(definition)
    except RubricProblem as problem:
        raise RuleBroken(str(problem)) from problem
    work.edit(opportunity, version)

    rubric = work.session.scalar(queries.newest_rubric(opportunity.id).with_for_update())
    if rubric is None or rubric.frozen_at is not None:
        number = 1 if rubric is None else rubric.number + 1
        rubric = RubricVersion(opportunity_id=opportunity.id, number=number, definition=definition)
        work.session.add(rubric)
    else:
        rubric.definition = definition
        flag_modified(rubric, "definition")
    return rubric
