"""Eight people press the button at once; ROUNDS says how often (25)."""

import random
from collections import Counter

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.applications.models import ApplicationCount
from app.applications.states import ApplicationState
from app.foundation.database import db
from app.foundation.errors import Refusal
from app.notifications.models import OutboxMessage
from app.opportunities.models import Place
from app.placements import operations as ops
from app.placements.models import Offer, PlacementRound
from app.placements.states import HOLDS_A_SEAT, OfferState, RoundState
from tests import racing
from tests.placements.crowd import CLIENTS, Start, all_at_once
from tests.placements.scene import Scene, nothing_is_wrong, scene

pytestmark = pytest.mark.race
EIGHT = tuple((4.0 + i / 10, (0,)) for i in range(CLIENTS))


def held() -> int:
    db.session.remove()
    return db.session.scalar(select(func.count(Offer.id)).where(Offer.state.in_(HOLDS_A_SEAT)))


def everything_adds_up(s: Scene) -> None:
    nothing_is_wrong(db.session)
    counted = db.session.execute(
        text("SELECT state, count(*) FROM application GROUP BY state")
    ).all()
    kept = db.session.execute(
        select(ApplicationCount.state, ApplicationCount.number).where(
            ApplicationCount.number > 0, ApplicationCount.country_code == ""
        )
    ).all()
    assert sorted(map(tuple, counted)) == sorted(map(tuple, kept))


def rounds(start: Start, *, share: float = 1.0):
    """The rounds of a race; what is much like another race is run a share as often."""
    for number in racing.rounds(25, share=share):
        start.again()
        yield number


def sent_with(seats: int) -> Scene:
    """Eight placements wait for approval at one host, which now has fewer seats."""
    s = scene(seats=(CLIENTS,), people=EIGHT).until("sent")
    s.set_seats(0, seats)
    return s


def test_the_last_seat_is_given_once(app, session):
    s = sent_with(1)
    for _ in rounds(Start()):
        presses = [
            ("approved", lambda i=i: s.approve_one(i, ("approver", "second")[i % 2]))
            for i in range(CLIENTS)
        ]
        assert all_at_once(app, presses) == {"approved": 1, "refused": CLIENTS - 1}
        assert held() == 1
        everything_adds_up(s)


def test_three_seats_are_given_to_three(app, session):
    s = sent_with(3)
    for _ in rounds(Start(), share=0.4):
        presses = [("approved", lambda i=i: s.approve_one(i)) for i in range(CLIENTS)]
        assert all_at_once(app, presses) == {"approved": 3, "refused": CLIENTS - 3}
        assert held() == 3
        everything_adds_up(s)


def test_one_placement_is_approved_once(app, session):
    s = scene().until("sent")
    for _ in rounds(Start()):
        presses = [("approved", lambda: s.approve_one(0))] * CLIENTS
        assert all_at_once(app, presses) == {"approved": 1, "refused": CLIENTS - 1}
        everything_adds_up(s)


def test_a_whole_proposal_is_approved_once(app, session):
    s = scene().until("sent")
    for _ in rounds(Start(), share=0.4):
        one_by_one = [("one", lambda i=i: s.approve_one(i)) for i in range(3)]
        presses = [("whole", s.approve)] * (CLIENTS - 3) + one_by_one
        told = all_at_once(app, presses)
        assert told["whole"] <= 1
        assert told["whole"] or told["one"] == 3
        assert s.row(PlacementRound, s.round_id).state is RoundState.APPROVED
        assert held() == 3
        everything_adds_up(s)


def test_approving_while_the_seats_are_lowered(app, session):
    s = scene().until("sent")
    for _ in rounds(Start()):
        lower = [("lowered", lambda: s.set_seats(1, 1))] * 4
        told = all_at_once(app, [("approved", s.approve)] * 4 + lower)
        seats = s.row(Place, s.places[1]).seats
        assert (told["approved"], seats) in {(1, 2), (0, 1)}
        assert bool(told["approved"]) is not bool(told["lowered"])
        everything_adds_up(s)


def test_offers_leave_once_and_each_person_is_told_once(app, session):
    s = scene().until("approved")
    for _ in rounds(Start()):
        assert all_at_once(app, [("released", s.release)] * CLIENTS) == {
            "released": 1,
            "refused": CLIENTS - 1,
        }
        letters = session.query(OutboxMessage).filter_by(kind="placements/offer_made").count()
        assert letters == 3
        everything_adds_up(s)


def test_a_proposal_is_begun_once(app, session):
    s = scene()
    for _ in rounds(Start(), share=0.4):
        assert all_at_once(app, [("opened", s.open)] * CLIENTS) == {
            "opened": 1,
            "refused": CLIENTS - 1,
        }


def test_a_seat_is_proposed_by_hand_once(app, session):
    s = scene(seats=(1,), people=EIGHT).until("draft")
    for _ in rounds(Start(), share=0.4):
        presses = [("placed", lambda i=i: s.by_hand(i, 0)) for i in range(CLIENTS)]
        assert all_at_once(app, presses) == {"placed": 1, "refused": CLIENTS - 1}
        everything_adds_up(s)


