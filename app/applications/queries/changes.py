"""Requests to change something after submitting, and how the versions of an application differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.applications.differences import Piece, differences
from app.applications.models import Application, ChangeRequest, Document, Submission
from app.applications.queries.visible import seen_by
from app.applications.states import ApplicationState, ChangeState
from app.foundation.actors import Actor
from app.notifications.models import Task
from app.opportunities.form_definitions import (
    FormDefinition,
    Question,
    Section,
    hidden_questions,
    in_words,
)


def changes_visible_to(actor: Actor) -> Select[ChangeRequest]:
    """Those of the applications that this person may see, with application and opportunity."""
    return (
        select(ChangeRequest)
        .join(ChangeRequest.application)
        .join(Application.opportunity)
        .options(contains_eager(ChangeRequest.application).contains_eager(Application.opportunity))
        .where(seen_by(actor))
    )


def own_changes(actor: Actor) -> Select[ChangeRequest]:
    """What one was asked to change oneself."""
    return changes_visible_to(actor).where(Application.applicant_id == actor.user_id)


def changes_of(application_id: int) -> Select[ChangeRequest]:
    """All that was asked of one application, the newest first."""
    return (
        select(ChangeRequest)
        .where(ChangeRequest.application_id == application_id)
        .order_by(ChangeRequest.id.desc())
    )


def open_change(application_id: int) -> Select[ChangeRequest]:
    return changes_of(application_id).where(ChangeRequest.state == ChangeState.OPEN)


def late_changes(now: datetime) -> Select[ChangeRequest]:
    """Open requests whose date has passed, with application and opportunity."""
    return (
        select(ChangeRequest)
        .join(ChangeRequest.application)
        .join(Application.opportunity)
        .options(contains_eager(ChangeRequest.application).contains_eager(Application.opportunity))
        .where(ChangeRequest.state == ChangeState.OPEN, ChangeRequest.closes_at < now)
        .order_by(ChangeRequest.closes_at, ChangeRequest.id)
        .limit(200)
    )


def has_open_change() -> ColumnElement[bool]:
    """Whether an application's answers are asked to be changed, as a column of its statement."""
    return exists().where(
        ChangeRequest.application_id == Application.id, ChangeRequest.state == ChangeState.OPEN
    )


def sent_versions(session: Session, application_id: int) -> list[Submission]:
    """Everything that was ever sent, the first first."""
    query = select(Submission).where(Submission.application_id == application_id)
    return list(session.scalars(query.order_by(Submission.number)))


def waiting_documents(session: Session, request: ChangeRequest) -> dict[str, list[Document]]:
    """The files that are uploaded to be sent with the changes, by question."""
    ids = [i for some in request.documents.values() for i in some]
    if not ids:
        return {}
    query = (
        select(Document)
        .where(Document.id.in_(ids), Document.application_id == request.application_id)
        .options(joinedload(Document.file, innerjoin=True))
    )
    found = {document.id: document for document in session.scalars(query)}
    return {key: [found[i] for i in some if i in found] for key, some in request.documents.items()}


def is_scored(question: Question) -> bool:
    """Whether reviewers read the answer, so that it is part of what they score."""
    return question.kind != "declaration" and not question.kept_apart


# How far the decision is, as forms say up to when an answer may be changed.
_STAGE = {ApplicationState.SUBMITTED: "screening", ApplicationState.SHORTLISTED: "decision"}


def may_be_opened(
    form: FormDefinition, content: Mapping[str, Any], state: ApplicationState
) -> list[tuple[Section, list[Question]]]:
    """Section by section the questions that an office may open again: asked, and not frozen."""
    given = {k: v for rows in content.get("answers", {}).values() for k, v in rows.items()}
    hidden = hidden_questions(form, given)
    stage = _STAGE.get(state, "review")
    found = [
        (section, [q for q in section.questions if q.key not in hidden and q.open_at(stage)])
        for section in form.sections
        if section.kind != "profile"
    ]
    return [(section, questions) for section, questions in found if questions]


@dataclass(frozen=True, slots=True)
class Difference:
    """One question whose answer was changed, with both answers in words as one text."""

    question: Question
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Version:
    """A submission and what in it differs from the one before."""

    number: int
    sent_at: datetime
    sha256: str
    differences: list[Difference]


def versions(form: FormDefinition, sent: Sequence[Submission], locale: str) -> list[Version]:
    """Every version after the first with its differences, the newest first."""
    return [
        Version(
            after.number,
            after.submitted_at,
            after.sha256,
            list(_differences(form, before.content, after.content, locale)),
        )
        for before, after in pairwise(sent)
    ][::-1]


def _differences(
    form: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any], locale: str
) -> list[Difference]:
    found = []
    for section in form.sections:
        first, second = (
            content.get("answers", {}).get(section.key, {}) for content in (before, after)
        )
        for question in section.questions:
            if question.kind == "document":
                one, two = (_files(content, question) for content in (before, after))
            else:
                one, two = (
                    in_words(question, given.get(question.key), locale) for given in (first, second)
                )
            if one != two:
                found.append(Difference(question, differences(one, two)))
    return found


def _files(content: Mapping[str, Any], question: Question) -> str:
    """The files of a question, a line each: two of one name are told apart by their digests.

    What is kept apart has no name here.
    """
    rows = [d for d in content.get("documents", ()) if d.get("question") == question.key]
    digests = [f"({str(row['sha256'])[:12]})" for row in rows]
    if question.kept_apart:
        return "\n".join(digests)
    return "\n".join(f"{row['file_name']} {said}" for row, said in zip(rows, digests, strict=True))


def unread(session: Session, requests: Sequence[ChangeRequest]) -> set[int]:
    """The answered requests that nobody of the office has read yet."""
    query = select(Task.subject_id).where(
        Task.kind == "changes to read",
        Task.subject_id.in_([one.id for one in requests]),
        Task.done_at.is_(None),
    )
    return set(session.scalars(query))
