"""What a reviewer reads: the queue, one application as it was sent, and others' reviews in time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from app.applications.models import (
    Application,
    Document,
    Letter,
    ReferenceRequest,
    Submission,
)
from app.applications.queries.casework import written_for_reviewers
from app.applications.queries.slots import decided_in
from app.files.models import StoredFile
from app.files.states import APART, FileState
from app.foundation.actors import Actor
from app.opportunities.models import FormVersion, Opportunity, RubricVersion
from app.opportunities.queries import title_in
from app.reviews.models import Review, Score
from app.reviews.queries.visible import in_queue_of, written_by
from app.reviews.states import ReviewState

MANY = 500
_READER: BindParameter[int] = bindparam("reader")
_APPLICATION = Review.__table__.c.application_id


@dataclass(slots=True)
class Colleague:
    """A review with its scores: {criterion: (value, why)}."""

    id: int
    reviewer_id: int
    state: ReviewState
    total: float | None
    comment: str
    submitted_at: datetime | None
    scores: dict[str, tuple[int | None, str]] = field(default_factory=dict)


def queue_of(session: Session, actor: Actor, locale: str) -> list[Row[Any]]:
    """All that this person reads and has read, what is due first first, call by call."""
    columns: tuple[Any, ...] = (
        Review.id,
        Review.state,
        Review.due_at,
        Review.total,
        Review.saved_at,
        Review.submitted_at,
        Review.opportunity_id,
        Application.ref,
        Application.headline,
        Application.applicant_name,
        *title_in(locale),
        Opportunity.kind,
        Opportunity.closes_zone,
    )
    query = (
        select(*columns)
        .join(Application, Application.id == Review.application_id)
        .join(Opportunity, Opportunity.id == Review.opportunity_id)
        .where(
            Review.reviewer_id == actor.user_id,
            written_by(actor),
            Application.applicant_id != actor.user_id,
        )
        .order_by(Review.due_at, Review.id)
        .limit(MANY)
    )
    return list(session.execute(query))


def review_to_read(session: Session, actor: Actor, review_id: int) -> Row[Any] | None:
    """One's own review with the application as it was sent last; no contact data, one row."""
    asked = {"review": review_id, "reader": actor.user_id}
    return session.connection().execute(_review_to_read(), asked).one_or_none()


@lru_cache
def _review_to_read() -> Select[Any]:
    """Made once: `review` and `reader` are filled in. What is JSON comes as it is stored."""
    sent = aliased(Submission)
    newest = (
        select(func.max(sent.number))
        .where(sent.application_id == Review.application_id)
        .correlate(Review)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Review.id,
        Review.state,
        Review.version,
        Review.comment,
        Review.due_at,
        Review.saved_at,
        Review.submitted_at,
        Review.total,
        Review.application_id,
        Review.opportunity_id,
        Application.ref,
        Application.headline,
        Application.track,
        Application.applicant_name,
        Application.home_institution_name,
        Application.reviews_assigned,
        Application.reviews_done,
        Opportunity.title,
        Opportunity.original_locale,
        Opportunity.kind,
        Opportunity.closes_zone,
        cast(FormVersion.definition, Text).label("form"),
        cast(RubricVersion.definition, Text).label("rubric"),
        cast(Submission.content, Text).label("content"),
        # Most applications have none of these, and are not asked for them.
        decided_in(_APPLICATION).exists().label("has_decisions"),
        written_for_reviewers(_APPLICATION).exists().label("has_notes"),
        select(Letter.id)
        .join(ReferenceRequest, ReferenceRequest.id == Letter.request_id)
        .where(ReferenceRequest.application_id == _APPLICATION, Letter.submitted_at.is_not(None))
        .exists()
        .label("has_letters"),
    )
    return (
        select(*columns)
        .join(Application, Application.id == Review.application_id)
        .join(Opportunity, Opportunity.id == Review.opportunity_id)
        .join(FormVersion, FormVersion.id == Application.form_version_id)
        .join(RubricVersion, RubricVersion.id == Review.rubric_version_id)
        .outerjoin(
            Submission,
            and_(Submission.application_id == Review.application_id, Submission.number == newest),
        )
        .where(
            Review.id == bindparam("review"),
            in_queue_of(_READER),
            Application.applicant_id != _READER,
        )
    )


def given_scores(session: Session, review: Row[Any]) -> dict[int, Colleague]:
    """One's own scores; and, once one's own review is in, everybody's that is in. By review."""
    asked = {"review": review.id, "application": review.application_id}
    query = _given_scores(everybody=review.state is ReviewState.SUBMITTED)
    return _colleagues(session.connection().execute(query, asked))


