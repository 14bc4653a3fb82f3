"""Many people at the last seats at once, on both databases: never too many, in order, once."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.courses import operations as office
from app.courses.models import Enrolment
from app.courses.queries import run_to_enrol_in, runs_beyond_their_seats
from app.courses.states import HOLDS_A_SEAT, EnrolmentState
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests import make
from tests.courses.centres import centre_of
from tests.courses.dates import published_run
from tests.racing import CLIENTS, all_at_once, rounds

OPEN = make.NOW + timedelta(days=1)
S = EnrolmentState


def enrolling(actor, run_id):
    def press():
        with unit_of_work(actor, now=OPEN) as work:
            made = office.enrol(work, work.find(run_to_enrol_in(work.actor, run_id)))
            return made.state.value

    return press


def leaving(actor, enrolment_id):
    def press():
        with unit_of_work(actor, now=OPEN) as work:
            office.leave(work, office.find_enrolment(work, enrolment_id))
            return "left"

    return press


def everybody(run_id) -> list[Enrolment]:
    query = select(Enrolment).where(Enrolment.run_id == run_id)
    newest = query.execution_options(populate_existing=True)
    return list(db.session.scalars(newest.order_by(Enrolment.asked_at, Enrolment.id)))


def nothing_is_wrong(run_id) -> None:
    """Never over, one live row a person, each offer told once, nobody offered before another."""
    rows = everybody(run_id)
    assert db.session.execute(runs_beyond_their_seats()).all() == []
    live = Counter(row.person_id for row in rows if row.state.value != "withdrawn")
    assert set(live.values()) <= {1}
    offers = db.session.scalar(
        select(func.count()).where(OutboxMessage.kind == "courses/seat_offered")
    )
    assert offers == sum(
        row.offered_at is not None for row in db.session.scalars(select(Enrolment))
    )
    line = [row.state for row in rows if row.state in {S.WAITING, S.OFFERED}]
    assert line == sorted(line, key=lambda state: state is S.WAITING), "somebody was passed"


@pytest.mark.race
def test_the_last_seat_is_given_once(app, session) -> None:
    actors = [make.actor(make.person()) for _ in range(CLIENTS)]
    centre = centre_of()
    for _round in rounds(4):
        run_id = published_run(centre, capacity=1)
        told = all_at_once(app, [enrolling(actor, run_id) for actor in actors])
        assert told == {"accepted": 1, "waiting": CLIENTS - 1}
        nothing_is_wrong(run_id)


@pytest.mark.race
def test_seats_given_back_meanwhile_go_to_the_first_in_line_once(app, session) -> None:
    holders = [make.actor(make.person()) for _ in range(3)]
    waiting = [make.actor(make.person()) for _ in range(3)]
    late = [make.actor(make.person()) for _ in range(CLIENTS - 4)]
    centre = centre_of()
    for _round in rounds(4):
        run_id = published_run(centre, capacity=3)
        for actor in (*holders, *waiting):
            enrolling(actor, run_id)()
        seats = [row.id for row in everybody(run_id)[:3]]
        presses = [leaving(holders[0], seats[0]), leaving(holders[1], seats[1])]
        presses += [leaving(holders[1], seats[1]), leaving(waiting[2], everybody(run_id)[5].id)]
        presses += [enrolling(actor, run_id) for actor in late]
        all_at_once(app, presses)
        rows = everybody(run_id)
        assert sum(row.state in HOLDS_A_SEAT for row in rows) == 3
        assert [row.state for row in rows[:6]] == [
            *(S.WITHDRAWN, S.WITHDRAWN, S.ACCEPTED),
            *(S.OFFERED, S.OFFERED, S.WITHDRAWN),
        ]
        nothing_is_wrong(run_id)


@pytest.mark.race
def test_a_seat_is_taken_or_lapses_never_both(app, session) -> None:
    first, second, third = (make.actor(make.person()) for _ in range(3))
    centre = centre_of()
    late = OPEN + timedelta(hours=47, minutes=59)
    for _round in rounds(4):
        run_id = published_run(centre, capacity=1)
        for actor in (first, second, third):
            enrolling(actor, run_id)()
        seat, offered, _waits = (row.id for row in everybody(run_id))
        leaving(first, seat)()

        def accept(offered=offered):
            with unit_of_work(second, now=late) as work:
                office.accept_seat(work, office.find_enrolment(work, offered))
                return "accepted"

        def lapse():
            with unit_of_work(SYSTEM, now=OPEN + timedelta(hours=49)) as work:
                return office.lapse_seats(work)

        all_at_once(app, [accept, lapse, accept, lapse, accept, lapse])
        states = [row.state for row in everybody(run_id)]
        assert states in (
            [S.WITHDRAWN, S.ACCEPTED, S.WAITING],
            [S.WITHDRAWN, S.LAPSED, S.OFFERED],
        )
        nothing_is_wrong(run_id)


@pytest.mark.race
def test_a_seat_taken_back_and_given_back_at_once_goes_to_one_person(app, session) -> None:
    holder, second, third = (make.actor(make.person()) for _ in range(3))
    centre = centre_of()
    for _round in rounds(4):
        run_id = published_run(centre, capacity=1)
        staff = [make.actor(who) for who in (centre.writer, centre.reader)]
        for actor in (holder, second, third):
            enrolling(actor, run_id)()
        seat = everybody(run_id)[0].id

        def removing(actor, seat=seat):
            def press():
                with unit_of_work(actor, now=OPEN) as work:
                    found = office.find_enrolment(work, seat)
                    return office.remove(work, found, reason="You never answered us.")

            return press

        told = all_at_once(
            app, [*(removing(staff[n % 2]) for n in range(6)), leaving(holder, seat)]
        )
        states = [row.state for row in everybody(run_id)]
        assert states[0] in {S.DECLINED, S.WITHDRAWN}
        assert states[1:] == [S.OFFERED, S.WAITING]
        assert told[1] + told["left"] == 1, "who came first did it, and nobody else"
        assert (states[0] is S.DECLINED) == (told[1] == 1)
        nothing_is_wrong(run_id)
