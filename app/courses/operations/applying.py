"""Selective dates: the form that one answers to apply, and what reviewers score by."""

from typing import Any

from app.applications.operations.form_versions import keep_form
from app.applications.operations.rubric_versions import keep_rubric
from app.applications.queries.routes import ways_without_nominators
from app.applications.states import ROUTE_NAMES
from app.audit.record import record
from app.courses import policy
from app.courses.models import CourseRun
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.models import FormVersion, RubricVersion
from app.opportunities.states import OpportunityState


def save_run_form(
    work: Work, run: CourseRun, definition: dict[str, Any], *, version: int | None
) -> FormVersion:
    """Change the form of selective dates; who answers the present one goes on with that."""
    policy.EDIT_RUN.require(work.actor, run)
    if not run.takes_applications:
        raise RuleBroken(_("Nobody applies for these dates: people get a seat in another way."))
    if run.state in {OpportunityState.CLOSED, OpportunityState.CANCELLED}:
        raise RuleBroken(_("Enrolment is closed: the form can no longer be changed."))
    form = keep_form(work, run, definition, may=policy.EDIT_RUN, version=version)

    record(work, "run.form saved", run, number=form.number)
    return form


def save_run_rubric(
    work: Work, run: CourseRun, definition: dict[str, Any], *, version: int | None
) -> RubricVersion:
    """Change what reviewers of selective dates score by; reviews that began go on with theirs."""
    policy.EDIT_RUN.require(work.actor, run)
    if not run.takes_applications:
        raise RuleBroken(_("Nobody applies for these dates: people get a seat in another way."))
    if run.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("These dates are cancelled."))
    rubric = keep_rubric(work, run, definition, may=policy.EDIT_RUN, version=version)

    record(work, "run.rubric saved", run, number=rubric.number)
    return rubric


def refuse_ways_without_nominators(work: Work, run: CourseRun) -> None:
    """Nobody could come by a way for which no body is named."""
    for kind in ways_without_nominators(work.session, run.id):
        raise RuleBroken(_("%(way)s: name who may nominate.", way=ROUTE_NAMES[kind]))
