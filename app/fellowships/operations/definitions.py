"""The application form and the rubric of a call: numbered, and frozen once they are used."""

from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app.applications.operations.form_versions import keep_form, refuse_invisible
from app.audit.record import record
from app.fellowships import policy, queries
from app.fellowships.models import Call
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.models import FormVersion, RubricVersion
from app.opportunities.rubrics import RubricProblem, parse_rubric
from app.opportunities.states import OpportunityState


def save_form(
    work: Work, call: Call, definition: dict[str, Any], *, version: int | None
) -> FormVersion:
    """Change the application form; who answers the present one goes on with that.

    Raises RuleBroken with the section and the question that cannot be read.
    """
    policy.EDIT.require(work.actor, call)
    _refuse_when_closed(call)
    form = keep_form(work, call, definition, may=policy.EDIT, version=version)

    record(work, "call.form_saved", call, number=form.number)
    return form


def save_rubric(
    work: Work, call: Call, definition: dict[str, Any], *, version: int | None
) -> RubricVersion:
    """Change what reviewers score by; reviews that began go on with the present one."""
    policy.EDIT.require(work.actor, call)
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call is cancelled; nothing in it can be changed any more."))
    refuse_invisible(definition)
    try:
        parse_rubric(definition)
    except RubricProblem as problem:
        raise RuleBroken(str(problem)) from problem
    work.edit(call, version)

    rubric = work.session.scalar(queries.current_rubric(call.id).with_for_update())
    if rubric is None or rubric.frozen_at is not None:
        number = 1 if rubric is None else rubric.number + 1
        rubric = RubricVersion(opportunity_id=call.id, number=number, definition=definition)
        work.session.add(rubric)
    else:
        rubric.definition = definition
        flag_modified(rubric, "definition")

    record(work, "call.rubric_saved", call, number=rubric.number)
    return rubric


def _refuse_when_closed(call: Call) -> None:
    if call.state in {OpportunityState.CLOSED, OpportunityState.CANCELLED}:
        raise RuleBroken(_("The call is closed: its form can no longer be changed."))
