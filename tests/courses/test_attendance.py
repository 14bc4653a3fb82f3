"""Who was there, what they reached, who completed, and what is certified."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.certificates.models import Certificate
from app.certificates.states import CertificateKind
from app.commands.duties import WORK
from app.courses import operations as office
from app.courses import queries
from app.courses.completion import Excused, Rule
from app.courses.models import Attendance, CompletionRule, Enrolment
from app.courses.queries.runs import meeting_to_change
from app.courses.states import Presence
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.jobs.running import run_next
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.counting import statements
from tests.courses.dates import published_run, the_run
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import page, send
from tests.racing import CLIENTS, all_at_once, rounds

AFTER = datetime(2027, 3, 16, tzinfo=UTC)
P, A, X = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED


def working(person):
    return unit_of_work(make.actor(person))


@pytest.fixture
def run_id(centre):
    """Three evenings in March, four people with a seat; everything is over."""
    with clock.set_clock(OPEN):
        made = published_run(centre)
        for name in ("SOK DARA", "KIM LY", "CHAN NITA", "OUK VANN"):
            take(made, make.person(name, sort_key=name.casefold()))
    return made


@pytest.fixture(autouse=True)
def after():
    with clock.set_clock(AFTER):
        yield


def enter(centre, run_id: int, number: int, *marks: Presence | None, version=None) -> int:
    with working(centre.writer) as work:
        meetings = [m.id for m in the_run(work, run_id).meetings]
        people = [one.id for one in queries.with_seats(work.session, run_id)]
        said = {
            person: office.Mark(mark, reason="Ill" if mark is X else "")
            for person, mark in zip(people, marks, strict=False)
        }
        meeting = work.find(meeting_to_change(work.actor, run_id, meetings[number]))
        return office.record_attendance(work, meeting, said, version=version)


def state(centre, run_id: int, rule: Rule) -> None:
    with working(centre.writer) as work:
        office.state_rule(work, the_run(work, run_id), rule)


def judge(centre, run_id: int) -> tuple[int, int]:
    with working(centre.writer) as work:
        return office.judge_everybody(work, the_run(work, run_id))


def completed(run_id: int) -> dict[str, bool]:
    found = queries.completions_of(db.session(), run_id)
    people = queries.with_seats(db.session(), run_id)
    return {one.person.full_name: found[one.id].completed for one in people if one.id in found}


@pytest.fixture
def entered(centre, run_id):
    """In the order of names: CHAN NITA always, KIM LY excused once, OUK VANN once, SOK DARA never."""
    enter(centre, run_id, 0, P, P, P, A)
    enter(centre, run_id, 1, P, X, A, A)
    enter(centre, run_id, 2, P, P, A, A)
    return run_id


def test_a_mark_is_kept_changed_and_taken_back(session, centre, run_id) -> None:
    assert enter(centre, run_id, 0, P, A, None, X) == 3
    assert enter(centre, run_id, 0, P, A, None, X) == 0
    assert enter(centre, run_id, 0, A, None, P) == 3
    kept = [row.presence for row in session.scalars(select(Attendance).order_by(Attendance.id))]
    assert sorted(kept) == [A, X, P]


def test_a_page_that_is_old_overwrites_nothing(centre, run_id) -> None:
    enter(centre, run_id, 0, P, version=0)
    with pytest.raises(ChangedMeanwhile):
        enter(centre, run_id, 0, A, version=0)
    assert enter(centre, run_id, 0, A, version=1) == 1


def test_no_attendance_before_the_doors_open_or_of_strangers(centre, run_id) -> None:
    with clock.set_clock(datetime(2027, 3, 1, 8, 29, tzinfo=UTC)), pytest.raises(RuleBroken):
        enter(centre, run_id, 0, P)
    with clock.set_clock(datetime(2027, 3, 1, 8, 31, tzinfo=UTC)):
        assert enter(centre, run_id, 0, P) == 1
    with working(centre.writer) as work, pytest.raises(RuleBroken):
        meeting = the_run(work, run_id).meetings[0]
        office.record_attendance(work, meeting, {9999: office.Mark(P)})


def test_the_database_itself_refuses_what_must_not_be(session, centre, entered) -> None:
    for statement in (
        "UPDATE attendance SET presence = 'excused', reason = ''",
        "UPDATE attendance SET minutes = 1441",
        "UPDATE attendance SET presence = 'late'",
    ):
        with pytest.raises(IntegrityError):
            session.execute(text(statement))
        session.rollback()
    state(centre, entered, Rule())
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE completion_rule SET share = 1"))
    session.rollback()


def test_everybody_is_judged_by_the_stated_rule_and_the_facts_are_kept(
    session, centre, entered
) -> None:
    with pytest.raises(RuleBroken, match="State first"):
        judge(centre, entered)
    state(centre, entered, Rule(share=100))
    assert judge(centre, entered) == (2, 2)
    assert completed(entered) == {
        "CHAN NITA": True,
        "KIM LY": True,
        "OUK VANN": False,
        "SOK DARA": False,
    }
    state(centre, entered, Rule(share=100, excused=Excused.ABSENT))
    assert completed(entered)["KIM LY"], "what was decided stays until it is decided again"
    assert judge(centre, entered) == (1, 3)
    rows = queries.completions_of(session, entered).values()
    assert {row.rule.number for row in rows} == {2}
    assert sorted(row.facts["present"] for row in rows) == [0, 1, 2, 3]
    assert session.scalar(select(func.count(CompletionRule.id))) == 2


def test_nobody_is_judged_while_attendance_is_missing_or_meetings_are_ahead(centre, run_id) -> None:
    state(centre, run_id, Rule())
    enter(centre, run_id, 0, P, P, P, P)
    enter(centre, run_id, 1, P, P, P)
    with pytest.raises(RuleBroken, match="attendance is missing"):
        judge(centre, run_id)
    before_the_last = datetime(2027, 3, 15, 10, 59, tzinfo=UTC)
    with clock.set_clock(before_the_last), pytest.raises(RuleBroken, match="not over"):
        judge(centre, run_id)


def test_a_person_may_be_judged_otherwise_with_a_reason(session, centre, entered) -> None:
    state(centre, entered, Rule(share=100))
    judge(centre, entered)
    with working(centre.writer) as work:
        run = the_run(work, entered)
        last = queries.with_seats(work.session, entered)[-1]
        with pytest.raises(RuleBroken):
            office.judge_otherwise(work, run, last, completed=True, reason=" ")
        office.judge_otherwise(work, run, last, completed=True, reason="Passed in writing.")
    assert judge(centre, entered) == (3, 1), "judging all again leaves it"
    assert completed(entered)["SOK DARA"]


def test_a_result_counts_where_the_rule_asks_for_one(centre, entered) -> None:
    with working(centre.writer) as work:
        people = [one.id for one in queries.with_seats(work.session, entered)]
        reached = {people[0]: office.Reached(40, 59), people[1]: office.Reached(None, 60)}
        run = the_run(work, entered)
        assert office.record_results(work, run, reached) == 2
    with working(centre.writer) as work:
        assert office.record_results(work, the_run(work, entered), reached) == 0
    state(centre, entered, Rule(share=60, result=60))
    assert judge(centre, entered) == (1, 3)


def certify(centre, run_id: int, kind=CertificateKind.COMPLETION) -> None:
    with working(centre.writer) as work:
        office.certify_run(work, work.find(queries.run_to_certify(work.actor, run_id)), kind)


def work_all() -> None:
    while run_next(WORK):
        pass


def test_who_completed_is_certified_once_and_told(session, centre, entered) -> None:
    state(centre, entered, Rule(share=100))
    judge(centre, entered)
    certify(centre, entered)
    certify(centre, entered)
    certify(centre, entered, CertificateKind.ATTENDANCE)
    work_all()
    certificates = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [one.kind for one in certificates] == [
        *[CertificateKind.COMPLETION] * 2,
        CertificateKind.ATTENDANCE,
    ]
    facts = certificates[0].facts
    assert facts.achievement.ref == f"run:{entered}"
    assert facts.achievement.criteria["en"] == "Was present at 100 % or more of the meetings."
    assert facts.achievement.criteria["ja"] != facts.achievement.criteria["en"]
    assert str(facts.achievement.starts_on) == "2027-03-01"
    told = session.scalars(
        select(OutboxMessage.person_id).where(OutboxMessage.kind == "certificates/issued")
    ).all()
    assert sorted(told) == sorted(one.holder_id for one in certificates)


def test_a_certificate_says_what_was_decided_and_one_of_attendance_no_result(
    session, centre, entered
) -> None:
    def reach(*percents: int) -> None:
        with working(centre.writer) as work:
            people = [one.id for one in queries.with_seats(work.session, entered)]
            said = {p: office.Reached(None, r) for p, r in zip(people, percents, strict=True)}
            office.record_results(work, the_run(work, entered), said)

    reach(90, 40, 30, 20)
    state(centre, entered, Rule(share=100, result=60))
    judge(centre, entered)
    reach(95, 40, 30, 20)
    certify(centre, entered)
    certify(centre, entered, CertificateKind.ATTENDANCE)
    work_all()
    kept = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    results = [(one.kind.value, dict(one.facts.result)) for one in kept]
    assert results[0][0] == "completion"
    assert results[0][1]["en"] == "90 %"
    assert results[1:] == [("attendance", {})] * 2


def test_the_centre_is_asked_for_attendance_and_then_for_certificates(
    session, centre, run_id
) -> None:
    def open_tasks() -> list[tuple[str, int]]:
        found = session.scalars(select(Task).where(Task.done_at.is_(None)).order_by(Task.id))
        kinds = {"attendance to enter", "certificates to issue"}
        return [(one.kind, one.values["number"]) for one in found if one.kind in kinds]

    with clock.set_clock(datetime(2027, 3, 8, 12, tzinfo=UTC)):
        for _again in range(2):
            with unit_of_work(SYSTEM) as work:
                office.ask_for_attendance(work)
        assert open_tasks() == [("attendance to enter", 2)]
        enter(centre, run_id, 0, P, P, P, P)
        assert open_tasks() == [("attendance to enter", 1)]
        enter(centre, run_id, 1, P, P, P, P)
        assert open_tasks() == []
    enter(centre, run_id, 2, P, P, P, P)
    state(centre, run_id, Rule())
    judge(centre, run_id)
    assert open_tasks() == [("certificates to issue", 4)]
    certify(centre, run_id)
    assert open_tasks() == []
    work_all()
    judge(centre, run_id)
    assert open_tasks() == [], "who is judged again and has a certificate waits for nothing"


def test_the_pages_from_the_grid_to_the_certificate(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{run_id}"
    people = queries.with_seats(db.session(), run_id)
    meetings = [m.id for m in queries.meetings_of(db.session(), run_id)]
    assert "4 people are missing" in page(client, f"{desk}/attendance")
    first = f"{desk}/attendance/{meetings[0]}"
    marks = {f"presence-{one.id}": "present" for one in people}
    refused = send(client, first, {**marks, f"presence-{people[0].id}": "excused"}, status=422).text
    assert "Say why this person is excused." in refused
    assert f'name="presence-{people[1].id}" value="present" checked' in refused
    assert f'aria-describedby="reason-{people[0].id}-error" aria-invalid="true"' in refused
    assert f'id="reason-{people[0].id}-error"' in refused
    for meeting in meetings:
        send(client, f"{desk}/attendance/{meeting}", marks)
    assert "Entered" in page(client, f"{desk}/attendance")
    wrong = {f"result-{people[0].id}": "101"}
    refused = send(client, f"{desk}/results", wrong, status=422).text
    assert f'id="result-{people[0].id}-error">Write percent, from 0 to 100.' in refused
    assert f'aria-describedby="result-{people[0].id}-error"' in refused
    send(client, f"{desk}/results", {f"result-{people[0].id}": "88"})
    home = f"{desk}/completion"
    rule = {"share": "80", "excused": "left out", "result": ""}
    assert (
        "Write a number from 0 to 100."
        in send(client, home, {**rule, "share": "120"}, to=f"{home}/rule", status=422).text
    )
    send(client, home, rule, to=f"{home}/rule")
    send(client, home, to=home)
    assert "4 of 4 completed the course." in page(client, home)
    send(client, home, {"kind": "completion"}, to=f"{desk}/certificates")
    work_all()
    assert "Issue 4 certificates" not in page(client, home)
    who = people[0].person
    make.sign_in(client, who)
    mine = page(client, f"/courses/mine/{people[0].id}")
    assert "My certificate" in mine
    assert "88 %" in mine
    assert "Was there" in mine
    assert "Was present at 80 % or more of the meetings." in mine


def test_another_centre_neither_sees_nor_says_anything(client, centre, run_id) -> None:
    make.sign_in(client, centre.stranger)
    meeting = queries.meetings_of(db.session(), run_id)[0].id
    desk = f"/courses/office/dates/{run_id}"
    for address in (
        f"{desk}/attendance",
        f"{desk}/attendance/{meeting}",
        f"{desk}/sign-in-sheet/{meeting}",
        f"{desk}/results",
        f"{desk}/completion",
    ):
        assert client.get(address).status_code == 404
    with working(centre.stranger) as work, pytest.raises(NotFound):
        the_run(work, run_id)
    person = db.session.scalars(select(Enrolment).where(Enrolment.run_id == run_id)).first()
    assert client.get(f"/courses/mine/{person.id}").status_code == 404


def test_a_seat_is_not_given_back_when_all_is_over(session, run_id) -> None:
    seat = queries.with_seats(session, run_id)[0]
    seat_id, actor = seat.id, make.actor(seat.person)
    with unit_of_work(actor) as work, pytest.raises(RuleBroken, match="over"):
        office.leave(work, office.find_enrolment(work, seat_id))


@pytest.mark.parametrize("people", [2, 30])
def test_the_grid_asks_the_same_however_many_come(client, centre, people) -> None:
    with clock.set_clock(OPEN):
        run_id = published_run(centre, capacity=40)
        for number in range(people):
            take(run_id, make.person(f"PERSON {number:02}"))
    make.sign_in(client, centre.writer)
    meeting = queries.meetings_of(db.session(), run_id)[0].id
    for address, most in ((f"attendance/{meeting}", 9), ("attendance", 9), ("completion", 11)):
        with statements() as said:
            page(client, f"/courses/office/dates/{run_id}/{address}")
        assert len(said) <= most, said


@pytest.mark.race
def test_a_sheet_that_many_save_at_once_is_saved_once(app, centre, run_id) -> None:
    """Each opened the page at the same version: one is kept, the others are told."""

    def press() -> str:
        try:
            with clock.set_clock(AFTER):
                enter(centre, run_id, 0, P, version=version)
        except (ChangedMeanwhile, RuleBroken):
            return "told"
        return "saved"

    for number in rounds(3):
        version = number
        outcome = all_at_once(app, [press] * CLIENTS)
        assert outcome == {"saved": 1, "told": CLIENTS - 1}
