"""Who teaches without being of the centre: attendance and results of the own dates, nothing else."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.courses import operations as office
from app.courses import policy, queries
from app.courses.models import CourseRun, Meeting, Teaching
from app.courses.operations import Mark, Reached
from app.courses.states import Presence
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from tests import make
from tests.courses.centres import working
from tests.courses.dates import published_run, the_run
from tests.courses.test_attendance import AFTER
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import page, send

PAGES = "/courses/office/dates"


@pytest.fixture
def run_id(centre):
    with clock.set_clock(OPEN):
        made = published_run(centre)
        for name in ("SOK DARA", "KIM LY"):
            take(made, make.person(name, sort_key=name.casefold()))
    return made


@pytest.fixture
def other_run(centre, run_id):
    """Other dates of the same centre, where the outside instructor does not teach."""
    with clock.set_clock(OPEN):
        made = published_run(centre)
        take(made, make.person("PEN SITHA"))
    return made


@pytest.fixture
def teacher(centre, run_id):
    """Teaches at the first meeting; works nowhere here."""
    who = make.person("TEACHER")
    with working(centre.writer, now=OPEN) as work:
        run = the_run(work, run_id)
        office.name_instructor(work, run, who, meeting_id=run.meetings[0].id)
    return who


@pytest.fixture(autouse=True)
def after():
    with clock.set_clock(AFTER):
        yield


def meeting_ids(run_id: int) -> list[int]:
    return list(
        db.session.scalars(select(Meeting.id).where(Meeting.run_id == run_id).order_by(Meeting.id))
    )


def seats(run_id: int) -> list[int]:
    return [one.id for one in queries.with_seats(db.session(), run_id)]


def test_they_enter_who_was_there_and_what_people_reached(client, run_id, teacher) -> None:
    make.sign_in(client, teacher)
    ref = db.session.get_one(CourseRun, run_id).ref
    attendance = f"{PAGES}/{run_id}/attendance"
    assert attendance in page(client, f"/courses/{ref}")
    seen = page(client, attendance)
    assert "SOK DARA" in seen
    assert "@example.org" not in seen
    first, second = seats(run_id)
    sheet = f"{attendance}/{meeting_ids(run_id)[0]}"
    send(client, sheet, {f"presence-{first}": "present", f"presence-{second}": "absent"})
    assert "Was there" in page(client, attendance)
    results = f"{PAGES}/{run_id}/results"
    told = send(client, results, {f"result-{first}": "80", f"result-{second}": "40"})
    assert told.headers["Location"] == results
    assert {one.result for one in queries.results_of(db.session(), run_id).values()} == {80, 40}
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.actor_id == teacher.id)).all()
    assert [one.verb for one in said] == ["run.attendance entered", "run.results entered"]


def test_why_somebody_is_excused_is_not_theirs_to_read_and_stays(
    client, centre, run_id, teacher
) -> None:
    first, second = seats(run_id)
    meeting = meeting_ids(run_id)[0]
    with working(centre.writer, now=AFTER) as work:
        found = work.find(queries.meeting_to_enter(work.actor, run_id, meeting))
        marks = {first: Mark(Presence.EXCUSED, reason="In hospital"), second: Mark(None)}
        office.record_attendance(work, found, marks)
    make.sign_in(client, teacher)
    sheet = f"{PAGES}/{run_id}/attendance/{meeting}"
    assert "In hospital" not in page(client, sheet)
    send(
        client, sheet, {f"presence-{first}": "excused", f"presence-{second}": "excused"}, status=422
    )
    send(client, sheet, {f"presence-{first}": "excused", f"presence-{second}": "present"})
    kept = queries.attendance_at(db.session(), meeting)
    assert (kept[first].reason, kept[second].presence) == ("In hospital", Presence.PRESENT)
    make.sign_in(client, centre.writer)
    assert "In hospital" in page(client, sheet)


def test_nothing_else_of_the_office_is_open_to_them(client, run_id, teacher) -> None:
    meeting = meeting_ids(run_id)[0]
    make.sign_in(client, teacher)
    for path in (
        "",
        "/people",
        "/messages",
        "/materials",
        "/meetings",
        "/terms",
        "/seats",
        "/invitations",
        "/cancel",
        "/completion",
        "/feedback",
        f"/attendance/{meeting}/report",
        f"/sign-in-sheet/{meeting}",
        f"/sign-in-sheet/{meeting}/enter",
        f"/check-in/{meeting}",
        f"/check-in/{meeting}/screen",
    ):
        assert client.get(f"{PAGES}/{run_id}{path}").status_code in {403, 404}, path
    for path in ("/publish", "/close", "/cancel", "/completion", "/certificates", "/messages"):
        assert client.post(f"{PAGES}/{run_id}{path}").status_code in {403, 404}, path
    assert client.get("/courses/office").status_code == 403
    seen = page(client, f"{PAGES}/{run_id}/attendance")
    for hidden in ("/people", "/completion", "/messages", "/sign-in-sheet", "/report"):
        assert f"{PAGES}/{run_id}{hidden}" not in seen


def test_other_dates_of_the_centre_are_not_theirs(client, run_id, other_run, teacher) -> None:
    make.sign_in(client, teacher)
    theirs, foreign = meeting_ids(other_run)[0], seats(other_run)[0]
    for path in ("attendance", f"attendance/{theirs}", "results"):
        assert client.get(f"{PAGES}/{other_run}/{path}").status_code == 404
    for path in (f"{other_run}/attendance/{theirs}", f"{run_id}/attendance/{theirs}"):
        assert client.post(f"{PAGES}/{path}").status_code == 404
        assert client.get(f"{PAGES}/{path}").status_code == 404
    assert client.post(f"{PAGES}/{other_run}/results").status_code == 404
    for run, meeting in ((other_run, theirs), (run_id, theirs)):
        with working(teacher, now=AFTER) as work, pytest.raises(NotFound):
            work.find(queries.meeting_to_enter(work.actor, run, meeting))
    mine = meeting_ids(run_id)[0]
    with working(teacher, now=AFTER) as work, pytest.raises(RuleBroken, match="has no seat"):
        found = work.find(queries.meeting_to_enter(work.actor, run_id, mine))
        office.record_attendance(work, found, {foreign: Mark(Presence.PRESENT)})
    with working(teacher, now=AFTER) as work, pytest.raises(RuleBroken, match="has no seat"):
        run = work.find(queries.run_to_enter(work.actor, run_id))
        office.record_results(work, run, {foreign: Reached(None, 100)})
    assert queries.results_of(db.session(), other_run) == {}


def test_the_operations_refuse_whoever_does_not_teach_there(
    centre, run_id, other_run, teacher
) -> None:
    for who, run in ((teacher, other_run), (centre.stranger, run_id), (make.person(), run_id)):
        with working(who, now=AFTER) as work, pytest.raises(NotPermitted):
            found = work.session.scalars(
                queries.run_to_open(make.actor(centre.writer), run)
            ).unique()
            office.record_results(work, found.one(), {})
    with working(teacher, now=AFTER) as work, pytest.raises(NotPermitted):
        run = work.find(queries.run_to_enter(work.actor, run_id))
        policy.RECORD.require(work.actor, run)


def test_who_was_taken_off_the_last_meeting_may_no_more(client, centre, run_id, teacher) -> None:
    make.sign_in(client, teacher)
    address = f"{PAGES}/{run_id}/attendance"
    assert client.get(address).status_code == 200
    teaching = db.session.scalar(select(Teaching.id).where(Teaching.person_id == teacher.id))
    with working(centre.writer, now=OPEN) as work:
        office.drop_instructor(
            work, work.find(queries.teaching_to_drop(work.actor, run_id, teaching))
        )
    assert client.get(address).status_code == 404


def test_participants_do_not_see_the_roster(client, run_id, teacher) -> None:
    make.sign_in(client, make.person())
    assert client.get(f"{PAGES}/{run_id}/attendance").status_code == 404
    ref = db.session.get_one(CourseRun, run_id).ref
    assert f"{PAGES}/{run_id}/attendance" not in page(client, f"/courses/{ref}")
