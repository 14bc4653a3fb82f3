"""Closed answers, kept beside the application so that the office's list finds by them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select

from app.applications import policy
from app.applications.facets import closed_answers
from app.applications.models import Application, ListedAnswer, Submission
from app.foundation.work import Work
from app.opportunities.form_definitions import FormDefinition, parse_form
from app.opportunities.models import FormVersion

AT_A_TIME = 500


def list_answers(
    work: Work, application: Application, form: FormDefinition, submission: Submission
) -> None:
    """From now on the office finds the application by the closed answers of this submission."""
    work.session.execute(delete(ListedAnswer).where(ListedAnswer.application_id == application.id))
    rows = rows_of(form, application.id, application.opportunity_id, submission.content)
    if rows:
        work.session.execute(insert(ListedAnswer), rows)


def rows_of(
    form: FormDefinition, application_id: int, opportunity_id: int, content: dict[str, Any]
) -> list[dict[str, Any]]:
    """What is kept of a submission's content, as rows."""
    return [
        {"application_id": application_id, "opportunity_id": opportunity_id, **kept._asdict()}
        for kept in closed_answers(form, content.get("answers") or {})
    ]


def list_again(work: Work, opportunity_id: int, *, after: int = 0) -> int | None:
    """Keep some applications' closed answers afresh, whatever was kept; says where to go on."""
    policy.LIST_AGAIN.require(work.actor, None)
    some = select(Application.id).where(
        Application.opportunity_id == opportunity_id, Application.id > after
    )
    some = some.order_by(Application.id).limit(AT_A_TIME).with_for_update()
    ids = list(work.session.scalars(some))
    if not ids:
        return None
    work.session.execute(delete(ListedAnswer).where(ListedAnswer.application_id.in_(ids)))
    forms = _forms(work, opportunity_id)
    rows = [
        row
        for application_id, version_id, content in work.session.execute(_newest(ids))
        for row in rows_of(forms[version_id], application_id, opportunity_id, content)
    ]
    if rows:
        work.session.execute(insert(ListedAnswer), rows)
    return ids[-1]


def _forms(work: Work, opportunity_id: int) -> dict[int, FormDefinition]:
    query = select(FormVersion.id, FormVersion.definition).where(
        FormVersion.opportunity_id == opportunity_id
    )
    return {i: parse_form(definition) for i, definition in work.session.execute(query)}


def _newest(application_ids: Sequence[int]) -> Select[Any]:
    """(application, form version, content) of the newest submission of each."""
    last = (
        select(func.max(Submission.number))
        .where(Submission.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    return (
        select(Application.id, Application.form_version_id, Submission.content)
        .join(Submission, Submission.application_id == Application.id)
        .where(Application.id.in_(application_ids), Submission.number == last)
    )
