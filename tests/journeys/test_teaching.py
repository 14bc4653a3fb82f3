"""A course from its first line to certificates that verify, in a browser.

The centre writes and publishes it with three meetings, twenty people want one of fifteen seats,
five wait, one gives a seat back and the first in line is told and takes it; who was there is entered
on a phone, twelve complete, and a stranger checks one of their certificates.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.certificates.models import Certificate
from app.commands.duties import WORK
from app.courses import operations as office
from app.courses import queries
from app.courses.models import CourseRun, Enrolment, Meeting
from app.courses.states import EnrolmentState
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.jobs.running import run_next
from app.notifications.models import OutboxMessage
from app.opportunities.models import Opportunity
from tests import make
from tests.courses.centres import centre_of

pytestmark = pytest.mark.browser
SEATS, PEOPLE, COMPLETE = 15, 20, 12
FACTS = {"level": "6", "field_code": "0619", "fee_currency": "", "licence": "CC-BY-4.0"}


def day(visitor, name: str, moment: datetime) -> None:
    for part in ("day", "month", "year", "hour", "minute"):
        visitor.page.fill(f"[name={name}-{part}]", str(getattr(moment, part)))


def publish_course(staff) -> None:
    staff.goes_to("/courses/office/new")
    staff.page.fill("[name=code]", "LLM-101")
    staff.page.fill("[name=title]", "Language models")
    staff.page.select_option("[name=original_locale]", "en")
    staff.presses("main form button.button")
    desk = staff.page.url
    staff.goes_to(f"{desk}/texts/en")
    staff.page.fill("[name=summary]", "Three evenings online.")
    staff.page.fill("[name=objectives]", "- train a model")
    staff.presses("main form button.button")
    staff.goes_to(f"{desk}/facts")
    for name, value in FACTS.items():
        staff.page.select_option(f"[name={name}]", value)
    staff.page.fill("[name=hours]", "6")
    staff.page.check("[name=costs_nothing]")
    staff.page.check("[name=languages][value=en]")
    staff.page.check("[name=tracks][value=engineer]")
    staff.presses("main form button.button")
    staff.goes_to(desk)
    staff.presses("main form[action$='/publish'] button")


def publish_dates(staff) -> int:
    """Fifteen seats, three weekly meetings; gives the run's id."""
    soon = datetime.now(UTC).replace(second=0, microsecond=0)
    staff.presses("main a[href$='/dates/new']")
    staff.page.select_option("[name=mode]", "online")
    staff.page.fill("[name=join_url]", "https://meet.example.org/room")
    staff.page.fill("[name=capacity]", str(SEATS))
    staff.page.select_option("[name=enrolment_mode]", "open")
    day(staff, "closes", soon + timedelta(days=9))
    staff.presses("main form button.button")
    day(staff, "starts", soon + timedelta(days=12))
    staff.page.fill("[name=times]", "3")
    staff.presses("main form[action$='/meetings'] button.button")
    assert staff.page.locator("main a[href*='/meetings/']").count() == 3
    run_id = int(re.search(r"/dates/(\d+)", staff.page.url).group(1))
    staff.goes_to(f"/courses/office/dates/{run_id}")
    staff.presses("main form[action$='/publish'] button")
    return run_id


def weeks_pass(run_id: int) -> None:
    """The three meetings are behind us; the clocks of the tests' own server cannot be moved."""
    past = timedelta(days=40)
    db.session.rollback()
    for meeting in queries.meetings_of(db.session(), run_id):
        meeting.starts_at, meeting.ends_at = meeting.starts_at - past, meeting.ends_at - past
    run = db.session.get_one(CourseRun, run_id)
    db.session.execute(
        update(Opportunity)
        .where(Opportunity.id == run_id)
        .values(
            opens_at=run.opens_at - past if run.opens_at else None,
            closes_at=run.closes_at - past,
            closes_sort=run.closes_sort - past,
        )
    )
    db.session.commit()


def enrol(run_id: int, actor) -> int:
    with unit_of_work(actor) as work:
        return office.enrol(work, work.find(queries.run_to_enrol_in(work.actor, run_id))).id


@pytest.mark.parametrize(
    "visitor",
    [(390, True, "en"), (390, True, "ja")],
    indirect=True,
    ids=["390-scripts-en", "390-scripts-ja"],
)
def test_a_course_from_its_first_line_to_its_certificates(visitor, house, password_hash) -> None:
    here = centre_of()
    people = [make.person(f"PERSON {number:02}") for number in range(PEOPLE)]
    writer, first, sixteenth = here.writer.email, people[0].email, people[SEATS].email
    for person in (here.writer, people[0], people[SEATS]):
        db.session.merge(person).password = password_hash
    db.session.commit()
    actors = [make.actor(person) for person in people]

    staff = visitor()
    staff.signs_in(writer)
    publish_course(staff)
    run_id = publish_dates(staff)
    db.session.rollback()
    ref = db.session.get_one(CourseRun, run_id).ref

    # The first one enrols with one click; the others do, too, and five stand in line.
    one = visitor()
    one.signs_in(first)
    one.goes_to(f"/courses/{ref}")
    one.presses("main form[action*='/enrol/'] button")
    mine = one.page.url
    for actor in actors[1:]:
        enrol(run_id, actor)
    db.session.expire_all()
    states = db.session.scalars(select(Enrolment.state).order_by(Enrolment.id)).all()
    assert states == [*[EnrolmentState.ACCEPTED] * SEATS, *[EnrolmentState.WAITING] * 5]

    # One gives the seat back; the first in line is told, and takes it.
    one.goes_to(mine)
    one.presses("main form[action$='/leave'] button")
    db.session.rollback()
    told = db.session.scalars(
        select(OutboxMessage.person_id).where(OutboxMessage.kind == "courses/seat_offered")
    ).all()
    assert told == [actors[SEATS].user_id]
    next_one = visitor()
    next_one.signs_in(sixteenth)
    next_one.goes_to("/courses/mine")
    next_one.presses("main .card h2 a")
    next_one.presses("main form[action$='/accept'] button")

    # The meetings are over: who was there is entered on the phone, and twelve complete.
    weeks_pass(run_id)
    desk = f"/courses/office/dates/{run_id}"
    coming = [one.id for one in queries.with_seats(db.session(), run_id)]
    meetings = [m.id for m in db.session.scalars(select(Meeting).order_by(Meeting.starts_at))]
    db.session.rollback()
    for meeting in meetings:
        staff.goes_to(f"{desk}/attendance/{meeting}")
        for number, enrolment in enumerate(coming):
            mark = "present" if number < COMPLETE else "absent"
            staff.page.check(f"[name=presence-{enrolment}][value={mark}]")
        staff.presses("main form.presences button.button")
    staff.goes_to(f"{desk}/completion")
    staff.page.fill("[name=share]", "80")
    staff.presses("main form[action$='/completion/rule'] button.button")
    staff.presses("main form[action$='/completion'] button.button")
    staff.presses("main form[action$='/certificates'] button.button")
    while run_next(WORK):
        pass
    db.session.rollback()
    certificates = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert len(certificates) == COMPLETE

    # A stranger checks one of them.
    stranger = visitor()
    stranger.goes_to(f"/verify/{certificates[0].token}")
    assert stranger.page.locator(".verdict.good").count() == 1
    assert "Language models" in stranger.page.inner_text("main")
