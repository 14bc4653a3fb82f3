"""From the first proposal to the last answer: what the placements office promises."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.foundation.actors import SYSTEM
from app.foundation.errors import IllegalMove, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.opportunities.models import Opportunity, Place, RubricVersion
from app.opportunities.states import PlaceFlow
from app.placements import operations as ops
from app.placements import queries
from app.placements.models import Offer, PlacementRound
from app.placements.states import OfferState, RoundState
from app.reviews.models import Review
from app.reviews.states import ReviewState
from tests import make
from tests.placements.scene import nothing_is_wrong, placed, scene


@pytest.fixture
def s(session):
    made = scene()
    yield made
    nothing_is_wrong(session)
    counted = session.execute(text("SELECT state, count(*) FROM application GROUP BY state")).all()
    kept = session.execute(
        select(ApplicationCount.state, ApplicationCount.number).where(
            ApplicationCount.number > 0, ApplicationCount.country_code == ""
        )
    ).all()
    assert sorted(counted) == sorted(tuple(k) for k in kept)


def kinds(session) -> list[str]:
    session.remove()
    return [m.kind.removeprefix("placements/") for m in session.query(OutboxMessage)]


def open_tasks(session) -> set[tuple[str, str | int | None]]:
    session.remove()
    tasks = session.query(Task).filter(Task.done_at.is_(None))
    return {(t.kind, t.role or t.holder_id) for t in tasks}


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


# ---- two persons --------------------------------------------------------------------------


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


# ---- seats --------------------------------------------------------------------------------


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


# ---- answers ------------------------------------------------------------------------------


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


def lapsed(s):
    s.until("released").later(days=13)
    s.remind()
    s.later(days=2)
    assert s.lapse() == 3


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


# ---- withdrawing --------------------------------------------------------------------------


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


def test_a_withdrawal_is_not_undone_after_a_day(s):
    s.until("released").withdraw(0)
    s.later(hours=25)
    with pytest.raises(RuleBroken, match="24 hours"):
        s.come_back(0)


def test_undone_when_the_seat_is_gone_the_person_is_on_the_shortlist(s):
    s.until("released").withdraw(0)
    s.until("released")
    assert placed(s)[3] == 0
    s.come_back(0)
    assert s.application(0).state is ApplicationState.SHORTLISTED
    assert 0 not in placed(s)


def test_nothing_is_undone_where_another_application_was_begun(s):
    s.until("draft").withdraw(0)
    make.application(s.row(Opportunity, s.call_id), s.applicants[0])
    with pytest.raises(RuleBroken, match="another application"):
        s.come_back(0)


def test_only_the_applicant_withdraws(s):
    s.until("released")
    with pytest.raises(NotPermitted), s.work() as work:
        ops.withdraw_application(work, ops.find_application(work, s.applications[0]))
    with pytest.raises(NotFound), s.work(s.applicant(1)) as work:
        ops.find_application(work, s.applications[0])


# ---- the others ---------------------------------------------------------------------------


def test_those_not_selected_are_told_why_and_only_after_the_offers_left(s, session):
    s.until("approved")
    with pytest.raises(RuleBroken, match="First the offers"):
        s.pass_over()
    s.release()
    assert s.pass_over() == 1
    assert s.application(3).state is ApplicationState.NOT_SELECTED
    told = session.query(OutboxMessage).filter_by(kind="applications/not_selected").one()
    assert told.person_id == s.applicants[3].id
    assert told.values["note"] == "All seats are taken."
    assert s.pass_over() == 0


def test_nobody_is_passed_over_while_another_proposal_is_in_the_making(s):
    s.until("released")
    first = s.round_id
    s.decline(0)
    s.until("proposed")
    s.round_id = first
    with pytest.raises(RuleBroken, match="Another proposal"):
        s.pass_over()


def test_messages_say_the_title_in_the_language_of_their_reader(s, session):
    session.add(
        make.OpportunityText(
            opportunity_id=s.call_id, locale="km", is_original=False, title="អាហារូបករណ៍"
        )
    )
    s.applicants[0].locale = "km"
    session.merge(s.applicants[0])
    session.commit()
    s.until("released")
    told = {m.person_id: m for m in session.query(OutboxMessage)}
    assert told[s.applicants[0].id].values["opportunity"] == "អាហារូបករណ៍"
    assert told[s.applicants[0].id].locale == "km"
    assert told[s.applicants[1].id].values["opportunity"].startswith("AI fellowship")


# ---- every state × verb × actor -----------------------------------------------------------

OFFER_VERBS = {
    "approve": (ops.approve_placement, {"note": ""}),
    "accept": (ops.accept_offer, {}),
    "decline": (ops.decline_offer, {}),
    "take back": (ops.withdraw_offer, {"reason": "x"}),
    "restore": (ops.restore_offer, {"reason": "x"}),
}
REACHED = {
    OfferState.PROPOSED: lambda s: s.until("sent"),
    OfferState.APPROVED: lambda s: s.until("approved"),
    OfferState.RELEASED: lambda s: s.until("released"),
    OfferState.ACCEPTED: lambda s: s.until("released").accept(0),
    OfferState.DECLINED: lambda s: s.until("released").decline(0),
    OfferState.LAPSED: lapsed,
    OfferState.WITHDRAWN: lambda s: s.until("released").take_back(0),
}
O = OfferState
MAY = {
    ("approve", O.PROPOSED): {"second", "approver"},
    ("accept", O.RELEASED): {"applicant"},
    ("decline", O.RELEASED): {"applicant"},
    ("take back", O.PROPOSED): {"manager", "second"},
    ("take back", O.APPROVED): {"manager", "second"},
    ("take back", O.RELEASED): {"manager", "second"},
    ("take back", O.ACCEPTED): {"manager", "second"},
    ("restore", O.LAPSED): {"manager", "second"},
}
ACTORS = (
    "manager",
    "second",
    "approver",
    "secretariat",
    "applicant",
    "elsewhere",
    "nobody",
    "host",
)


@pytest.mark.parametrize("state", REACHED, ids=str)
def test_every_verb_of_every_actor_in_every_state_of_an_offer(s, session, state):
    """Whoever is not named in MAY is refused, and nothing is written."""
    REACHED[state](s)
    assert s.offer(0).state is state
    actors = {**s.actors, "applicant": s.applicant(0)}
    offer_id = s.offer_id(0)
    audited = session.query(AuditEntry).count()
    wrong = []
    for verb, (operation, values) in OFFER_VERBS.items():
        for name in ACTORS:
            allowed = name in MAY.get((verb, state), set())
            try:
                with s.work(actors[name]) as work:
                    operation(work, ops.find_offer(work, offer_id), **values)
                    raise Rehearsal
            except Rehearsal:
                happened = True
            except (IllegalMove, NotFound, NotPermitted, RuleBroken):
                happened = False
            if happened is not allowed:
                wrong.append((verb, name, happened))
    assert wrong == []
    session.remove()
    assert session.query(AuditEntry).count() == audited


class Rehearsal(Exception):
    """Raised at the end of a unit of work, so that what was done is not kept."""


ROUND_VERBS = {
    "propose": lambda work, r: ops.propose_placements(work, r),
    "send": lambda work, r: ops.send_for_approval(work, r),
    "send back": lambda work, r: ops.send_back(work, r, reason="x"),
    "approve": lambda work, r: ops.approve_round(work, r, note=""),
    "release": lambda work, r: ops.release_round(work, r),
    "give up": lambda work, r: ops.withdraw_round(work, r, reason="x"),
    "tell others": lambda work, r: ops.pass_over_rest(work, r, reason="x"),
}
MANAGERS = {"manager", "second"}
MAY_ROUND = {
    ("propose", "proposed"): MANAGERS,
    ("send", "proposed"): MANAGERS,
    ("give up", "proposed"): MANAGERS,
    ("send back", "sent"): {"second", "approver"},
    ("approve", "sent"): {"second", "approver"},
    ("give up", "sent"): MANAGERS,
    ("release", "approved"): {*MANAGERS, "approver"},
    ("give up", "approved"): MANAGERS,
    ("tell others", "released"): MANAGERS,
}


@pytest.mark.parametrize("state", ["proposed", "sent", "approved", "released"])
def test_every_verb_of_every_actor_in_every_state_of_a_proposal(s, session, state):
    s.until(state)
    actors = {**s.actors, "applicant": s.applicant(0)}
    audited = session.query(AuditEntry).count()
    wrong = []
    for verb, operation in ROUND_VERBS.items():
        for name in ACTORS:
            allowed = name in MAY_ROUND.get((verb, state), set())
            try:
                with s.work(actors[name]) as work:
                    operation(work, s.round(work))
                    raise Rehearsal
            except Rehearsal:
                happened = True
            except (IllegalMove, NotFound, NotPermitted, RuleBroken):
                happened = False
            if happened is not allowed:
                wrong.append((verb, name, happened))
    assert wrong == []
    session.remove()
    assert session.query(AuditEntry).count() == audited


def test_visible_offers_and_the_permission_to_view_agree(s, session):
    from app.placements import policy

    s.until("released").decline(1)
    session.remove()
    every = session.execute(queries.offers()).unique().scalars().all()
    actors = [*s.actors.values(), *(s.applicant(i) for i in range(4))]
    for who in actors:
        seen = session.execute(queries.offers_visible_to(who)).unique().scalars().all()
        every = session.execute(queries.offers()).unique().scalars().all()
        assert {o.id for o in seen} == {o.id for o in every if policy.VIEW_OFFER.allows(who, o)}, (
            who.name
        )


def test_a_withdrawn_application_is_read_no_further_until_that_is_undone(s, session):
    reviewer = make.person("REVIEWER")
    rubric = session.scalars(
        select(RubricVersion.id).where(RubricVersion.opportunity_id == s.call_id)
    ).one()
    review = make.add(
        Review(
            application_id=s.applications[0],
            opportunity_id=s.call_id,
            reviewer_id=reviewer.id,
            rubric_version_id=rubric,
            assigned_at=s.now,
            due_at=s.now + timedelta(days=5),
        )
    )
    review_id, reviewer_id = review.id, reviewer.id
    s.withdraw(0)
    assert s.row(Review, review_id).state is ReviewState.TAKEN_BACK
    assert kinds(session) == ["nothing_to_read"]
    s.come_back(0)
    assert s.row(Review, review_id).state is ReviewState.ASSIGNED
    assert ("reviews to write", reviewer_id) in open_tasks(session)
