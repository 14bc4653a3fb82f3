"""More time for a country or a person: to the exact instant, and nobody else's to know."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.accounts.models import User
from app.applications import queries as applications
from app.applications.models import Application
from app.fellowships import operations as office
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.opportunities.queries import own_deadline
from app.opportunities.states import OpportunityState
from tests import make
from tests.applications.helping import ready, start, submit
from tests.counting import statements
from tests.fellowships.offices import letters, office_of, the_call, working
from tests.fellowships.pages.pressing import hidden

LATER = "2027-01-20T23:59"
ENDS = make.NOW.replace(day=20, hour=14, minute=59)
GRACE = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def place(session):
    return office_of()


@pytest.fixture
def call(place):
    return make.call(programme=place.programme)


def for_country(place, call, country="KH", *, now=make.NOW, wall=LATER):
    with working(place.manager, now) as work:
        found = the_call(work, call)
        work.session.refresh(found, ["countries"])
        office.extend_for_country(
            work, found, country, closes_wall=wall, reason="Floods in two provinces."
        )


def for_person(place, call, address, *, now=make.NOW, wall=LATER):
    with working(place.manager, now) as work:
        office.extend_for_person(
            work, the_call(work, call), address, closes_wall=wall, reason="Illness."
        )


def closed(place, call):
    """The call closes at its deadline, as the clock does it."""
    with working(place.manager, call.closes_at + GRACE + timedelta(seconds=1)) as work:
        office.close_call(work, the_call(work, call))


@pytest.mark.parametrize("whose", ["country", "person"])
def test_who_has_more_time_submits_until_the_exact_end_also_after_the_call_closed(
    place, call, whose
) -> None:
    khmer, other = make.person(nationality="KH"), make.person(nationality="VN")
    mine, theirs = ready(call, khmer), ready(call, other)
    if whose == "country":
        for_country(place, call)
    else:
        for_person(place, call, khmer.email.upper())
    closed(place, call)
    with pytest.raises(RuleBroken, match="deadline has passed"):
        submit(other, theirs, now=ENDS)
    with pytest.raises(RuleBroken, match="deadline has passed"):
        submit(khmer, mine, now=ENDS + GRACE + timedelta(microseconds=1))
    assert submit(khmer, mine, now=ENDS + GRACE)


def test_one_may_begin_in_the_time_that_was_given(place, call) -> None:
    person = make.person(nationality="KH")
    for_country(place, call)
    closed(place, call)
    assert start(call, person, now=ENDS)
    with pytest.raises(RuleBroken):
        start(call, make.person(nationality="LA"), now=ENDS)


def test_a_call_that_is_closed_early_or_cancelled_is_closed_for_all(place, call) -> None:
    person = make.person(nationality="KH")
    mine = ready(call, person)
    for_country(place, call)
    with working(place.manager) as work:
        office.close_call(work, the_call(work, call), reason="No funds.")
    with pytest.raises(RuleBroken, match="deadline has passed"):
        submit(person, mine)
    with pytest.raises(RuleBroken, match="closed before its deadline"):
        for_country(place, call, wall="2027-01-25T23:59")


def test_what_cannot_be_given(place, call) -> None:
    with pytest.raises(RuleBroken, match="later than the present"):
        for_country(place, call, wall="2027-01-14T23:59")
    for_country(place, call)
    with pytest.raises(RuleBroken, match="later than the present"):
        for_country(place, call)
    with pytest.raises(RuleBroken, match="not for nationals"):
        for_country(place, call, "JP")
    with pytest.raises(RuleBroken, match="Nobody has an account"):
        for_person(place, call, "nobody@example.org")
    with pytest.raises(NotPermitted), working(place.approver) as work:
        office.extend_for_person(
            work, the_call(work, call), "x@example.org", closes_wall=LATER, reason="x"
        )


def test_a_countrys_is_public_and_a_persons_is_not(app, client, place, call) -> None:
    khmer = make.person(nationality="KH", locale="km")
    lao = make.person("LAO PERSON", nationality="LA")
    make.application(call, khmer)
    make.application(call, lao)
    for_country(place, call)
    for_person(place, call, lao.email, wall="2027-01-22T23:59")
    page = client.get(f"/fellowships/{call.ref}").text
    assert "Nationals of Cambodia:" in page
    assert "20 Jan 2027, 23:59" in page
    assert "Floods in two provinces." in page
    assert "22 Jan 2027" not in page
    assert "Illness." not in page
    told = {m.person_id: m.values["country"] for m in letters("own_deadline")}
    assert told == {khmer.id: "KH", lao.id: None}

    closed(place, call)
    with clock.set_clock(call.closes_at + timedelta(days=1)):
        page = client.get(f"/fellowships/{call.ref}?lang=en").text
        assert "closed, except for nationals of Cambodia" in page
        assert f"/applications/start/{call.id}" in page
    with clock.set_clock(ENDS + GRACE + timedelta(seconds=1)):
        page = client.get(f"/fellowships/{call.ref}?lang=en").text
        assert "no application is taken any more" in page


def test_every_page_of_the_person_says_the_own_deadline(app, place, call) -> None:
    person = make.person("DARA SOK", nationality="KH")
    mine = ready(call, person)
    for_person(place, call, person.email)
    closed(place, call)
    own = make.sign_in(app.test_client(), person)
    with clock.set_clock(call.closes_at + timedelta(days=2)):
        make.sign_in(own, person)
        for path in (
            "/applications",
            f"/applications/{mine}",
            f"/applications/{mine}/study",
            "/dashboard",
        ):
            assert "20 Jan 2027, 23:59" in own.get(f"{path}?lang=en").text, path
        assert "20270120T145900Z" in own.get(f"/applications/{mine}/deadline.ics").text
        assert "Your own deadline" in own.get(f"/applications/{mine}?lang=en").text
        other = make.sign_in(app.test_client(), make.person(nationality="KH"))
        assert "20 Jan 2027" not in other.get(f"/fellowships/{call.ref}?lang=en").text


def test_the_office_gives_more_time_on_its_page(app, place, call) -> None:
    person = make.person("DARA SOK", nationality="KH")
    desk = make.sign_in(app.test_client(), place.manager)
    page = f"/fellowships/office/{call.id}/later"
    day = {"day": 20, "month": 1, "year": 2027, "hour": 23, "minute": 59}
    closes = {f"closes-{part}": str(value) for part, value in day.items()}

    def send(then, **values):
        return desk.post(page + then, data=hidden(desk.get(page).text) | closes | values)

    assert send("/country", country="KH", reason="").status_code == 422
    assert send("/country", country="KH", reason="Floods.").status_code == 302
    assert send("/country", country="KH", reason="Floods.").status_code == 409
    assert send("/person", address="nobody@example.org", reason="Ill.").status_code == 409
    assert send("/person", address=person.email, reason="Ill.").status_code == 302
    shown = desk.get(page).text
    assert "Nationals of Cambodia" in shown
    assert "DARA SOK" in shown
    stranger = make.sign_in(app.test_client(), make.person())
    assert stranger.get(page).status_code == 404


def test_the_call_page_asks_no_more_for_it(client, place, call) -> None:
    for_country(place, call)
    with statements() as said:
        assert client.get(f"/fellowships/{call.ref}").status_code == 200
    assert len(said) <= 5, said


def test_calendars_that_hold_the_deadline_take_the_later_one(client, place, call) -> None:
    files = (f"/fellowships/{call.ref}/deadline.ics", "/calendar.ics")

    def told() -> list[tuple[int, str]]:
        events = [Calendar.from_ical(client.get(file).data).walk("VEVENT") for file in files]
        return [(one["SEQUENCE"], one["DTEND"].to_ical().decode()) for (one,) in events]

    before = told()
    with working(place.manager) as work:
        office.extend_call(
            work, the_call(work, call), closes_wall=LATER, reason="Floods in two provinces."
        )
    after = told()
    assert {ends for _number, ends in after} == {"20270120T145900Z"}
    assert all(now[0] > was[0] for was, now in zip(before, after, strict=True))
