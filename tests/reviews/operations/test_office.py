"""What the office does with reviews, and what anybody may in any state."""

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations import withdraw
from app.applications.queries import applications
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letterhead, render
from app.opportunities.models import Opportunity, RubricVersion
from app.reviews import policy, queries
from app.reviews.models import Review
from app.reviews.operations import (
    save_review,
    stop_reading,
)
from app.reviews.states import ReviewState
from tests import make
from tests.reviews.helping import DUE, GOOD, Panel, S, assign, assign_all, submit, visible
from tests.reviews.operations.doing import conflict, open_tasks, read, reopen, take_back


def test_a_taken_back_review_can_be_assigned_again_with_its_draft(session) -> None:
    panel = Panel(reviewers=1)
    (review_id,) = assign_all(panel)
    with unit_of_work(panel.reviewers[0], now=make.NOW) as work:
        save_review(work, visible(work, review_id), scores=GOOD, comment="Draft")
    take_back(panel.manager, review_id, "Thank you all the same.")
    with pytest.raises(NotFound):
        submit(panel.reviewers[0], review_id)
    assert assign(panel, [(panel.applications[0], panel.people[0])]) == [review_id]
    assert read(Review, review_id).comment == "Draft"
    submit(panel.reviewers[0], review_id)


def test_a_reopened_review_counts_no_longer_until_it_is_given_again(session) -> None:
    panel = Panel(reviewers=1)
    (review_id,) = assign_all(panel)
    submit(panel.reviewers[0], review_id)
    reopen(panel.manager, review_id)
    assert read(Application, panel.applications[0]).score_mean is None
    told = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert told.kind == "reviews/reopened"
    letter = render(Letterhead("Lontar", "https://x.example"), told.kind, told.values, "en", None)
    assert "budget" in letter.html
    submit(panel.reviewers[0], review_id)
    assert read(Application, panel.applications[0]).score_mean == 3.6


ACTORS = ["manager", "approver", "secretariat", "elsewhere", "reviewer", "colleague"]


@pytest.mark.parametrize("state", ReviewState, ids=lambda s: s.value)
@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("verb", ["submit", "declare", "take back", "reopen"])
def test_each_verb_in_each_state_for_each_actor(session, verb, state, who) -> None:
    panel = Panel(reviewers=2)
    review_id = assign(panel, [(panel.applications[0], panel.people[0])])[0]
    {
        ReviewState.ASSIGNED: lambda: None,
        ReviewState.SUBMITTED: lambda: submit(panel.reviewers[0], review_id),
        ReviewState.CONFLICT: lambda: conflict(panel.reviewers[0], review_id),
        ReviewState.TAKEN_BACK: lambda: take_back(panel.manager, review_id),
    }[state]()
    actor = {"reviewer": panel.reviewers[0], "colleague": panel.reviewers[1]}.get(who) or getattr(
        panel, who
    )
    act = {"submit": submit, "declare": conflict, "take back": take_back, "reopen": reopen}[verb]
    open_, done = state is ReviewState.ASSIGNED, state is ReviewState.SUBMITTED
    expected: type[Exception] | None
    if who in {"elsewhere", "colleague"} or (who == "reviewer" and not (open_ or done)):
        expected = NotFound
    elif verb in {"submit", "declare"}:
        expected = (None if open_ else RuleBroken) if who == "reviewer" else NotPermitted
    elif who != "manager":
        expected = NotPermitted
    else:
        expected = None if (open_ if verb == "take back" else done) else RuleBroken
    if expected is None:
        act(actor, review_id)
    else:
        with pytest.raises(expected):
            act(actor, review_id)
        assert read(Review, review_id).state is state


@pytest.mark.parametrize("application_state", [S.OFFERED, S.NOT_SELECTED, S.WITHDRAWN])
def test_an_application_that_has_moved_on_is_read_no_more(session, application_state) -> None:
    panel = Panel(reviewers=1)
    (review_id,) = assign_all(panel)
    with db.engine.begin() as connection:
        connection.execute(
            Application.__table__.update().values(state=application_state.value, withdrawn_at=DUE)
        )
    with pytest.raises(NotFound):
        submit(panel.reviewers[0], review_id)


def test_a_withdrawn_application_leaves_the_queues(session) -> None:
    panel = Panel(reviewers=2, applications=2)
    ids = assign_all(panel)
    submit(panel.reviewers[0], ids[0])
    applicant = make.actor(session.get(User, read(Application, panel.applications[0]).applicant_id))
    with unit_of_work(applicant, now=make.NOW) as work:
        application = work.session.execute(
            applications().where(Application.id == panel.applications[0])
        ).scalar_one()
        withdraw(work, application, reason="")
        stop_reading(work, application)
    states = [read(Review, i).state for i in ids[:2]]
    assert states == [ReviewState.SUBMITTED, ReviewState.TAKEN_BACK]
    assert [t.values["number"] for t in open_tasks(session, "reviews to write")] == [1, 1]


def test_what_is_visible_and_what_the_policy_allows_agree(session) -> None:
    panel = Panel(reviewers=2, applications=3)
    ids = assign_all(panel)
    submit(panel.reviewers[0], ids[0])
    conflict(panel.reviewers[1], ids[1])
    take_back(panel.manager, ids[2])
    own = session.get(User, panel.manager.user_id)
    mine = make.application(session.get(Opportunity, panel.call_id), own, state=S.IN_REVIEW).id
    session.add(
        Review(
            application_id=mine,
            opportunity_id=panel.call_id,
            reviewer_id=panel.people[0],
            rubric_version_id=session.scalar(select(RubricVersion.id)),
            assigned_at=make.NOW,
        )
    )
    session.commit()
    everyone = [panel.manager, panel.approver, panel.secretariat, panel.elsewhere, *panel.reviewers]
    for actor in everyone:
        session.remove()
        seen = {r.id for r in session.scalars(queries.reviews_visible_to(actor))}
        allowed = {r.id for r in session.scalars(queries.reviews()) if policy.VIEW.allows(actor, r)}
        assert seen == allowed
    assert session.scalar(select(Review.id).where(Review.application_id == mine)) not in {
        r.id for r in session.scalars(queries.reviews_visible_to(panel.manager))
    }
