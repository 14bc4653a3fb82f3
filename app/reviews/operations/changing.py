"""Asking an applicant to change what may have been scored: then those reviews are void."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy as applications
from app.applications.models import Application, ChangeRequest
from app.applications.operations import open_questions
from app.applications.operations.applying import titles
from app.applications.queries.changes import is_scored
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import ngettext
from app.foundation.work import Work
from app.notifications.notify import notify
from app.opportunities.form_definitions import parse_form
from app.opportunities.models import FormVersion
from app.reviews.messages import ReviewVoided
from app.reviews.models import Review
from app.reviews.operations.kept import keep_task, recount_reviews
from app.reviews.states import ReviewFlow, ReviewState

# What a reviewer has at least to read the changed answer, after the day by which it comes.
TO_READ_AGAIN = timedelta(days=7)


def request_changes(
    work: Work,
    application: Application,
    *,
    questions: Sequence[str],
    reason: str,
    closes_wall: str,
    count: int | None = None,
) -> ChangeRequest:
    """Open these questions until a date; reviews that scored any of them are void from now on.

    `count` is how many reviews that voids, as the person typed it after reading. The application
    must be locked, its opportunity loaded.
    """
    applications.ASK_FOR_CHANGES.require(work.actor, application)
    voided: list[Review] = []
    if _opens_what_is_scored(work, application, questions):
        voided = _submitted(work, application)
        if voided and count != len(voided):
            raise RuleBroken(
                ngettext(
                    "This voids %(num)s review that is in. Type this number to confirm.",
                    "This voids %(num)s reviews that are in. Type this number to confirm.",
                    len(voided),
                )
            )
    for review in voided:
        ReviewFlow.reopen(review)
        review.total = review.submitted_at = None
        review.version += 1
    recount_reviews(work, application)

    request = open_questions(
        work,
        application,
        questions=questions,
        reason=reason,
        closes_wall=closes_wall,
        voided=len(voided),
    )
    for review in voided:
        _tell(work, application, review, request.closes_at)
    return request


def _opens_what_is_scored(work: Work, application: Application, keys: Sequence[str]) -> bool:
    version = work.session.get_one(FormVersion, application.form_version_id)
    asked = [q for q in parse_form(version.definition).questions() if q.key in set(keys)]
    return any(is_scored(question) for question in asked)


def _submitted(work: Work, application: Application) -> list[Review]:
    query = select(Review).where(
        Review.application_id == application.id, Review.state == ReviewState.SUBMITTED
    )
    return list(work.session.scalars(query.order_by(Review.id).with_for_update()))


def _tell(work: Work, application: Application, review: Review, changes_by: datetime) -> None:
    opportunity = application.opportunity
    due_at = max(review.due_at or work.now, changes_by + TO_READ_AGAIN)
    review.due_at = due_at
    recount_reviews(work, application)
    keep_task(work, opportunity, review.reviewer_id)
    record(
        work,
        "review.voided",
        review,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
    )
    message = ReviewVoided(
        review_id=review.id,
        ref=application.ref,
        titles=titles(work, opportunity),
        changes_by=changes_by,
        due_at=due_at,
        zone=opportunity.closes_zone or "UTC",
    )
    reviewer = work.session.get_one(User, review.reviewer_id)
    notify(work, recipient(reviewer), message, once=f"{review.id}:{work.now.isoformat()}")
