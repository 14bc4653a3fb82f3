"""Selective dates: the form that one answers to apply, and the rules by which one may."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.applications.operations.form_versions import keep_form
from app.applications.queries import newest_form, rules_of
from app.applications.queries.routes import ways_without_nominators
from app.applications.states import ROUTE_NAMES
from app.audit.record import record
from app.courses import policy
from app.courses.models import CourseRun
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.form_definitions import FormProblem, parse_form, questions_of_kind
from app.opportunities.models import FormVersion
from app.opportunities.operations import numbered_rules
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


def refuse_without_form(work: Work, run: CourseRun) -> None:
    """Nobody could apply without a form that is readable and has a declaration to agree to."""
    kept = work.session.scalar(newest_form(run.id))
    if kept is None:
        raise RuleBroken(_("There is no application form."))
    try:
        form = parse_form(kept.definition)
    except FormProblem as problem:
        raise RuleBroken(
            _("The application form cannot be read: %(problem)s", problem=str(problem))
        ) from problem
    if not any(question.required for question in questions_of_kind(form, "declaration")):
        raise RuleBroken(_("The form asks for no declaration that must be agreed to."))


def refuse_ways_without_nominators(work: Work, run: CourseRun) -> None:
    """Nobody could come by a way for which no body is named."""
    for kind in ways_without_nominators(work.session, run.id):
        raise RuleBroken(_("%(way)s: name who may nominate.", way=ROUTE_NAMES[kind]))


def number_rules(work: Work, run: CourseRun) -> None:
    """Keep the rules by which one may apply as they stand, as a numbered version."""
    work.session.flush()
    whole = select(CourseRun).where(CourseRun.id == run.id)
    work.session.scalars(
        whole.options(selectinload(CourseRun.countries)).execution_options(populate_existing=True)
    ).one()
    numbered_rules(work, run, rules_of(run, work.session))
