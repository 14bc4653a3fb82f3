"""Seats held never exceed the seats, whatever is tried."""

import pytest
from sqlalchemy import text, update

from app.applications.models import Application
from app.foundation.actors import SYSTEM
from app.foundation.errors import RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.models import Place
from app.opportunities.states import PlaceFlow
from app.placements.models import Offer
from app.placements.states import OfferState
from tests.placements.operations.asking import kinds, open_tasks
from tests.placements.scene import placed


def test_seats_that_were_lowered_meanwhile_stop_the_approval(s):
    s.until("sent")
    s.set_seats(1, 1)
    with pytest.raises(RuleBroken, match="Host 1 has fewer seats"):
        s.approve()
    s.set_seats(1, 0)
    with pytest.raises(RuleBroken, match="Host 1 has no seat left"):
        s.approve()
    assert s.offer(0).state is OfferState.PROPOSED


def test_the_database_refuses_fewer_seats_than_are_held(s):
    s.until("approved")
    with pytest.raises(RuleBroken, match="held by offers"):
        s.set_seats(1, 1)
    s.set_seats(1, 2)
    s.set_seats(1, 3)


def test_the_database_refuses_a_host_that_withdraws_while_its_seats_are_held(s):
    s.until("released")
    with pytest.raises(RuleBroken, match="held by offers"), s.work() as work:
        PlaceFlow.refuse(work.session.get_one(Place, s.places[0]))


def test_the_database_refuses_one_offer_too_many_whatever_the_code_does(s, session):
    s.until("approved")
    values = {
        "round_id": s.round_id,
        "application_id": s.applications[3],
        "place_id": s.places[0],
        "proposed_by_id": s.people["manager"].id,
        "proposed_at": s.now,
        "approved_by_id": s.people["approver"].id,
    }
    with pytest.raises(RuleBroken, match="no seat left"), unit_of_work(SYSTEM) as work:
        work.session.add(Offer(**values, state=OfferState.APPROVED))
    with unit_of_work(SYSTEM) as work:
        work.session.add(Offer(**values, state=OfferState.PROPOSED))
    with pytest.raises(Exception, match="offer_holds_no_seat"):
        session.execute(
            text("UPDATE offer SET state = 'approved' WHERE application_id = :a"),
            {"a": s.applications[3]},
        )
    session.rollback()
    session.execute(text("DELETE FROM offer WHERE application_id = :a"), {"a": s.applications[3]})
    session.commit()


@pytest.mark.parametrize("ending", ["declined", "lapsed", "taken back", "withdrawn"])
def test_a_seat_that_comes_back_goes_to_the_next_in_a_second_round(s, session, ending):
    s.until("released")
    match ending:
        case "declined":
            s.decline(0)
        case "taken back":
            s.take_back(0)
        case "withdrawn":
            s.withdraw(0)
        case "lapsed":
            s.later(days=13)
            assert s.remind() == 3
            s.accept(1)
            s.accept(2)
            s.later(days=2)
            assert s.lapse() == 1
    if ending != "taken back":
        assert ("seats are free again", "manager") in open_tasks(session)
        assert "seat_returned" in kinds(session)
    session.execute(
        update(Application)
        .where(Application.id == s.applications[0], Application.state == "shortlisted")
        .values(score_mean=1.0)
    )
    session.commit()
    s.until("released")
    assert placed(s) == {1: 1, 2: 1, 3: 0}
    assert ("seats are free again", "manager") not in open_tasks(session)


def test_a_second_round_gives_only_what_earlier_offers_do_not_hold(s):
    s.until("released")
    s.until("proposed")
    assert placed(s) == {0: 0, 1: 1, 2: 1}
    with pytest.raises(RuleBroken, match="Nobody is placed"):
        s.send()
