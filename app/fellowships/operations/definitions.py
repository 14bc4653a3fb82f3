"""The application form and the rubric of a call: numbered, and frozen once they are used."""

import unicodedata
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from app.audit.record import record
from app.fellowships import policy, queries
from app.fellowships.models import Call
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.form_definitions import FormProblem, parse_form
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
    _refuse_invisible(definition)
    try:
        parse_form(definition)
    except FormProblem as problem:
        raise RuleBroken(str(problem)) from problem
    work.edit(call, version)

    form = work.session.scalar(queries.current_form(call.id).with_for_update())
    if form is None or queries.form_is_used(work.session, form):
        number = 1 if form is None else form.number + 1
        if form is not None:
            form.frozen_at = form.frozen_at or work.now
        form = FormVersion(opportunity_id=call.id, number=number, definition=definition)
        work.session.add(form)
    else:
        form.definition = definition
        flag_modified(form, "definition")
    if call.published_at is not None:
        stamp_catalogue(work)

    record(work, "call.form_saved", call, number=form.number)
    return form


def save_rubric(
    work: Work, call: Call, definition: dict[str, Any], *, version: int | None
) -> RubricVersion:
    """Change what reviewers score by; reviews that began go on with the present one."""
    policy.EDIT.require(work.actor, call)
    if call.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This call is cancelled; nothing in it can be changed any more."))
    _refuse_invisible(definition)
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


def _refuse_invisible(value: Any) -> None:
    """What nobody sees has no place in a text that thousands read."""
    if isinstance(value, str) and any(map(_is_invisible, value)):
        raise RuleBroken(
            _("Take out the invisible control characters; type the text instead of pasting.")
        )
    if isinstance(value, dict):
        for name, inner in value.items():
            _refuse_invisible(name)
            _refuse_invisible(inner)
    if isinstance(value, list):
        for inner in value:
            _refuse_invisible(inner)


def _is_invisible(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs"}
