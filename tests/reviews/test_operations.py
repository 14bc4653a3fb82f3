"""Assigning, writing and taking back reviews: the rules, and what is kept of them."""

from statistics import mean, pstdev

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import UNSCORED, Application
from app.applications.operations import withdraw
from app.applications.queries import applications
from app.audit.models import AuditEntry
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.notifications.rendering import Letterhead, render
from app.opportunities.models import Opportunity, RubricVersion
from app.reviews import policy, queries
from app.reviews.models import Review
from app.reviews.operations import (
    Given,
    assign_reviewers,
    declare_conflict,
    reopen_review,
    save_review,
    stop_reading,
    submit_review,
    take_back_review,
    take_up,
)
from app.reviews.states import ReviewState
from tests import make
from tests.reviews.helping import DUE, GOOD, S, Panel, assign, assign_all, find, submit, visible


def read(model, row_id):
    db.session.remove()
    return db.session.get(model, row_id)


def office(work, review_id):
    return take_up(work, queries.reviews_visible_to(work.actor).where(Review.id == review_id))


def take_back(actor, review_id, reason=""):
    with unit_of_work(actor, now=make.NOW) as work:
        take_back_review(work, office(work, review_id), reason=reason)


def reopen(actor, review_id, reason="Please look at the budget again."):
    with unit_of_work(actor, now=make.NOW) as work:
        reopen_review(work, office(work, review_id), reason=reason)


def conflict(actor, review_id, reason="We wrote a paper together."):
    with unit_of_work(actor, now=make.NOW) as work:
        declare_conflict(work, visible(work, review_id), reason=reason)


def open_tasks(session, kind):
    session.rollback()
    query = select(Task).where(Task.kind == kind, Task.done_at.is_(None)).order_by(Task.id)
    return list(session.scalars(query))


# --- Assigning -----------------------------------------------------------------------------------


def test_assigning_opens_the_review_freezes_the_rubric_and_tells_each_reviewer_once(
    session,
) -> None:
    panel = Panel(reviewers=2, applications=3)
    assign_all(panel)

    session.rollback()
    for application in session.scalars(select(Application)):
        assert application.state is S.IN_REVIEW
        assert (application.reviews_assigned, application.reviews_done) == (2, 0)
        assert application.reviews_wanted == 2
        assert application.reviews_due_at == DUE
        assert application.score_sort == UNSCORED
    assert session.scalar(select(RubricVersion.frozen_at)) == make.NOW
    told = session.scalars(select(OutboxMessage)).all()
    assert sorted(m.person_id for m in told) == sorted(panel.people)
    letter = render(
        Letterhead("Lontar", "https://x.example"), told[0].kind, told[0].values, "en", None
    )
    assert letter.subject.startswith("3 applications to read: ")
    assert "by 25 Jan 2027" in letter.text.replace("Jan 25, 2027", "25 Jan 2027")
    assert [t.values["number"] for t in open_tasks(session, "reviews to write")] == [3, 3]
    verbs = set(session.scalars(select(AuditEntry.verb)))
    assert verbs == {"review.assigned"}


def test_several_reviewers_for_several_applications_by_one_call(session) -> None:
    panel = Panel(reviewers=2, applications=2)
    with unit_of_work(panel.manager, now=make.NOW) as work:
        assign_reviewers(
            work,
            work.session.get_one(Opportunity, panel.call_id),
            [find(work, a) for a in panel.applications],
            [work.session.get_one(User, p) for p in panel.people],
            due_at=DUE,
        )
    assert len(session.scalars(select(Review.id)).all()) == 4


@pytest.mark.parametrize("who", ["approver", "secretariat", "elsewhere", "reviewers"])
def test_only_managers_of_the_programme_assign(session, who) -> None:
    panel = Panel()
    actor = getattr(panel, who)
    actor = actor[0] if isinstance(actor, list) else actor
    with pytest.raises(NotPermitted):
        assign(panel, [(panel.applications[0], panel.people[0])], actor=actor)
    assert session.scalars(select(Review.id)).all() == []


def test_nobody_assigns_readers_of_their_own_application(session) -> None:
    panel = Panel()
    me = session.get(User, panel.manager.user_id)
    own = make.application(session.get(Opportunity, panel.call_id), me, state=S.ELIGIBLE).id
    with pytest.raises(NotPermitted):
        assign(panel, [(own, panel.people[0])])


@pytest.mark.parametrize(
    "state", [s for s in S if s not in {S.ELIGIBLE, S.IN_REVIEW, S.SHORTLISTED}]
)
def test_what_nobody_reads_is_not_assigned(session, state) -> None:
    panel = Panel(state=state)
    refusal = NotPermitted if state is S.DRAFT else RuleBroken
    with pytest.raises(refusal):
        assign(panel, [(panel.applications[0], panel.people[0])])


