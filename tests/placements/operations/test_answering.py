"""Offers are answered, reminded of, lapse, are taken back."""

from datetime import timedelta

import pytest

from app.applications.states import ApplicationState
from app.foundation.errors import IllegalMove, NotFound, NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage
from app.placements import operations as ops
from app.placements.models import PlacementRound
from app.placements.states import OfferState, RoundState
from tests.placements.operations.asking import kinds, lapsed
from tests.placements.scene import placed


def test_nobody_but_the_applicant_answers(s):
    s.until("released")
    for who in ("manager", "approver", "secretariat"):
        with pytest.raises(NotPermitted):
            s.on_offer(0, who, ops.accept_offer)
    for who in (s.applicant(1), s.actors["nobody"], s.actors["elsewhere"]):
        with pytest.raises(NotFound):
            s.on_offer(0, who, ops.accept_offer)


def test_before_its_release_an_offer_does_not_exist_for_its_applicant(s):
    s.until("approved")
    with pytest.raises(NotFound):
        s.accept(0)


def test_an_offer_is_answered_once(s):
    s.until("released").accept(0)
    for verb in (ops.accept_offer, ops.decline_offer):
        with pytest.raises(IllegalMove):
            s.on_offer(0, s.applicant(0), verb)


def test_what_the_applicant_writes_is_kept(s):
    s.until("released")
    s.on_offer(0, s.applicant(0), ops.decline_offer, note="ខ្ញុំមានការងារ")
    offer = s.offer(0)
    assert (offer.answer_note, offer.answered_at) == ("ខ្ញុំមានការងារ", s.now)


def test_each_reminder_is_told_once_and_names_its_days(s, session):
    s.until("released")
    s.later(days=6)
    assert s.remind() == 0
    s.later(days=2)
    assert (s.remind(), s.remind()) == (3, 0)
    s.accept(0)
    s.later(days=5)
    assert (s.remind(), s.remind()) == (2, 0)
    days = [m.values["days"] for m in session.query(OutboxMessage) if "days" in m.values]
    assert days == [7, 7, 7, 2, 2]


def test_an_offer_whose_reminders_were_not_sent_is_given_two_more_days(s, session):
    s.until("released")
    before = s.offer(0).answer_by
    s.later(days=20)
    assert s.lapse() == 0
    after = s.offer(0).answer_by
    assert after > s.now + timedelta(days=2) > before
    assert "offer_reminder" in kinds(session)
    s.later(days=4)
    assert s.lapse() == 3
    assert s.application(0).state is ApplicationState.LAPSED


def test_nobody_in_person_makes_an_offer_lapse(s):
    s.until("released")
    with pytest.raises(NotPermitted), s.work() as work:
        ops.lapse_offers(work)


def test_a_lapsed_offer_is_given_again_within_three_days(s, session):
    lapsed(s)
    s.later(hours=71)
    s.restore(0)
    offer = s.offer(0)
    assert (offer.state, offer.application.state) == (
        OfferState.RELEASED,
        ApplicationState.OFFERED,
    )
    assert offer.answer_by > s.now + timedelta(days=1)
    assert "offer_restored" in kinds(session)
    s.accept(0)


def test_a_lapsed_offer_is_not_given_again_later_or_without_a_seat(s):
    lapsed(s)
    s.set_seats(0, 0)
    with pytest.raises(RuleBroken, match="given to somebody else"):
        s.restore(0)
    s.set_seats(0, 1)
    s.later(hours=73)
    with pytest.raises(RuleBroken, match="72 hours"):
        s.restore(0)


def test_an_offer_taken_back_puts_the_person_on_the_shortlist_and_says_why(s, session):
    s.until("released").accept(0)
    s.take_back(0)
    assert s.application(0).state is ApplicationState.SHORTLISTED
    told = session.query(OutboxMessage).filter_by(kind="placements/offer_taken_back").one()
    assert told.values["reason"] == "the host closed its laboratory"
    assert "person_does_not_come" in kinds(session)


def test_taken_back_before_its_release_nobody_is_told(s, session):
    s.until("approved").take_back(0)
    assert kinds(session) == []
    s.release()
    assert placed(s) == {1: 1, 2: 1}


def test_taking_back_the_last_one_that_waits_for_approval_settles_the_proposal(s):
    s.until("sent")
    s.approve_one(0)
    s.approve_one(1)
    s.take_back(2)
    assert s.row(PlacementRound, s.round_id).state is RoundState.APPROVED


def test_a_proposal_is_given_up_without_a_trace_for_applicants(s, session):
    s.until("approved").give_up()
    assert placed(s) == {}
    assert kinds(session) == []
    assert s.application(0).state is ApplicationState.SHORTLISTED
    s.until("proposed")


def test_offers_leave_once(s):
    s.until("released")
    with pytest.raises(IllegalMove):
        s.release()
