"""The application form and the rubric of a call: numbered, and frozen once they are used."""

from typing import Any

from app.applications.operations.form_versions import keep_form
from app.applications.operations.rubric_versions import keep_rubric
from app.audit.record import record
from app.fellowships import policy
from app.fellowships.models import Call
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.models import FormVersion, RubricVersion
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
    rubric = keep_rubric(work, call, definition, may=policy.EDIT, version=version)

    record(work, "call.rubric_saved", call, number=rubric.number)
    return rubric


def _refuse_when_closed(call: Call) -> None:
    if call.state in {OpportunityState.CLOSED, OpportunityState.CANCELLED}:
        raise RuleBroken(_("The call is closed: its form can no longer be changed."))
