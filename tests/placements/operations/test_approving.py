"""Two persons: who proposes approves nothing of it."""

import pytest

from app.foundation.errors import NotPermitted, RuleBroken
from app.placements import operations as ops
from app.placements.models import PlacementRound
from app.placements.states import OfferState, RoundState
from tests import make
from tests.placements.operations.asking import open_tasks


def approve_as(s, who):
    with s.work(who) as work:
        ops.approve_round(work, s.round(work), note="")


def test_the_proposer_approves_neither_one_placement_nor_the_whole(s):
    s.until("sent")
    with pytest.raises(NotPermitted, match="second person"):
        approve_as(s, "manager")
    with pytest.raises(NotPermitted, match="second person"):
        s.approve_one(0, "manager")


def test_a_manager_who_had_no_part_in_it_may_approve(s):
    s.until("sent")
    approve_as(s, "second")
    assert s.offer(0).approved_by_id == s.people["second"].id


def test_a_manager_who_changed_it_by_hand_may_not_approve(s):
    s.until("proposed").take_out(0, "second")
    s.send()
    with pytest.raises(NotPermitted):
        approve_as(s, "second")
    with pytest.raises(NotPermitted):
        s.approve_one(1, "second")
    s.approve()


def test_a_manager_who_only_sent_it_may_not_approve_either(s):
    s.until("proposed")
    with s.work("second") as work:
        ops.send_for_approval(work, s.round(work))
    with pytest.raises(NotPermitted):
        approve_as(s, "second")


def test_an_approver_who_applied_for_the_call_may_not_approve(s):
    make.grant(s.applicants[0], make.Role.APPROVER, make.Scope.PROGRAMME, s.programme_id)
    s.until("sent")
    with pytest.raises(NotPermitted):
        approve_as(s, s.applicant(0))
    with pytest.raises(NotPermitted):
        s.approve_one(0, s.applicant(0))


def test_a_manager_who_applied_for_the_call_places_nobody(s):
    make.grant(s.applicants[0], make.Role.MANAGER, make.Scope.PROGRAMME, s.programme_id)
    s.until("draft")
    with pytest.raises(NotPermitted), s.work(s.applicant(0)) as work:
        ops.propose_placements(work, s.round(work))
    with pytest.raises(NotPermitted):
        s.by_hand(0, 0, s.applicant(0))


def test_the_database_too_refuses_an_approval_by_the_proposer(s, session):
    s.until("sent")
    offer = s.offer(0)
    offer.approved_by_id = offer.proposed_by_id
    with pytest.raises(Exception, match="(?i)approved_by_another"):
        session.commit()
    session.rollback()


def test_approved_one_by_one_the_proposal_is_approved_with_the_last(s, session):
    s.until("sent")
    s.approve_one(0)
    s.approve_one(1)
    assert s.row(PlacementRound, s.round_id).state is RoundState.PROPOSED
    s.approve_one(2)
    assert s.row(PlacementRound, s.round_id).state is RoundState.APPROVED
    assert open_tasks(session) == {("offers to send", "manager")}


def test_a_placement_is_not_approved_before_the_proposal_was_sent(s):
    s.until("proposed")
    with pytest.raises(RuleBroken, match="not sent"):
        s.approve_one(0)


def test_sent_back_it_is_a_draft_again_and_what_was_approved_is_void(s, session):
    s.until("sent")
    s.approve_one(0)
    s.send_back()
    assert s.row(PlacementRound, s.round_id).state is RoundState.DRAFT
    offer = s.offer(0)
    assert (offer.state, offer.approved_by_id) == (OfferState.PROPOSED, None)
    assert open_tasks(session) == {("proposal sent back", "manager")}
    s.take_out(0)
    s.send()
    s.approve()
    assert open_tasks(session) == {("offers to send", "manager")}