def answers(s: Scene, *verbs: str, times: int):
    """Buttons of the first applicant and of the office, each pressed `times` times."""
    applicant = s.applicant(0)
    offer_id, application_id = s.offer_id(0), s.applications[0]

    def on_offer(who, verb, **values):
        with s.work(who) as work:
            verb(work, ops.find_offer(work, offer_id), **values)

    def withdraw():
        with s.work(applicant) as work:
            ops.withdraw_application(work, ops.find_application(work, application_id), reason="")

    def lapse():
        if s.lapse() == 0:
            raise Refusal

    buttons = {
        "accepted": lambda: on_offer(applicant, ops.accept_offer),
        "declined": lambda: on_offer(applicant, ops.decline_offer),
        "taken back": lambda: on_offer(s.actors["manager"], ops.withdraw_offer, reason="x"),
        "lapsed": lapse,
        "withdrawn": withdraw,
    }
    return [(verb, buttons[verb]) for verb in verbs for _ in range(times)]


def test_accepting_while_the_offer_lapses(app, session):
    s = scene().until("released")
    s.later(days=13)
    s.remind()
    s.later(days=2)
    s.accept(1)
    s.accept(2)
    for _ in rounds(Start()):
        told = all_at_once(app, answers(s, "accepted", "lapsed", times=4))
        assert told["accepted"] + told["lapsed"] == 1
        offer = s.offer(0)
        expected = OfferState.ACCEPTED if told["accepted"] else OfferState.LAPSED
        assert offer.state is expected
        assert offer.application.state.value == offer.state.value
        everything_adds_up(s)


def test_accepting_while_the_application_is_withdrawn(app, session):
    s = scene().until("released")
    for _ in rounds(Start()):
        told = all_at_once(app, answers(s, "accepted", "withdrawn", times=4))
        assert told["withdrawn"] == 1
        offer = s.offer(0)
        assert offer.state is OfferState.WITHDRAWN
        assert offer.application.state is ApplicationState.WITHDRAWN
        assert offer.withdrawn_from == ("accepted" if told["accepted"] else "released")
        everything_adds_up(s)


def test_accepting_declining_and_taking_back_at_once(app, session):
    s = scene().until("released")
    for _ in rounds(Start(), share=0.4):
        told = all_at_once(app, answers(s, "accepted", "declined", "taken back", times=3))
        assert told["accepted"] + told["declined"] <= 1
        offer = s.offer(0)
        allowed = {
            OfferState.WITHDRAWN: ApplicationState.SHORTLISTED,
            OfferState.DECLINED: ApplicationState.DECLINED,
        }
        assert offer.application.state is allowed[offer.state]
        everything_adds_up(s)


def test_a_lapsed_seat_goes_back_or_to_the_next_but_never_to_both(app, session):
    s = scene().until("released")
    s.later(days=13)
    s.remind()
    s.later(days=2)
    s.accept(1)
    s.accept(2)
    assert s.lapse() == 1
    s.until("sent")
    for _ in rounds(Start(), share=0.4):
        told = all_at_once(
            app,
            [("given again", lambda: s.restore(0))] * 4 + [("approved", s.approve)] * 4,
        )
        assert told["given again"] + told["approved"] == 1
        assert held() == 3
        everything_adds_up(s)


def test_the_database_alone_keeps_to_the_seats(app, session):
    """The lock of the operations taken away: plain statements, as a careless script sends them."""
    s = sent_with(3)
    ids = [s.offer_id(i) for i in range(CLIENTS)]
    approver = s.people["approver"].id
    statement = text("UPDATE offer SET state = 'approved', approved_by_id = :who WHERE id = :id")

    def approve(offer_id: int) -> None:
        try:
            with db.engine.execution_options(writes=True).begin() as connection:
                connection.execute(statement, {"who": approver, "id": offer_id})
        except IntegrityError as error:
            assert "offer_holds_no_seat" in str(error)
            raise Refusal from error

    for _ in rounds(Start()):
        presses = [("approved", lambda i=i: approve(i)) for i in ids]
        assert all_at_once(app, presses) == {"approved": 3, "refused": CLIENTS - 3}


def test_whatever_people_do_at_once_nobody_waits_for_ever(app, session):
    """A storm of all verbs on all offers: no deadlock, no seat too many, every count right."""
    s = scene(seats=(2, 2), people=tuple((3 + i / 10, (i % 2, 1 - i % 2)) for i in range(8)))
    s.until("released")
    s.decline(7)
    s.until("sent")
    applicants = [s.applicant(i) for i in range(8)]
    dice = random.Random(7)
    served: Counter[str] = Counter()

    def withdraw(i: int) -> None:
        with s.work(applicants[i]) as work:
            ops.withdraw_application(work, ops.find_application(work, s.applications[i]), reason="")

    def come_back(i: int) -> None:
        with s.work(applicants[i]) as work:
            ops.undo_withdrawal(work, ops.find_application(work, s.applications[i]))

    buttons = {
        "accept": lambda i: s.on_offer(i, applicants[i], ops.accept_offer),
        "decline": lambda i: s.on_offer(i, applicants[i], ops.decline_offer),
        "withdraw": withdraw,
        "come back": come_back,
        "take back": lambda i: s.take_back(i),
        "approve": lambda i: s.approve_one(i),
        "approve all": lambda _i: s.approve(),
        "send back": lambda _i: s.send_back(),
        "release": lambda _i: s.release(),
        "propose": lambda _i: s.propose(),
        "lapse": lambda _i: s.lapse(),
        "lower": lambda i: s.set_seats(i % 2, 1),
        "raise": lambda i: s.set_seats(i % 2, 3),
    }
    for _ in rounds(Start()):
        chosen = [(dice.choice(list(buttons)), dice.randrange(8)) for _ in range(CLIENTS)]
        served += all_at_once(
            app, [(name, lambda n=name, i=i: buttons[n](i)) for name, i in chosen]
        )
        everything_adds_up(s)
    assert len(served) > 4
