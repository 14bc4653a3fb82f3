"""Who reads what: assigned, taken back, reopened, and the rules of who may not."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications.models import Application
from app.applications.operations import change_state
from app.applications.operations.applying import titles
from app.applications.queries import newest_rubric
from app.applications.states import STATE_NAMES, ApplicationFlow, ApplicationState
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify
from app.notifications.tasks import close_tasks
from app.opportunities.models import Opportunity, RubricVersion
from app.opportunities.rubrics import RubricProblem, parse_rubric
from app.reviews import policy, queries
from app.reviews.conflicts import Conflict, conflict_between
from app.reviews.messages import ReviewReopened, ReviewsAssigned, ReviewTakenBack
from app.reviews.models import Review
from app.reviews.operations.kept import (
    keep_task,
    lock_applications,
    recount_reviews,
)
from app.reviews.states import ASSIGNED_IN, ReviewFlow, ReviewState

Pair = tuple[Application, User]


def assign_reviewers(
    work: Work,
    opportunity: Opportunity,
    applications: Sequence[Application],
    reviewers: Sequence[User],
    *,
    due_at: datetime,
) -> list[Review]:
    """Ask each of these reviewers to read each of these applications."""
    pairs = [(application, reviewer) for application in applications for reviewer in reviewers]
    return assign_pairs(work, opportunity, pairs, due_at=due_at)


def assign_pairs(
    work: Work,
    opportunity: Opportunity,
    pairs: Sequence[Pair],
    *,
    due_at: datetime,
    wanted: int = 0,
) -> list[Review]:
    """Ask reviewers to read applications, as paired, or refuse, naming a pair that must not be.

    `wanted` is how many reviews each of the applications shall have.
    """
    policy.ASSIGN.require(work.actor, opportunity)
    if not pairs:
        raise RuleBroken(_("There is nothing to assign."))
    if due_at <= work.now:
        raise RuleBroken(_("Choose a day to come by which the reviews are due."))
    rubric = _rubric(work, opportunity)
    applications = _locked(work, opportunity, pairs)
    _refuse_strangers(work, opportunity, pairs)
    _refuse_conflicts(work, list(applications.values()), pairs)

    made = [_assign(work, a, r, rubric, due_at=due_at) for a, r in pairs]
    for application in applications.values():
        if application.state is ApplicationState.ELIGIBLE:
            change_state(work, application, ApplicationFlow.open_review)
        recount_reviews(work, application)
        application.reviews_wanted = max(
            application.reviews_wanted, application.reviews_assigned, wanted
        )
        _settle_replacements(work, application)

    for review, (application, reviewer) in zip(made, pairs, strict=True):
        record(
            work,
            "review.assigned",
            review,
            application_id=application.id,
            opportunity_id=opportunity.id,
            reviewer=reviewer.full_name,
        )
    _tell(work, opportunity, pairs, due_at)
    return made


def take_back_review(work: Work, review: Review, *, reason: str) -> None:
    """Ask a reviewer no longer; a draft is kept, and seen by nobody else."""
    policy.TAKE_BACK.require(work.actor, review)
    if review.state is not ReviewState.ASSIGNED:
        raise RuleBroken(_("Only a review that is still to be written can be taken back."))

    ReviewFlow.take_back(review)
    recount_reviews(work, review.application)
    keep_task(work, review.application.opportunity, review.reviewer_id)

    _record(work, "review.taken back", review, reason)
    message = ReviewTakenBack(
        ref=review.application.ref,
        titles=titles(work, review.application.opportunity),
        reason=reason,
    )
    _tell_reviewer(work, review, message)


def reopen_review(work: Work, review: Review, *, reason: str) -> None:
    """Give a submitted review back to its reviewer to be changed; until then it does not count."""
    policy.REOPEN.require(work.actor, review)
    if review.state is not ReviewState.SUBMITTED:
        raise RuleBroken(_("Only a submitted review can be reopened."))
    if review.application.state not in ASSIGNED_IN:
        raise RuleBroken(_("This application is not being read any more."))

    ReviewFlow.reopen(review)
    review.total = review.submitted_at = None
    review.version += 1
    recount_reviews(work, review.application)
    keep_task(work, review.application.opportunity, review.reviewer_id)

    _record(work, "review.reopened", review, reason)
    message = ReviewReopened(
        review_id=review.id,
        ref=review.application.ref,
        titles=titles(work, review.application.opportunity),
        reason=reason,
    )
    _tell_reviewer(work, review, message)


def stop_reading(work: Work, application: Application) -> None:
    """Ask nobody any longer to read an application that was withdrawn. It must be locked."""
    if application.state is not ApplicationState.WITHDRAWN:
        raise RuleBroken(_("This application is still being read."))
    query = select(Review).where(
        Review.application_id == application.id, Review.state == ReviewState.ASSIGNED
    )
    waiting = list(work.session.scalars(query.order_by(Review.id).with_for_update()))
    for review in waiting:
        ReviewFlow.take_back(review)
        review.stopped_at = work.now
    _keep(work, application, waiting)


def read_on(work: Work, application: Application) -> None:
    """The withdrawal was undone: whoever had it to read has it again. It must be locked."""
    query = select(Review).where(
        Review.application_id == application.id,
        Review.state == ReviewState.TAKEN_BACK,
        Review.stopped_at.is_not(None),
    )
    stopped = list(work.session.scalars(query.order_by(Review.id).with_for_update()))
    for review in stopped:
        ReviewFlow.assign_again(review)
        review.stopped_at = None
    _keep(work, application, stopped)


def _keep(work: Work, application: Application, reviews: list[Review]) -> None:
    recount_reviews(work, application)
    for review in sorted(reviews, key=lambda r: r.reviewer_id):
        keep_task(work, application.opportunity, review.reviewer_id)


def _rubric(work: Work, opportunity: Opportunity) -> RubricVersion:
    """The newest rubric, which from now on does not change any more."""
    rubric = work.session.scalar(newest_rubric(opportunity.id).with_for_update())
    if rubric is None:
        raise RuleBroken(_("There is no rubric yet. Write what reviewers score by first."))
    try:
        parse_rubric(rubric.definition)
    except RubricProblem as problem:
        raise RuleBroken(str(problem)) from problem
    rubric.frozen_at = rubric.frozen_at or work.now
    return rubric


def _locked(work: Work, opportunity: Opportunity, pairs: Sequence[Pair]) -> dict[int, Application]:
    """The applications, locked and as they are now; refused if one cannot be read."""
    ids = sorted({a.id for a, _r in pairs})
    lock_applications(work, ids)
    query = (
        select(Application)
        .join(Application.opportunity)
        .options(contains_eager(Application.opportunity))
        .where(Application.id.in_(ids), Application.opportunity_id == opportunity.id)
        .order_by(Application.id)
        .execution_options(populate_existing=True)
    )
    found = {a.id: a for a in work.session.scalars(query)}
    for application, _reviewer in pairs:
        if application.id not in found:
            raise RuleBroken(_("%(ref)s is for another opportunity.", ref=application.ref))
        policy.ASSIGN_TO.require(work.actor, application)
        if application.state not in ASSIGNED_IN:
            raise RuleBroken(
                _(
                    "%(ref)s is in the state “%(state)s”, where nobody reads it.",
                    ref=application.ref,
                    state=STATE_NAMES[application.state],
                )
            )
    return found


def _refuse_strangers(work: Work, opportunity: Opportunity, pairs: Sequence[Pair]) -> None:
    pool = queries.reviewers_of(opportunity.id, opportunity.programme_id)
    known = set(work.session.scalars(pool.with_only_columns(User.id).order_by(None)))
    for _application, reviewer in pairs:
        if reviewer.id not in known:
            raise RuleBroken(_("%(name)s is not a reviewer of this call.", name=reviewer.full_name))


def _refuse_conflicts(
    work: Work, applications: Sequence[Application], pairs: Sequence[Pair]
) -> None:
    applicants = queries.applicants_of(work.session, applications)
    reviewers = queries.parties_of(work.session, {r.id for _a, r in pairs})
    for application, reviewer in pairs:
        found = conflict_between(applicants[application.id], reviewers[reviewer.id])
        if found is not None:
            said = {
                Conflict.SAME_PERSON: _(
                    "%(name)s may not read %(ref)s: nobody reviews their own application."
                ),
                Conflict.SAME_INSTITUTION: _(
                    "%(name)s may not read %(ref)s: both are from the same institution."
                ),
            }[found]
            raise RuleBroken(said % {"name": reviewer.full_name, "ref": application.ref})


def _assign(
    work: Work, application: Application, reviewer: User, rubric: RubricVersion, *, due_at: datetime
) -> Review:
    earlier = work.session.scalar(
        select(Review)
        .where(Review.application_id == application.id, Review.reviewer_id == reviewer.id)
        .with_for_update()
    )
    if earlier is not None:
        _refuse_twice(earlier, application, reviewer)
        ReviewFlow.assign_again(earlier)
    review = earlier or Review(
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        reviewer_id=reviewer.id,
        rubric_version_id=rubric.id,
    )
    review.assigned_by_id, review.assigned_at = work.actor.user_id, work.now
    review.due_at = due_at
    work.session.add(review)
    return review


def _refuse_twice(earlier: Review, application: Application, reviewer: User) -> None:
    said = {
        ReviewState.ASSIGNED: _("%(name)s already has %(ref)s to read."),
        ReviewState.SUBMITTED: _("%(name)s has already reviewed %(ref)s."),
        ReviewState.CONFLICT: _("%(name)s declared a conflict with %(ref)s."),
    }.get(earlier.state)
    if said is not None:
        raise RuleBroken(said % {"name": reviewer.full_name, "ref": application.ref})


def _settle_replacements(work: Work, application: Application) -> None:
    """Whoever declared a conflict is replaced when there are as many readers as wanted again."""
    if application.reviews_assigned < application.reviews_wanted:
        return
    conflicts = select(Review).where(
        Review.application_id == application.id, Review.state == ReviewState.CONFLICT
    )
    for review in work.session.scalars(conflicts):
        close_tasks(work, "reviewer to replace", review)


def _tell(work: Work, opportunity: Opportunity, pairs: Sequence[Pair], due_at: datetime) -> None:
    """Each reviewer is told once, with the number."""
    numbers = Counter(reviewer.id for _application, reviewer in pairs)
    reviewers = {reviewer.id: reviewer for _application, reviewer in pairs}
    names = titles(work, opportunity)
    for reviewer_id in sorted(reviewers):
        message = ReviewsAssigned(
            number=numbers[reviewer_id],
            titles=names,
            due_at=due_at,
            zone=opportunity.closes_zone or "UTC",
        )
        notify(
            work,
            recipient(reviewers[reviewer_id]),
            message,
            once=f"{opportunity.id}:{work.now.isoformat()}",
        )
        keep_task(work, opportunity, reviewer_id)


def _record(work: Work, verb: str, review: Review, reason: str) -> None:
    record(
        work,
        verb,
        review,
        application_id=review.application_id,
        opportunity_id=review.opportunity_id,
        reason=reason,
    )


def _tell_reviewer(work: Work, review: Review, message: ReviewTakenBack | ReviewReopened) -> None:
    reviewer = work.session.get_one(User, review.reviewer_id)
    notify(work, recipient(reviewer), message, once=f"{review.id}:{work.now.isoformat()}")
