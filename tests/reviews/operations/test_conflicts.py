"""Nobody reads who is too near."""

import pytest

from app.accounts.models import User
from app.applications.models import Application
from app.foundation.errors import RuleBroken
from app.opportunities.models import Opportunity
from tests import make
from tests.reviews.helping import Panel, S, assign, assign_all
from tests.reviews.operations.doing import conflict, open_tasks, read


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
