"""One's own calendar, by a secret address; and that of a centre. Read back by two libraries."""

import logging
from datetime import timedelta

import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import select

from app.accounts import operations as accounts
from app.accounts.models import CalendarAddress, User
from app.accounts.queries import person
from app.applications.states import ApplicationState
from app.courses import operations as courses
from app.courses.models import CourseRun
from app.foundation import clock, logs
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from tests import make
from tests.counting import statements
from tests.courses.centres import centre_of, working
from tests.courses.dates import published_run, the_run
from tests.courses.test_pages import page, send


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def centre(session):
    return centre_of()


def address_of(user: User) -> str:
    with working(user) as work:
        secret = accounts.make_calendar_address(work, work.find(person(work.actor)))
    return f"/dashboard/calendar/{secret}.ics"


def events(client, address: str) -> list:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    vobject.readOne(answer.text)
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_it_has_the_meetings_of_ones_seats_and_of_what_one_teaches(client, centre) -> None:
    run_id, other = published_run(centre), published_run(centre)
    learner, stranger = make.person("LEARNER"), make.person("STRANGER TWO")
    with working(learner) as work:
        courses.enrol(work, work.session.get_one(CourseRun, run_id))
    with working(centre.writer) as work:
        teacher = work.session.get_one(User, centre.reader.id)
        courses.name_instructor(work, the_run(work, other), teacher)
    found = events(client, address_of(learner))
    assert [str(one["summary"]) for one in found] == ["Language models"] * 3
    assert str(found[0]["url"]).endswith(f"/courses/{the_run_of(run_id).ref}")
    assert found[0]["dtstart"].dt.isoformat() == "2027-03-01T09:00:00+00:00"
    taught = events(client, address_of(centre.reader))
    assert {str(one["url"])[-9:] for one in taught} == {the_run_of(other).ref}
    assert events(client, address_of(stranger)) == []


def test_the_log_of_requests_holds_no_secret_address(client, centre, caplog) -> None:
    caplog.set_level(logging.INFO, "lontar")
    address = address_of(make.person("LEARNER"))
    assert events(client, address) == []
    written = [logs.JsonLines().format(record) for record in caplog.records]
    assert any("/dashboard/calendar/~" in line for line in written)
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert not any(secret in line for line in written)


def the_run_of(run_id: int) -> CourseRun:
    return db.session.get_one(CourseRun, run_id)


def test_a_meeting_that_is_cancelled_stays_and_says_so(client, centre) -> None:
    run_id = published_run(centre)
    learner = make.person("LEARNER")
    with working(learner) as work:
        courses.enrol(work, work.session.get_one(CourseRun, run_id))
    address = address_of(learner)
    with working(centre.writer) as work:
        run = the_run(work, run_id)
        courses.cancel_meeting(work, run.meetings[0], reason="A holiday.")
    first, second, _third = events(client, address)
    assert (str(first["status"]), int(first["sequence"])) == ("CANCELLED", 1)
    assert str(second["status"]) == "CONFIRMED"


def test_a_draft_ends_with_the_deadline_of_its_call_in_the_owners_language(client, session) -> None:
    call = make.call(title="Khmer language models")
    learner = make.person("LEARNER")
    learner.locale = "ja"
    make.application(call, learner, state=ApplicationState.DRAFT)
    near = call.closes_at - timedelta(days=3)
    with clock.set_clock(near):
        (draft,) = events(client, address_of(learner))
    assert draft["dtend"].dt == call.closes_at
    assert "申請" in str(draft["summary"])
    assert str(draft["transp"]) == "TRANSPARENT"
    assert [str(alarm["action"]) for alarm in draft.walk("VALARM")] == ["DISPLAY"] * 2


def test_a_new_address_ends_the_old_one_and_only_its_hash_is_kept(client, session) -> None:
    learner = make.person("LEARNER")
    old, new = address_of(learner), address_of(learner)
    assert client.get(old).status_code == 404
    answer = client.get(new)
    assert answer.headers["Cache-Control"] == "private, no-store"
    (kept,) = session.scalars(select(CalendarAddress))
    assert kept.secret_hash not in new
    with working(make.person("SOMEBODY")) as work, pytest.raises(NotPermitted):
        accounts.end_calendar_address(work, work.session.get_one(User, learner.id))
    with working(learner) as work:
        accounts.end_calendar_address(work, work.find(person(work.actor)))
    assert client.get(new).status_code == 404


def test_who_may_not_sign_in_any_more_has_no_calendar(client, session) -> None:
    learner = make.person("LEARNER")
    address = address_of(learner)
    db.session.get_one(User, learner.id).active = False
    db.session.commit()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("secret", ["x", "ក" * 50, "%00", "a" * 3000])
def test_no_other_address_opens_anything(client, session, secret) -> None:
    assert client.get(f"/dashboard/calendar/{secret}.ics").status_code == 404


def test_on_the_account_page_it_is_made_shown_once_renewed_and_ended(client, session) -> None:
    make.sign_in(client, make.person("LEARNER"))
    made = send(client, "/account", to="/account/calendar", status=200).text
    address = made.split('<code class="secret" lang="en">')[1].split("</code>")[0]
    assert client.get(address).status_code == 200
    shown = page(client, "/account")
    assert address not in shown
    assert "Make a new address" in shown
    send(client, "/account", to="/account/calendar/end")
    assert client.get(address).status_code == 404
    again = send(client, "/account", to="/account/calendar/end", status=409).text
    assert "There is no address of your calendar." in again


def test_a_centres_calendar_has_its_meetings_and_deadlines_but_no_drafts(client, centre) -> None:
    run_id = published_run(centre)
    home = f"/organisations/{centre.organisation.ref}"
    assert f'href="{home}/calendar.ics"' in page(client, home)
    found = events(client, f"{home}/calendar.ics")
    assert len(found) == 4
    (closing,) = [one for one in found if one.get("transp")]
    assert closing["dtend"].dt == the_run_of(run_id).closes_at
    assert str(Calendar.from_ical(client.get(f"{home}/calendar.ics").data)["name"]) == "AI Centre"
    assert client.get("/organisations/no-such/calendar.ics").status_code == 404


def test_the_number_of_statements_does_not_grow_with_the_meetings(client, centre) -> None:
    learner, counts = make.person("LEARNER"), []
    address = address_of(learner)
    for _round in range(2):
        run_id = published_run(centre)
        with working(learner) as work:
            courses.enrol(work, work.session.get_one(CourseRun, run_id))
        db.session.expunge_all()
        with statements() as said:
            assert events(client, address)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 6
