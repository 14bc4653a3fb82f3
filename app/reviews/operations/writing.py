"""The reviewer's own verbs: a draft is saved, a review is submitted, a conflict is declared."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.applications.queries.changes import open_change
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import open_task
from app.opportunities.queries import office_of
from app.opportunities.rubrics import Rubric, parse_rubric, total
from app.reviews import policy
from app.reviews.models import Review, Score
from app.reviews.operations.kept import keep_task, recount_reviews
from app.reviews.states import ReviewFlow, ReviewState


@dataclass(frozen=True, slots=True)
class Given:
    """What a reviewer gives for one criterion: a value of the scale, and why."""

    value: int | None
    justification: str = ""


def save_review(
    work: Work,
    review: Review,
    *,
    scores: Mapping[str, Given],
    comment: str,
    version: int | None = None,
) -> None:
    """Keep what the reviewer has so far; nobody else sees it. `scores`, `rubric_version` loaded."""
    policy.WRITE.require(work.actor, review)
    _refuse_unless_to_write(review)
    work.edit(review, version)

    _write(work, review, scores, comment)


def submit_review(
    work: Work,
    review: Review,
    *,
    scores: Mapping[str, Given],
    comment: str,
    version: int | None = None,
) -> None:
    """Give a review: every criterion scored with its reason; from now on it counts."""
    policy.WRITE.require(work.actor, review)
    _refuse_unless_to_write(review)
    _refuse_while_it_changes(work, review)
    work.edit(review, version)
    rubric = parse_rubric(review.rubric_version.definition)
    values = _complete(rubric, scores)

    _write(work, review, scores, comment)
    review.total = float(total(rubric, values))
    review.submitted_at = work.now
    ReviewFlow.submit(review)
    recount_reviews(work, review.application)
    keep_task(work, review.application.opportunity, review.reviewer_id)

    record(
        work,
        "review.submitted",
        review,
        application_id=review.application_id,
        opportunity_id=review.opportunity_id,
    )


def declare_conflict(work: Work, review: Review, *, reason: str) -> None:
    """Say that one should not judge this application; the office finds somebody else."""
    policy.WRITE.require(work.actor, review)
    _refuse_unless_to_write(review)
    if not reason:
        raise RuleBroken(_("Write in a few words what the conflict is."))
    application, opportunity = review.application, review.application.opportunity

    review.conflict_reason = reason
    ReviewFlow.declare_conflict(review)
    recount_reviews(work, application)
    keep_task(work, opportunity, review.reviewer_id)

    record(
        work,
        "review.conflict declared",
        review,
        application_id=application.id,
        opportunity_id=opportunity.id,
        reason=reason,
    )
    open_task(
        work,
        "reviewer to replace",
        review,
        **office_of(opportunity),
        opportunity_id=opportunity.id,
        application_id=application.id,
        ref=application.ref,
        title=opportunity.title,
    )


def _refuse_unless_to_write(review: Review) -> None:
    if review.state is ReviewState.SUBMITTED:
        raise RuleBroken(_("This review is submitted. Only the office can reopen it."))


def _refuse_while_it_changes(work: Work, review: Review) -> None:
    """What the applicant is changing is scored when it is there; the application is locked."""
    request = work.session.scalar(open_change(review.application_id))
    if request is not None and request.reviews_voided:
        raise RuleBroken(
            _(
                "The applicant is changing an answer that you score. Your draft is kept; submit "
                "it when the change is here."
            )
        )


def _complete(rubric: Rubric, scores: Mapping[str, Given]) -> dict[str, int]:
    values: dict[str, int] = {}
    for criterion in rubric.criteria:
        given = scores.get(criterion.key, Given(None))
        if given.value is None or given.value not in rubric.values:
            raise RuleBroken(_("Give a score for every criterion."))
        if not given.justification:
            raise RuleBroken(_("Write for every score why you give it."))
        values[criterion.key] = given.value
    return values


def _write(work: Work, review: Review, scores: Mapping[str, Given], comment: str) -> None:
    rubric = parse_rubric(review.rubric_version.definition)
    kept = {score.criterion: score for score in review.scores}
    for criterion in rubric.criteria:
        given = scores.get(criterion.key, Given(None))
        if given.value is not None and given.value not in rubric.values:
            raise RuleBroken(_("Choose one of the scores in the list."))
        score = kept.get(criterion.key)
        if score is None:
            score = Score(review_id=review.id, criterion=criterion.key)
            review.scores.append(score)
        score.value, score.justification = given.value, given.justification
    review.comment = comment
    review.saved_at = work.now
