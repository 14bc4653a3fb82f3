"""From a place that was won to an accepted report, and what is refused on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.accounts.models import User
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as mobility
from app.notifications.models import OutboxMessage
from app.notifications.tasks import tasks_of
from app.stays import operations as verbs
from app.stays import queries
from app.stays.models import Stay
from app.stays.states import (
    ChangeState,
    PreparationState,
    ReportState,
    Side,
    StayState,
)
from tests import make
from tests.mobility.choosing import answering, student_of
from tests.placements.scene import scene
from tests.stays.staying import (
    answering_wish,
    by_itself,
    line,
    on,
    planned,
    report,
    reporting,
    saying,
    settling,
    stay,
    verified,
    wish,
    wishing,
)


def tasks(actor) -> list[str]:
    db.session.rollback()
    return [task.kind for task in db.session.scalars(tasks_of(actor))]


def told(kind: str) -> int:
    db.session.rollback()
    rows = select(OutboxMessage.id).where(OutboxMessage.kind == f"stays/{kind}")
    return len(db.session.scalars(rows).all())


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def going(th, jp, student) -> int:
    return planned(th, jp, student)


def arrived(jp, stay_id: int) -> Stay:
    first = stay(stay_id).starts_on
    saying(jp.actor, stay_id, verbs.confirm_arrival, on=first, now=on(first))
    return stay(stay_id)


def test_a_verified_nomination_becomes_one_stay_with_its_list(th, jp, student, going) -> None:
    assert by_itself(verbs.plan_stays) == 0, "once only"
    found = stay(going)
    assert (found.person_id, found.host_id, found.home_id) == (student.user_id, jp.id, th.id)
    assert found.starts_on == found.preparations[-1].due_on + timedelta(weeks=1)
    assert [one.kind for one in found.reports] == ["final"]
    assert told("stay_planned") == 1


def test_an_accepted_offer_becomes_a_stay_of_the_programme(session) -> None:
    made = scene().until("released")
    made.accept(0)
    db.session.execute(
        update(db.Model.metadata.tables["opportunity"]).values(
            starts_on=make.NOW.date() + timedelta(days=90),
            ends_on=make.NOW.date() + timedelta(days=290),
        )
    )
    db.session.commit()
    assert by_itself(verbs.plan_stays) == 1
    found = stay(db.session.scalars(select(Stay.id)).one())
    assert (found.programme_id, found.home_id) == (made.programme_id, None)
    assert found.offer_id == made.offer_id(0)
    assert [one.kind for one in found.reports] == ["interim", "final"]
    manager = made.actors["manager"]
    assert saying(manager, found.id, lambda _work, one: one.id) == found.id
    for name in ("elsewhere", "nobody"):
        with pytest.raises(NotFound):
            saying(made.actors[name], found.id, lambda _work, _one: None)
    made.take_back(0)
    assert by_itself(verbs.call_off_stays) == 1
    assert stay(found.id).state is StayState.CALLED_OFF


def test_a_cancelled_nomination_calls_the_stay_off(th, jp, going) -> None:
    change = wishing(th.actor, going)
    assert by_itself(verbs.call_off_stays) == 0
    made = stay(going).nomination_id
    answering(th.actor, made, mobility.cancel_nomination, reason="Ill.")
    assert by_itself(verbs.call_off_stays) == 1
    assert stay(going).state is StayState.CALLED_OFF
    assert wish(change).state is ChangeState.TAKEN_BACK
    with pytest.raises(RuleBroken):
        arrived(jp, going)


def test_lines_are_settled_by_whose_they_are_or_by_an_office(th, jp, student, going) -> None:
    housing, insurance = line(going, "housing").id, line(going, "insurance").id
    with pytest.raises(NotPermitted):
        settling(student, housing, verbs.settle_preparation, needed=True, note="")
    with pytest.raises(RuleBroken):
        settling(student, insurance, verbs.settle_preparation, needed=False, note=" ")
    settling(student, insurance, verbs.settle_preparation, needed=True, note="")
    settling(jp.actor, housing, verbs.settle_preparation, needed=False, note="With family.")
    assert line(going, "housing").state is PreparationState.NOT_NEEDED
    with pytest.raises(RuleBroken):
        settling(jp.actor, housing, verbs.settle_preparation, needed=True, note="")
    settling(th.actor, housing, verbs.open_preparation_again)
    assert line(going, "housing").settled_at is None
    with pytest.raises(NotPermitted):
        moved = stay(going).starts_on
        settling(student, insurance, verbs.move_preparation, due_on=moved)


def test_an_office_adds_lines_and_moves_them(th, going, student) -> None:
    day = stay(going).starts_on - timedelta(days=7)
    said = {"title": "Bank account", "side": Side.PERSON, "due_on": day}
    with pytest.raises(NotPermitted):
        saying(student, going, verbs.add_preparation, **said)
    for _ in range(2):
        saying(th.actor, going, verbs.add_preparation, **said)
    added = line(going, "other")
    settling(th.actor, added.id, verbs.move_preparation, due_on=day - timedelta(days=1))
    with pytest.raises(RuleBroken):
        settling(th.actor, added.id, verbs.move_preparation, due_on=day + timedelta(days=900))
    assert sum(one.step == "other" for one in stay(going).preparations) == 2


def test_a_line_that_is_due_is_asked_for_until_it_is_settled(jp, student, going) -> None:
    insurance = line(going, "insurance")
    before = on(insurance.due_on - timedelta(days=1))
    by_itself(verbs.ask_for_preparations, before)
    assert "something to prepare" in tasks(student), "the papers were due before"
    by_itself(verbs.ask_for_preparations, on(insurance.due_on))
    asked = tasks(student).count("something to prepare")
    assert by_itself(verbs.ask_for_preparations, on(insurance.due_on)) == 0, "asked once"
    settling(student, insurance.id, verbs.settle_preparation, needed=True, note="")
    assert tasks(student).count("something to prepare") == asked - 1
    assert "something to prepare" in tasks(jp.actor)


def test_the_host_confirms_who_came_and_who_left(th, jp, student, going) -> None:
    first, last = stay(going).starts_on, stay(going).ends_on
    for actor in (th.actor, student):
        with pytest.raises(NotPermitted):
            saying(actor, going, verbs.confirm_arrival, on=first, now=on(first))
    with pytest.raises(RuleBroken):
        saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first, 0) - timedelta(2))
    with pytest.raises(RuleBroken):
        saying(jp.actor, going, verbs.confirm_departure, on=first, now=on(first))
    assert arrived(jp, going).state is StayState.THERE
    early = last - timedelta(days=3)
    with pytest.raises(RuleBroken):
        saying(jp.actor, going, verbs.confirm_departure, on=early, because="", now=on(last))
    leave = {"on": early, "because": "The thesis is to be handed in.", "now": on(last)}
    saying(jp.actor, going, verbs.confirm_departure, **leave)
    found = stay(going)
    assert (found.state, found.left_on) == (StayState.ENDED, early)


def test_the_day_is_the_one_where_the_host_is(jp, going) -> None:
    first = stay(going).starts_on
    # 16:00 in London is the next morning in Tokyo.
    eve = on(first - timedelta(days=1), 16)
    saying(jp.actor, going, verbs.confirm_arrival, on=first, now=eve)
    assert stay(going).arrived_on == first


def test_seventy_two_hours_without_an_arrival_tell_everybody_once(th, jp, student, going) -> None:
    first = stay(going).starts_on
    assert by_itself(verbs.ask_who_is_there, on(first + timedelta(days=2))) == 0
    assert by_itself(verbs.ask_who_is_there, on(first + timedelta(days=4))) == 1
    assert by_itself(verbs.ask_who_is_there, on(first + timedelta(days=5))) == 0
    assert told("nobody_arrived") == 3
    assert "arrival to confirm" in tasks(jp.actor)
    arrived(jp, going)
    assert "arrival to confirm" not in tasks(jp.actor)
    late = on(stay(going).ends_on + timedelta(days=2))
    by_itself(verbs.ask_who_is_there, late)
    assert "departure to confirm" in tasks(jp.actor)


def test_an_interruption_has_a_reason_and_an_end(th, jp, student, going) -> None:
    first = stay(going).starts_on
    away = first + timedelta(days=10)
    with pytest.raises(RuleBroken):
        saying(th.actor, going, verbs.interrupt_stay, from_on=away, reason="X", now=on(away))
    arrived(jp, going)
    with pytest.raises(NotPermitted):
        saying(student, going, verbs.interrupt_stay, from_on=away, reason="X", now=on(away))
    said = {"from_on": away, "reason": "A family matter.", "now": on(away)}
    saying(th.actor, going, verbs.interrupt_stay, **said)
    with pytest.raises(RuleBroken):
        saying(th.actor, going, verbs.interrupt_stay, **said)
    back = away + timedelta(days=5)
    saying(jp.actor, going, verbs.resume_stay, on=back, now=on(back))
    assert stay(going).interruptions[0].until_on == back
    with pytest.raises(RuleBroken):
        saying(th.actor, going, verbs.interrupt_stay, **said | {"now": on(back)})


def test_other_days_need_all_three_sides(th, jp, student, going) -> None:
    before = stay(going)
    due = line(going, "insurance").due_on
    change = wishing(student, going, starts_on=before.starts_on + timedelta(days=7))
    with pytest.raises(RuleBroken):
        wishing(jp.actor, going)
    with pytest.raises(NotPermitted):
        answering_wish(student, change, verbs.agree_to_change)
    answering_wish(jp.actor, change, verbs.agree_to_change)
    assert stay(going).ends_on == before.ends_on
    answering_wish(th.actor, change, verbs.agree_to_change)
    after = stay(going)
    assert after.ends_on == before.ends_on + timedelta(days=14)
    assert after.starts_on == before.starts_on + timedelta(days=7)
    assert line(going, "insurance").due_on == due + timedelta(days=7)
    assert report(going).due_on == after.ends_on + timedelta(days=30)
    assert told("change_answered") == 3
    with pytest.raises(RuleBroken):
        answering_wish(th.actor, change, verbs.refuse_change, answer="Too late.")


def test_one_refusal_keeps_the_days(th, jp, student, going) -> None:
    before = stay(going).ends_on
    change = wishing(jp.actor, going)
    with pytest.raises(RuleBroken):
        answering_wish(th.actor, change, verbs.refuse_change, answer=" ")
    answering_wish(th.actor, change, verbs.refuse_change, answer="Exams begin.")
    assert stay(going).ends_on == before
    assert wish(change).answered_side is Side.HOME
    again = wishing(student, going)
    answering_wish(student, again, verbs.take_back_change)
    assert wish(again).state is ChangeState.TAKEN_BACK


def test_a_wish_from_an_old_page_is_refused(th, going) -> None:
    with pytest.raises(ChangedMeanwhile):
        wishing(th.actor, going, version=stay(going).version - 1)


def test_a_report_goes_back_and_forth_and_stays_once_accepted(th, jp, student, going) -> None:
    arrived(jp, going)
    found = report(going)
    near = on(found.due_on - timedelta(days=14))
    assert by_itself(verbs.ask_for_reports, near - timedelta(days=2)) == 0
    assert by_itself(verbs.ask_for_reports, near) == 1
    assert "stay to report on" in tasks(student)
    with pytest.raises(RuleBroken):
        reporting(student, found.id, verbs.send_report)
    write = {"account": "I built a test set.", "outcome": "", "version": found.version}
    with pytest.raises(NotPermitted):
        reporting(th.actor, found.id, verbs.save_report, **write)
    reporting(student, found.id, verbs.save_report, **write)
    with pytest.raises(ChangedMeanwhile):
        reporting(student, found.id, verbs.save_report, **write)
    reporting(student, found.id, verbs.send_report)
    assert "report to accept" in tasks(th.actor)
    with pytest.raises(NotPermitted):
        reporting(jp.actor, found.id, verbs.accept_report)
    reporting(th.actor, found.id, verbs.return_report, answer="Which data?")
    assert tasks(student) == ["stay to report on"]
    more = {"account": "A test set of Thai speech.", "outcome": "A paper.", "version": None}
    reporting(student, found.id, verbs.save_report, **more)
    reporting(student, found.id, verbs.send_report)
    reporting(th.actor, found.id, verbs.accept_report, answer="Thank you.")
    assert report(going).state is ReportState.ACCEPTED
    assert told("report_wanted") == 2
    with pytest.raises(RuleBroken):
        reporting(student, found.id, verbs.save_report, **more)
    with pytest.raises((IntegrityError, OperationalError)):
        db.session.execute(text("UPDATE stay_report SET account = 'Other words.'"))
    db.session.rollback()


def test_the_database_keeps_whose_a_stay_is(th, jp, vn, going) -> None:
    for column in ("host_id", "home_id"):
        with pytest.raises((IntegrityError, OperationalError)):
            db.session.execute(text(f"UPDATE stay SET {column} = {vn.id}"))
        db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE stay SET state = 'ended'"))
    db.session.rollback()


def test_offices_see_their_own_stays_only(th, jp, vn, student, going) -> None:
    other = planned(vn, jp)
    for actor, expected in (
        (th.actor, [going]),
        (vn.actor, [other]),
        (jp.actor, [going, other]),
        (student, [going]),
        (student_of(th), []),
        (make.actor(make.person()), []),
    ):
        seen = db.session.scalars(queries.stays_visible_to(actor).order_by(Stay.id)).all()
        assert [one.id for one in seen] == expected
    with pytest.raises(NotFound), unit_of_work(vn.actor, now=make.NOW) as work:
        verbs.find_preparation(work, line(going, "visa").id)
    assert db.session.get(User, student.user_id) is not None


def test_planning_is_the_houses_own(th, jp, student) -> None:
    verified(th, jp, student)
    with pytest.raises(NotPermitted), unit_of_work(th.actor, now=make.NOW) as work:
        verbs.plan_stays(work)