@lru_cache
def _given_scores(*, everybody: bool) -> Select[Any]:
    """Made once for each: `review` and `application` are filled in."""
    which = Review.id == bindparam("review")
    if everybody:
        colleagues = and_(
            Review.application_id == bindparam("application"),
            Review.state == ReviewState.SUBMITTED,
        )
        which = or_(which, colleagues)
    return _with_scores(which)


def with_scores(session: Session, which: Any) -> dict[int, Colleague]:
    """These reviews with their scores, oldest first."""
    return _colleagues(session.execute(_with_scores(which)))


def _with_scores(which: Any) -> Select[Any]:
    columns: tuple[Any, ...] = (
        Review.id,
        Review.reviewer_id,
        Review.state,
        Review.total,
        Review.comment,
        Review.submitted_at,
        Score.criterion,
        Score.value,
        Score.justification,
    )
    return (
        select(*columns)
        .outerjoin(Score, Score.review_id == Review.id)
        .where(which)
        .order_by(Review.id, Score.id)
    )


def _colleagues(rows: Iterable[Row[Any]]) -> dict[int, Colleague]:
    found: dict[int, Colleague] = {}
    for row in rows:
        if row.id not in found:
            found[row.id] = Colleague(
                row.id, row.reviewer_id, row.state, row.total, row.comment, row.submitted_at
            )
        if row.criterion is not None:
            found[row.id].scores[row.criterion] = (row.value, row.justification)
    return found


def readings_of(session: Session, actor: Actor, opportunity_id: int) -> list[Row[Any]]:
    """The ids and states of one's queue for one opportunity, in its order."""
    asked = {"opportunity": opportunity_id, "reader": actor.user_id}
    return list(session.connection().execute(_readings_of(), asked))


@lru_cache
def _readings_of() -> Select[int, ReviewState]:
    """Made once: `opportunity` and `reader` are filled in."""
    return (
        select(Review.id, Review.state)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.opportunity_id == bindparam("opportunity"),
            in_queue_of(_READER),
            Application.applicant_id != _READER,
        )
        .order_by(Review.due_at, Review.id)
        .limit(MANY)
    )


def _application_read(reader_id: Any, review_id: Any) -> Select[int]:
    """The application that this person reviews; nobody reads one's own."""
    return (
        select(Review.application_id)
        .join(Application, Application.id == Review.application_id)
        .where(
            Review.id == review_id,
            in_queue_of(reader_id),
            Application.applicant_id != reader_id,
        )
    )


def documents_to_read(actor: Actor, review_id: int) -> Select[Document]:
    """The documents of the application that this person reviews, with their files.

    What is kept apart is not for reviewers.
    """
    return (
        select(Document)
        .join(Document.file)
        .options(contains_eager(Document.file))
        .where(
            Document.application_id.in_(_application_read(actor.user_id, review_id)),
            Document.removed_at.is_(None),
            StoredFile.state == FileState.KEPT,
            StoredFile.sensitivity.not_in(APART),
        )
    )


def letters_to_read(actor: Actor, review_id: int) -> Select[Letter]:
    """The letters of recommendation that were sent for that application, with their files."""
    return (
        select(Letter)
        .join(Letter.request)
        .join(ReferenceRequest.application)
        .options(
            contains_eager(Letter.request).contains_eager(ReferenceRequest.application),
            joinedload(Letter.file),
        )
        .where(_sent_for(_application_read(actor.user_id, review_id)))
        .order_by(ReferenceRequest.id)
    )


def letters_shown(session: Session, actor: Actor, review_id: int) -> Sequence[Row[Any]]:
    """What the page of the review says of the same letters."""
    asked = {"review": review_id, "reader": actor.user_id}
    return session.connection().execute(_letters_shown(), asked).all()


@lru_cache
def _letters_shown() -> Select[Any]:
    """Made once: `review` and `reader` are filled in."""
    columns: tuple[Any, ...] = (
        Letter.id,
        Letter.body,
        Letter.confidential,
        Letter.way,
        Letter.submitted_at,
        ReferenceRequest.name,
        ReferenceRequest.institution,
        ReferenceRequest.known_as,
        ReferenceRequest.corrected,
        StoredFile.file_name,
    )
    return (
        select(*columns)
        .join(ReferenceRequest, ReferenceRequest.id == Letter.request_id)
        .outerjoin(StoredFile, StoredFile.id == Letter.file_id)
        .where(_sent_for(_application_read(_READER, bindparam("review"))))
        .order_by(ReferenceRequest.id)
    )


def _sent_for(application: Select[int]) -> ColumnElement[bool]:
    return and_(ReferenceRequest.application_id.in_(application), Letter.submitted_at.is_not(None))
