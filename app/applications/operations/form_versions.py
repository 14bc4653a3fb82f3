"""The form that one answers to apply: numbered, and frozen once it is used."""

import unicodedata
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from app.applications import queries
from app.applications.operations.moves import open_counts
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.form_definitions import FormProblem, parse_form, questions_of_kind
from app.opportunities.models import FormVersion, Opportunity
from app.opportunities.operations import numbered_rules


def keep_form(
    work: Work,
    opportunity: Opportunity,
    definition: dict[str, Any],
    *,
    may: Permission[Any],
    version: int | None,
) -> FormVersion:
    """Change the application form; who answers the present one goes on with that.

    The floor above says who `may`, and records it. Raises RuleBroken with the section and the
    question that cannot be read.
    """
    may.require(work.actor, opportunity)
    refuse_invisible(definition)
    try:
        parse_form(definition)
    except FormProblem as problem:
        raise RuleBroken(str(problem)) from problem
    work.edit(opportunity, version)

    form = work.session.scalar(queries.newest_form(opportunity.id).with_for_update())
    if form is None or queries.form_is_used(work.session, form):
        number = 1 if form is None else form.number + 1
        if form is not None:
            form.frozen_at = form.frozen_at or work.now
        form = FormVersion(opportunity_id=opportunity.id, number=number, definition=definition)
        work.session.add(form)
    else:
        form.definition = definition
        flag_modified(form, "definition")
    if opportunity.published_at is not None:
        stamp_catalogue(work)
    return form


def refuse_without_form(work: Work, opportunity: Opportunity) -> None:
    """Nobody could apply without a form that is readable and has a declaration to agree to."""
    kept = work.session.scalar(queries.newest_form(opportunity.id))
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


def take_applications(work: Work, opportunity: Opportunity) -> None:
    """Of what a centre has just published: begin its counts, and keep its rules as they stand."""
    open_counts(work, opportunity.id)
    number_rules(work, opportunity)


def number_rules(work: Work, opportunity: Opportunity) -> None:
    """Keep the rules of what is published as they stand now, if they are not as they were."""
    work.session.flush()
    kind = type(opportunity)
    whole = select(kind).where(kind.id == opportunity.id).options(selectinload(kind.countries))
    work.session.scalars(whole.execution_options(populate_existing=True)).one()
    numbered_rules(work, opportunity, queries.rules_of(opportunity, work.session))


def refuse_invisible(value: Any) -> None:
    """What nobody sees has no place in a text that thousands read."""
    if isinstance(value, str) and any(map(_is_invisible, value)):
        raise RuleBroken(
            _("Take out the invisible control characters; type the text instead of pasting.")
        )
    if isinstance(value, dict):
        for name, inner in value.items():
            refuse_invisible(name)
            refuse_invisible(inner)
    if isinstance(value, list):
        for inner in value:
            refuse_invisible(inner)


def _is_invisible(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs"}
