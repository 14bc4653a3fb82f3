"""Reviewers are assigned: who, by whom, to what."""

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import UNSCORED, Application
from app.audit.models import AuditEntry
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letterhead, render
from app.opportunities.models import Opportunity, RubricVersion
from app.reviews.models import Review
from app.reviews.operations import (
    assign_reviewers,
)
from tests import make
from tests.reviews.helping import DUE, Panel, S, assign, assign_all, find
from tests.reviews.operations.doing import open_tasks


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
