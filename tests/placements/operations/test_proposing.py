"""A proposal in the making: worked out, changed by hand, sent."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.foundation.errors import IllegalMove, RuleBroken
from app.opportunities.models import Opportunity
from app.placements.models import PlacementRound
from app.placements.states import RoundState
from tests import make
from tests.placements.operations.asking import kinds, open_tasks
from tests.placements.scene import placed


def test_the_whole_way_from_a_proposal_to_an_accepted_offer(s, session):
    s.until("proposed")
    assert placed(s) == {0: 0, 1: 1, 2: 1}
    assert s.application(0).offer_state == "proposed"
    assert kinds(session) == []

    s.send()
    assert open_tasks(session) == {("placements to approve", "approver")}
    s.approve()
    assert s.row(PlacementRound, s.round_id).state is RoundState.APPROVED
    assert kinds(session) == []

    s.release()
    offer = s.offer(0)
    assert offer.application.state is ApplicationState.OFFERED
    assert offer.answer_by.astimezone(ZoneInfo("Asia/Tokyo")).isoformat() == (
        "2027-01-19T23:59:00+09:00"
    )
    assert kinds(session) == ["offer_made"] * 3
    assert open_tasks(session) == {("offer to answer", p.id) for p in s.applicants[:3]}
    assert {s.offer(i).released_at for i in range(3)} == {s.now}
    assert s.application(3).state is ApplicationState.SHORTLISTED

    s.accept(0)
    assert s.application(0).state is ApplicationState.ACCEPTED
    assert sorted(kinds(session)[3:]) == [
        "answer_received",
        "offer_accepted",
        "offer_accepted",
        "person_comes",
    ]
    assert ("offer to answer", s.applicants[0].id) not in open_tasks(session)
    verbs = [e.verb for e in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert verbs == [
        "round.opened",
        "round.proposed",
        "round.sent for approval",
        *["placement.approved"] * 3,
        "round.approved",
        *["offer.released"] * 3,
        "round.released",
        "offer.accepted",
    ]


def test_one_proposal_is_in_the_making_at_a_time(s):
    s.until("draft")
    with pytest.raises(RuleBroken, match="in the making"):
        s.open()


def test_the_database_too_keeps_to_one_proposal_in_the_making(s, session):
    s.until("draft")
    values = s.row(PlacementRound, s.round_id)
    twin = PlacementRound(
        opportunity_id=values.opportunity_id,
        number=2,
        state=RoundState.DRAFT,
        proposed_by_id=values.proposed_by_id,
        proposed_at=s.now,
    )
    with pytest.raises(Exception, match="(?i)unique"):
        make.add(twin)
    session.rollback()


def test_a_draft_worked_out_again_follows_the_newest_scores(s, session):
    s.until("proposed")
    session.execute(
        update(Application).where(Application.id == s.applications[3]).values(score_mean=5.0)
    )
    session.commit()
    s.propose()
    assert placed(s) == {3: 0, 0: 0, 1: 1, 2: 1} or placed(s) == {3: 0, 1: 1, 2: 1}
    assert s.application(0).offer_state is None


def test_only_the_shortlist_is_placed_unless_the_office_says_so(s, session):
    session.execute(
        update(Application)
        .where(Application.id == s.applications[0])
        .values(state=ApplicationState.IN_REVIEW)
    )
    for state, by in ((ApplicationState.SHORTLISTED, -1), (ApplicationState.IN_REVIEW, 1)):
        session.execute(
            update(ApplicationCount)
            .where(ApplicationCount.state == state)
            .values(number=ApplicationCount.number + by)
        )
    session.commit()
    s.until("proposed")
    assert 0 not in placed(s)
    s.propose(with_in_review=True)
    assert placed(s)[0] == 0


def test_a_person_excluded_by_hand_stays_out_when_it_is_worked_out_again(s):
    s.until("proposed").take_out(0)
    assert placed(s) == {1: 1, 2: 1}
    assert s.application(0).offer_state == "withdrawn"
    s.propose()
    assert placed(s) == {1: 0, 2: 1, 3: 1}


def test_a_person_placed_by_hand_stays_there_when_it_is_worked_out_again(s):
    s.until("proposed").take_out(0)
    s.by_hand(3, 0)
    s.propose()
    assert placed(s) == {3: 0, 1: 1, 2: 1}
    offer = s.offer(3)
    assert (offer.by_hand, offer.reason, offer.preference_rank) == (True, "host asked", 1)


def test_a_person_is_moved_by_hand_to_another_host(s):
    s.until("proposed").take_out(2)
    s.by_hand(0, 1)
    assert placed(s) == {0: 1, 1: 1}
    assert s.offer(0).preference_rank is None


def test_nobody_is_placed_by_hand_where_every_seat_is_given(s):
    s.until("proposed")
    with pytest.raises(RuleBroken, match="Every seat"):
        s.by_hand(3, 0)
    assert placed(s) == {0: 0, 1: 1, 2: 1}


def test_who_came_to_the_shortlist_later_may_be_placed_by_hand_and_is_explained(s, session):
    s.until("proposed")
    late = make.application(
        s.row(Opportunity, s.call_id), state=ApplicationState.SHORTLISTED, score_mean=2.0
    )
    s.applications.append(late.id)
    s.take_out(0)
    s.by_hand(4, 0)
    considered = s.row(PlacementRound, s.round_id).considered["candidates"]
    assert late.id in [c[0] for c in considered]


def test_a_proposal_that_was_sent_is_changed_by_nobody(s):
    s.until("sent")
    for change in (s.propose, lambda: s.by_hand(3, 0), lambda: s.take_out(0)):
        with pytest.raises(RuleBroken, match="sent for approval"):
            change()
    with pytest.raises(IllegalMove):
        s.send()


def test_an_empty_proposal_is_not_sent(s):
    s.until("draft")
    with pytest.raises(RuleBroken, match="Nobody is placed"):
        s.send()
