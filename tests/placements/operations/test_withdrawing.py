"""An applicant withdraws, and takes it back within a day."""

from datetime import timedelta

import pytest

from app.applications.states import ApplicationState
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.opportunities.deadlines import wall_of
from app.opportunities.models import LaterDeadline, Opportunity
from app.placements import operations as ops
from app.placements.states import OfferState
from tests import make
from tests.placements.operations.asking import kinds
from tests.placements.scene import placed


@pytest.mark.parametrize("state", ["draft", "proposed", "sent", "approved", "released"])
def test_an_applicant_withdraws_at_any_time_and_the_seat_is_free(s, state):
    s.until(state).withdraw(0)
    application = s.application(0)
    assert application.state is ApplicationState.WITHDRAWN
    assert application.withdrawn_because == "other plans"
    assert 0 not in placed(s)


def test_withdrawing_after_accepting_tells_host_and_managers(s, session):
    s.until("released").accept(0)
    s.withdraw(0)
    assert {"person_does_not_come", "seat_returned"} <= set(kinds(session))


def test_withdrawing_before_the_release_says_nothing_of_a_seat_that_nobody_knew_of(s, session):
    s.until("proposed").withdraw(0)
    assert kinds(session) == []


def test_a_withdrawal_is_undone_within_a_day_and_the_seat_is_back(s):
    s.until("released").withdraw(0)
    s.later(hours=23)
    s.come_back(0)
    assert s.application(0).state is ApplicationState.OFFERED
    assert s.offer(0).state is OfferState.RELEASED
    s.accept(0)
    s.withdraw(0)
    s.come_back(0)
    assert s.application(0).state is ApplicationState.ACCEPTED
    assert s.offer(0).state is OfferState.ACCEPTED


def test_an_undone_withdrawal_begins_nothing_anew(s):
    s.until("released")
    offered = s.application(0).state_since
    s.later(hours=2)
    s.withdraw(0)
    s.later(hours=3)
    s.come_back(0)
    assert s.application(0).state_since == offered
    s.accept(0)
    accepted = s.application(0).state_since
    assert accepted > offered
    s.later(hours=2)
    s.withdraw(0)
    s.come_back(0)
    assert s.application(0).state is ApplicationState.ACCEPTED
    assert s.application(0).state_since == accepted


def test_a_withdrawal_is_not_undone_after_a_day(s):
    s.until("released").withdraw(0)
    s.later(hours=25)
    with pytest.raises(RuleBroken, match="24 hours"):
        s.come_back(0)


def test_undone_when_the_seat_is_gone_the_person_is_on_the_shortlist(s):
    s.until("released").withdraw(0)
    s.until("released")
    assert placed(s)[3] == 0
    s.later(hours=1)
    s.come_back(0)
    assert s.application(0).state is ApplicationState.SHORTLISTED
    assert s.application(0).state_since == s.now, "on the shortlist anew"
    assert 0 not in placed(s)


def test_nothing_is_undone_where_another_application_was_begun(s):
    s.until("draft").withdraw(0)
    make.application(s.row(Opportunity, s.call_id), s.applicants[0])
    with pytest.raises(RuleBroken, match="another application"):
        s.come_back(0)


@pytest.mark.parametrize("days", [1, -1])
def test_a_draft_comes_back_as_long_as_its_writer_has_time(s, days):
    call = s.row(Opportunity, s.call_id)
    writer = make.person()
    s.applications.append(make.application(call, writer).id)
    s.applicants.append(writer)
    s.withdraw(-1)
    writer_id = s.application(-1).applicant_id
    call = s.row(Opportunity, s.call_id)
    call.closes_at, own = s.now - timedelta(days=2), s.now + timedelta(days=days)
    make.add(
        LaterDeadline(
            opportunity_id=s.call_id,
            person_id=writer_id,
            closes_at=own,
            closes_zone="UTC",
            closes_wall=wall_of(own, "UTC"),
            reason="Ill.",
            given_by_id=1,
            given_at=s.now,
        )
    )
    if days < 0:
        with pytest.raises(RuleBroken, match="no applications any more"):
            s.come_back(-1)
    else:
        s.come_back(-1)
        assert s.application(-1).state is ApplicationState.DRAFT


def test_only_the_applicant_withdraws(s):
    s.until("released")
    with pytest.raises(NotPermitted), s.work() as work:
        ops.withdraw_application(work, ops.find_application(work, s.applications[0]))
    with pytest.raises(NotFound), s.work(s.applicant(1)) as work:
        ops.find_application(work, s.applications[0])