def test_a_pair_is_assigned_once_and_the_whole_batch_is_refused(session) -> None:
    panel = Panel(reviewers=2, applications=2)
    first, second = panel.applications
    name = session.get(User, panel.people[0]).full_name
    ref = session.get(Application, first).ref
    assign(panel, [(first, panel.people[0])])
    with pytest.raises(RuleBroken, match=f"{name} already has {ref}"):
        assign(panel, [(second, panel.people[1]), (first, panel.people[0])])
    assert len(session.scalars(select(Review.id)).all()) == 1


def test_the_past_is_no_day_to_be_done_by(session) -> None:
    panel = Panel()
    with pytest.raises(RuleBroken, match="day to come"):
        assign(panel, [(panel.applications[0], panel.people[0])], due_at=make.NOW)


def test_only_people_of_the_pool_read(session) -> None:
    panel = Panel()
    stranger = make.person("KATO AOI").id
    with pytest.raises(RuleBroken, match="KATO AOI is not a reviewer"):
        assign(panel, [(panel.applications[0], stranger)])


def test_another_calls_application_is_refused(session) -> None:
    panel, other = Panel(), Panel()
    with pytest.raises(RuleBroken, match="for another opportunity"):
        assign(panel, [(other.applications[0], panel.people[0])])


# --- Conflicts -----------------------------------------------------------------------------------


def test_the_applicant_does_not_read_it(session) -> None:
    panel = Panel(reviewers=0, applications=0)
    who = panel.reviewer(name="SOK DARA")
    call, applicant = session.get(Opportunity, panel.call_id), session.get(User, who)
    application = make.application(call, applicant, state=S.ELIGIBLE)
    with pytest.raises(RuleBroken, match="SOK DARA may not read .* own application"):
        assign(panel, [(application.id, who)])


@pytest.mark.parametrize("frozen", [True, False], ids=["when it was sent", "today"])
def test_nobody_from_the_same_institution_reads_it(session, frozen) -> None:
    panel = Panel(reviewers=0, applications=0)
    home, other = make.organisation("Tohoku University").id, make.organisation().id
    who = panel.reviewer(name="SATO REN", home_institution_id=home)
    free = panel.reviewer(home_institution_id=other)
    applicant = make.person(home_institution_id=other if frozen else home)
    call = session.get(Opportunity, panel.call_id)
    values = {"home_institution_id": home} if frozen else {}
    application = make.application(call, applicant, state=S.ELIGIBLE, **values).id
    with pytest.raises(RuleBroken, match="SATO REN may not read .* same institution"):
        assign(panel, [(application, who)])
    if not frozen:
        assign(panel, [(application, free)])


def test_an_institution_that_is_only_written_counts_too(session) -> None:
    panel = Panel(reviewers=0, applications=0)
    home = make.organisation("Institute of Technology of Cambodia").id
    who = panel.reviewer(home_institution_id=home)
    call = session.get(Opportunity, panel.call_id)
    application = make.application(
        call, state=S.ELIGIBLE, home_institution_name="institute of technology  of Cambodia"
    ).id
    with pytest.raises(RuleBroken, match="same institution"):
        assign(panel, [(application, who)])


def test_who_declared_a_conflict_is_never_asked_again(session) -> None:
    panel = Panel(reviewers=2)
    pair = (panel.applications[0], panel.people[0])
    (review_id,) = assign(panel, [pair], wanted=1)
    conflict(panel.reviewers[0], review_id)
    (task,) = open_tasks(session, "reviewer to replace")
    assert (task.role, task.scope_id) == ("manager", panel.programme_id)
    application = read(Application, panel.applications[0])
    assert (application.reviews_assigned, application.reviews_wanted) == (0, 1)
    with pytest.raises(RuleBroken, match="declared a conflict"):
        assign(panel, [pair])

    assign(panel, [(panel.applications[0], panel.people[1])])
    assert open_tasks(session, "reviewer to replace") == []
    assert [t.holder_id for t in open_tasks(session, "reviews to write")] == [panel.people[1]]


def test_a_conflict_says_what_it_is(session) -> None:
    panel = Panel()
    review_id = assign_all(panel)[0]
    with pytest.raises(RuleBroken, match="few words"):
        conflict(panel.reviewers[0], review_id, reason="")


# --- Writing -------------------------------------------------------------------------------------


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


# --- What the office does ------------------------------------------------------------------------


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
