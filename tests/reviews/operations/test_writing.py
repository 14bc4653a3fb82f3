"""A review is drafted, submitted once, and kept on the application."""

from statistics import mean, pstdev

import pytest
from sqlalchemy import select

from app.applications.models import UNSCORED, Application
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.reviews.models import Review
from app.reviews.operations import (
    Given,
    save_review,
    submit_review,
)
from app.reviews.states import ReviewState
from tests import make
from tests.reviews.helping import Panel, assign_all, submit, visible
from tests.reviews.operations.doing import conflict, open_tasks, read, reopen, take_back


def test_a_draft_is_kept_and_counts_for_nothing(session) -> None:
    panel = Panel()
    review_id = assign_all(panel)[0]
    with unit_of_work(panel.reviewers[0], now=make.NOW) as work:
        scores = {"merit": Given(5, ""), "fit": Given(None, "Not yet.")}
        save_review(work, visible(work, review_id), scores=scores, comment="So far", version=1)
    with unit_of_work(panel.reviewers[0], now=make.NOW) as work:
        review = visible(work, review_id)
        kept = {s.criterion: (s.value, s.justification) for s in review.scores}
        assert kept == {"merit": (5, ""), "fit": (None, "Not yet.")}
        assert (review.comment, review.version, review.saved_at) == ("So far", 2, make.NOW)
    assert read(Application, panel.applications[0]).score_mean is None


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({}, "every criterion"),
        ({"merit": Given(4, "Good")}, "every criterion"),
        ({"merit": Given(4, "Good"), "fit": Given(6, "x")}, "every criterion"),
        ({"merit": Given(4, "Good"), "fit": Given(3, "")}, "why you give it"),
    ],
)
def test_an_incomplete_review_is_not_submitted(session, scores, said) -> None:
    panel = Panel()
    review_id = assign_all(panel)[0]
    with pytest.raises(RuleBroken, match=said), unit_of_work(panel.reviewers[0]) as work:
        submit_review(work, visible(work, review_id), scores=scores, comment="")
    assert read(Review, review_id).state is ReviewState.ASSIGNED


def test_a_review_is_submitted_once(session) -> None:
    panel = Panel()
    review_id = assign_all(panel)[0]
    submit(panel.reviewers[0], review_id)
    with pytest.raises(RuleBroken, match="is submitted"):
        submit(panel.reviewers[0], review_id)
    review = read(Review, review_id)
    assert (review.state, review.total) == (ReviewState.SUBMITTED, 3.6)
    assert [t.holder_id for t in open_tasks(session, "reviews to write")] == [panel.people[1]]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("manager", NotPermitted),
        ("approver", NotPermitted),
        ("secretariat", NotPermitted),
        ("elsewhere", NotFound),
    ],
)
def test_nobody_else_writes_a_review(session, who, refusal) -> None:
    panel = Panel()
    review_id = assign_all(panel)[0]
    with pytest.raises(refusal):
        submit(getattr(panel, who), review_id)
    with pytest.raises(NotFound):
        submit(panel.reviewers[1], review_id)


def kept_of(application):
    return (
        application.reviews_assigned,
        application.reviews_done,
        application.score_mean,
        application.score_spread,
        application.score_sort,
    )


def found_of(session, application_id):
    """The same figures by another way."""
    query = select(Review).where(Review.application_id == application_id)
    counted = [r for r in session.scalars(query) if r.state in {"assigned", "submitted"}]
    totals = [r.total for r in counted if r.state is ReviewState.SUBMITTED]
    average = mean(totals) if totals else None
    return (
        len(counted),
        len(totals),
        None if average is None else pytest.approx(average),
        None if average is None else pytest.approx(pstdev(totals)),
        UNSCORED if average is None else pytest.approx(average),
    )


def test_what_is_kept_on_the_application_is_what_its_reviews_say(session) -> None:
    panel = Panel(reviewers=4, applications=1)
    (application_id,) = panel.applications
    ids = assign_all(panel)

    def check() -> None:
        assert kept_of(read(Application, application_id)) == found_of(session, application_id)

    check()
    for actor, review_id, (merit, fit) in zip(
        panel.reviewers, ids, [(5, 4), (1, 2), (3, 3)], strict=False
    ):
        scores = {"merit": Given(merit, "Because."), "fit": Given(fit, "Because.")}
        submit(actor, review_id, scores)
        check()
    reopen(panel.manager, ids[1])
    check()
    conflict(panel.reviewers[1], ids[1])
    check()
    take_back(panel.manager, ids[3])
    check()
    application = read(Application, application_id)
    assert (application.reviews_assigned, application.reviews_wanted) == (2, 4)
    assert application.reviews_due_at is None
