"""Seats: had at once, asked for, waited for, offered, lapsed, given back; and never too many."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.courses import operations as office
from app.courses.models import CourseRun, Enrolment
from app.courses.queries import enrolments_visible_to, run_held, run_to_enrol_in
from app.courses.states import EnrolmentMode, EnrolmentState
from app.courses.waitlist import Seats, promoted
from app.foundation.actors import SYSTEM
from app.foundation.database import db, sentence_for
from app.foundation.errors import NotFound, NotPermitted, Refusal, RuleBroken
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.courses.centres import working
from tests.courses.dates import TERMS, planned, published_run, the_run

S = EnrolmentState
OPEN = make.NOW + timedelta(days=1)


def take(run_id: int, who, now=OPEN, **values) -> int:
    with working(who, now=now) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
        return office.enrol(work, run, **values).id


def answer(who, enrolment_id: int, verb, now=OPEN, **values) -> None:
    with working(who, now=now) as work:
        verb(work, office.find_enrolment(work, enrolment_id), **values)


def state(enrolment_id: int) -> EnrolmentState:
    db.session.expire_all()
    return db.session.get_one(Enrolment, enrolment_id).state


def states(run_id: int) -> list[str]:
    db.session.expire_all()
    query = select(Enrolment.state).where(Enrolment.run_id == run_id).order_by(Enrolment.id)
    return [one.value for one in db.session.scalars(query)]


def told() -> list[tuple[str, str]]:
    query = select(OutboxMessage).where(OutboxMessage.kind.startswith("courses/"))
    kinds = db.session.scalars(query.order_by(OutboxMessage.id))
    return [(one.kind.removeprefix("courses/"), one.address) for one in kinds]


def test_one_click_gives_a_seat_while_there_is_one(centre) -> None:
    run_id = published_run(centre, capacity=2)
    people = [make.person() for _ in range(3)]
    made = [take(run_id, who) for who in people]
    assert [state(one) for one in made] == [S.ACCEPTED, S.ACCEPTED, S.WAITING]
    assert [kind for kind, _to in told()] == ["seat_held", "seat_held", "waits"]


def test_who_has_a_seat_keeps_it_when_pressing_again(centre) -> None:
    run_id, who = published_run(centre), make.person()
    assert take(run_id, who) == take(run_id, who)
    assert take(run_id, who, request_key="k") == take(run_id, who, request_key="k")
    assert states(run_id) == ["accepted"]


def test_nobody_enrols_before_it_opens_or_after_it_closes(centre) -> None:
    run_id = published_run(centre, opens_wall="2027-01-10T09:00")
    with pytest.raises(RuleBroken, match="not opened"):
        take(run_id, make.person())
    with pytest.raises(RuleBroken, match="closed"):
        take(run_id, make.person(), now=make.NOW + timedelta(days=60))
    with pytest.raises(NotFound):
        take(planned(centre), make.person())


def test_who_leaves_makes_room_for_the_first_in_line_at_once(centre) -> None:
    run_id = published_run(centre, capacity=1)
    first, second, third = (make.person() for _ in range(3))
    seat, waits, later = (take(run_id, who) for who in (first, second, third))
    answer(first, seat, office.leave)
    assert [state(one) for one in (seat, waits, later)] == [S.WITHDRAWN, S.OFFERED, S.WAITING]
    assert told()[-1] == ("seat_offered", second.email)
    (task,) = db.session.scalars(select(Task).where(Task.done_at.is_(None)))
    assert (task.kind, task.holder_id, task.subject_id) == ("seat to answer", second.id, waits)
    answer(second, waits, office.accept_seat)
    assert state(waits) is S.ACCEPTED
    assert db.session.scalar(select(Task).where(Task.done_at.is_(None))) is None


def test_an_offered_seat_that_nobody_answers_goes_on(centre) -> None:
    run_id = published_run(centre, capacity=1, hours_to_answer=48)
    first, second, third = (make.person() for _ in range(3))
    seat, waits, later = (take(run_id, who) for who in (first, second, third))
    answer(first, seat, office.leave)
    for hours, reminded in ((23, 0), (25, 1), (26, 0)):
        with working(SYSTEM, now=OPEN + timedelta(hours=hours)) as work:
            assert office.remind_of_seats(work) == reminded
    with working(SYSTEM, now=OPEN + timedelta(hours=47)) as work:
        assert office.lapse_seats(work) == 0
    late = OPEN + timedelta(hours=49)
    with pytest.raises(RuleBroken, match="over"):
        answer(second, waits, office.accept_seat, now=late)
    with working(SYSTEM, now=late) as work:
        assert office.lapse_seats(work) == 1
    assert [state(one) for one in (waits, later)] == [S.LAPSED, S.OFFERED]
    assert [kind for kind, to in told() if to == second.email][-2:] == [
        "seat_reminder",
        "seat_lapsed",
    ]


def test_after_the_cut_off_nobody_is_promoted(centre) -> None:
    run_id = published_run(centre, capacity=1, promote_until_wall="2027-02-20T18:00")
    first, second = make.person(), make.person()
    seat, waits = take(run_id, first), take(run_id, second)
    answer(first, seat, office.leave, now=make.NOW + timedelta(days=50))
    assert state(waits) is S.WAITING


def test_a_newcomer_does_not_pass_the_line(centre) -> None:
    run_id = published_run(centre, capacity=1, promote_until_wall="2027-01-07T09:00")
    first, second, third = (make.person() for _ in range(3))
    seat, waits = take(run_id, first), take(run_id, second)
    late = make.NOW + timedelta(days=10)
    answer(first, seat, office.leave, now=late)
    assert state(take(run_id, third, now=late)) is S.WAITING
    assert state(waits) is S.WAITING


def kept_for_cambodia(centre, *, seats=1, capacity=2) -> int:
    run_id = planned(centre, capacity=capacity)
    with working(centre.writer) as work:
        kept = [office.Reserve(seats, country_code="KH")]
        office.reserve_seats(work, the_run(work, run_id), kept)
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    return run_id


def test_kept_seats_are_for_their_group_alone(centre) -> None:
    run_id = kept_for_cambodia(centre)
    others = [make.person(nationality="VN") for _ in range(2)]
    khmer = [make.person(nationality="KH") for _ in range(2)]
    seat, waits = (take(run_id, who) for who in others)
    kept, second = (take(run_id, who) for who in khmer)
    found = [state(one) for one in (seat, waits, kept, second)]
    assert found == [S.ACCEPTED, S.WAITING, S.ACCEPTED, S.WAITING]
    answer(khmer[0], kept, office.leave)
    assert [state(one) for one in (waits, second)] == [S.WAITING, S.OFFERED]
    answer(others[0], seat, office.leave)
    assert state(waits) is S.OFFERED


def test_of_a_group_one_also_takes_a_seat_that_is_for_everybody(centre) -> None:
    run_id = kept_for_cambodia(centre, seats=1, capacity=2)
    khmer = [make.person(nationality="KH") for _ in range(3)]
    made = [take(run_id, who) for who in khmer]
    assert [state(one) for one in made] == [S.ACCEPTED, S.ACCEPTED, S.WAITING]
    kept = [db.session.get_one(Enrolment, one).kept_seat for one in made]
    assert kept == [True, False, False]


def test_the_group_is_also_that_of_ones_institution(centre) -> None:
    home = make.organisation("Home", "VN")
    run_id = planned(centre, capacity=1)
    with working(centre.writer) as work:
        kept = [office.Reserve(1, organisation_id=home.id)]
        office.reserve_seats(work, the_run(work, run_id), kept)
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    stranger = make.person(nationality="VN")
    one_of_them = make.person(nationality="VN", home_institution_id=home.id)
    assert state(take(run_id, stranger)) is S.WAITING
    assert state(take(run_id, one_of_them)) is S.ACCEPTED


def test_where_the_centre_decides_it_says_yes_or_no_with_a_reason(centre) -> None:
    run_id = published_run(centre, capacity=1, enrolment_mode=EnrolmentMode.APPROVAL)
    people = [make.person() for _ in range(3)]
    made = [take(run_id, who, words="I teach it.") for who in people]
    assert states(run_id) == ["asked"] * 3
    (task,) = db.session.scalars(select(Task).where(Task.done_at.is_(None)))
    assert (task.kind, task.values["number"]) == ("people to decide on", 3)
    with pytest.raises(RuleBroken, match="Say why"):
        answer(centre.writer, made[0], office.turn_down, reason=" ")
    answer(centre.writer, made[0], office.turn_down, reason="The course is for officials.")
    answer(centre.reader, made[1], office.admit)
    answer(centre.reader, made[2], office.admit)
    assert states(run_id) == ["declined", "accepted", "waiting"]
    assert ("seat_declined", people[0].email) in told()
    assert db.session.scalar(select(Task).where(Task.done_at.is_(None))) is None
    with pytest.raises(RuleBroken, match="already"):
        answer(centre.writer, made[1], office.admit)


def test_by_invitation_only_who_is_invited_enrols(centre) -> None:
    run_id = published_run(centre, enrolment_mode=EnrolmentMode.INVITATION)
    guest, stranger = make.person(email="Guest@Example.org"), make.person()
    with working(centre.writer) as work:
        addresses = ["guest@example.org", "GUEST@example.org", "new@example.org"]
        assert office.invite(work, the_run(work, run_id), addresses) == 2
    with working(centre.writer) as work:
        assert office.invite(work, the_run(work, run_id), ["guest@example.org"]) == 0
    assert [to for kind, to in told() if kind == "invited"] == [
        "guest@example.org",
        "new@example.org",
    ]
    with pytest.raises(RuleBroken, match="by invitation"):
        take(run_id, stranger)
    assert state(take(run_id, guest)) is S.ACCEPTED


def test_only_ones_own_seat_is_answered_and_only_the_centre_decides(centre) -> None:
    run_id = published_run(centre, enrolment_mode=EnrolmentMode.APPROVAL)
    who, other = make.person(), make.person()
    asked = take(run_id, who)
    for actor, verb in ((other, office.leave), (centre.stranger, office.admit)):
        with pytest.raises(NotFound):
            answer(actor, asked, verb)
    with pytest.raises(NotPermitted):
        answer(centre.writer, asked, office.leave)
    with pytest.raises(NotPermitted):
        answer(who, asked, office.admit)
    assert db.session.scalars(enrolments_visible_to(make.actor(centre.stranger))).all() == []


def test_more_seats_are_offered_to_the_line(centre) -> None:
    run_id = published_run(centre, capacity=1)
    made = [take(run_id, make.person()) for _ in range(4)]
    with working(centre.writer, now=OPEN) as work:
        office.save_run(work, the_run(work, run_id), TERMS(capacity=3), version=None)
    assert [state(one) for one in made] == [S.ACCEPTED, S.OFFERED, S.OFFERED, S.WAITING]


def test_whoever_counts_on_a_meeting_is_told_when_it_moves(centre) -> None:
    run_id = published_run(centre, capacity=1)
    first, second = make.person(), make.person()
    take(run_id, first)
    take(run_id, second)
    with working(centre.writer, now=OPEN) as work:
        moved = office.MeetingTerms("2027-03-02T18:00", "2027-03-02T20:00", "Asia/Tokyo")
        office.change_meeting(work, the_run(work, run_id).meetings[0], moved, reason="A holiday.")
    assert [to for kind, to in told() if kind == "meeting_moved"] == [first.email]
    with working(centre.writer, now=OPEN) as work:
        office.cancel_run(work, the_run(work, run_id), reason="A storm.")
    cancelled = {to for kind, to in told() if kind == "dates_cancelled"}
    assert cancelled == {first.email, second.email}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE enrolment SET state = 'accepted' WHERE state = 'waiting'",
        "INSERT INTO enrolment (run_id, person_id, state, kept_seat, asked_at, words, reason,"
        " version) SELECT run_id, decided_by_id, 'accepted', false, asked_at, '', '', 1"
        " FROM enrolment WHERE decided_by_id IS NOT NULL",
        "UPDATE enrolment SET kept_seat = false WHERE kept_seat",
        "UPDATE course_run SET capacity = 1",
    ],
)
def test_the_database_alone_keeps_to_the_seats(centre, change) -> None:
    run_id = kept_for_cambodia(centre)
    for nationality in ("VN", "VN", "KH", "KH"):
        take(run_id, make.person(nationality=nationality))
    db.session.execute(
        text("UPDATE enrolment SET decided_by_id = :who WHERE state = 'waiting' AND id = :one"),
        {"who": centre.writer.id, "one": db.session.scalar(text("SELECT max(id) FROM enrolment"))},
    )
    db.session.commit()
    with pytest.raises(DBAPIError) as refused:
        db.session.execute(text(change))
    db.session.rollback()
    assert sentence_for(refused.value) in {
        "No seat is free.",
        "More seats are taken, or kept for some, than that.",
        "More seats are kept for some than there are altogether.",
    }


def test_the_line_is_worked_off_in_order_and_within_its_groups() -> None:
    seats = Seats.of(5, {7: 2, 8: 1}, {None: 1, 7: 1, 8: 1})
    assert dict(seats.free) == {7: 1, 8: 0, None: 1}
    line = [(1, 8), (2, 7), (3, None), (4, 7)]
    assert promoted(line, seats) == [(1, None), (2, 7)]
    assert promoted([(3, None), (4, 7), (5, 7)], seats) == [(3, None), (4, 7)]
    assert promoted([], seats) == []


def test_a_held_run_is_read_anew(centre) -> None:
    run_id = published_run(centre)
    with working(centre.writer) as work:
        run = work.session.scalars(run_held(run_id)).one()
        assert (type(run), run.capacity) == (CourseRun, 20)


def test_a_seat_taken_back_goes_to_the_next_in_line_and_the_person_reads_why(centre) -> None:
    run_id = published_run(centre, capacity=1)
    first, second = make.person(), make.person()
    seat, waits = take(run_id, first), take(run_id, second)
    with pytest.raises(RuleBroken, match="Say why"):
        answer(centre.writer, seat, office.remove, reason=" ")
    with pytest.raises(RuleBroken, match="no seat"):
        answer(centre.writer, waits, office.remove, reason="Not in line any more.")
    answer(centre.writer, seat, office.remove, reason="You never answered us.")
    assert states(run_id) == ["declined", "offered"]
    assert ("seat_taken_back", first.email) in told()
    assert ("seat_offered", second.email) in told()
    with pytest.raises(RuleBroken, match="no seat"):
        answer(centre.reader, seat, office.remove, reason="Once more.")
    assert [kind for kind, _to in told()].count("seat_taken_back") == 1


def test_an_offered_seat_is_taken_back_and_nothing_is_left_to_answer(centre) -> None:
    run_id = published_run(centre, capacity=1)
    first, second = make.person(), make.person()
    seat, waits = take(run_id, first), take(run_id, second)
    answer(first, seat, office.leave)
    assert state(waits) is S.OFFERED
    answer(centre.writer, waits, office.remove, reason="Only for officials.")
    assert state(waits) is S.DECLINED
    assert db.session.scalar(select(Task).where(Task.done_at.is_(None))) is None
    with pytest.raises(RuleBroken, match="No seat is offered"):
        answer(second, waits, office.accept_seat)


def test_about_somebody_removed_the_centre_decides_when_they_come_again(centre) -> None:
    run_id = published_run(centre, capacity=5)
    who = make.person()
    seat = take(run_id, who)
    answer(centre.writer, seat, office.remove, reason="A mistake of ours.")
    again = take(run_id, who)
    assert state(again) is S.ASKED
    answer(centre.reader, again, office.admit)
    assert state(again) is S.ACCEPTED
    assert state(take(run_id, make.person())) is S.ACCEPTED


def test_only_the_centre_takes_seats_back_and_not_when_all_is_over(centre) -> None:
    run_id = published_run(centre)
    seat = take(run_id, make.person())
    with pytest.raises(Refusal):
        answer(centre.stranger, seat, office.remove, reason="I want it.")
    after = make.NOW.replace(year=2028)
    with pytest.raises(RuleBroken, match="are over"):
        answer(centre.writer, seat, office.remove, now=after, reason="Too late.")
    assert state(seat) is S.ACCEPTED
