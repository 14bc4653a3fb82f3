"""Ways to apply for dates of a course: who nominates, within which quota, and what that opens."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.applications.models import Application, Nomination, Nominator, Route
from app.applications.operations import (
    RouteTerms,
    choose_way,
    close_route,
    decline_to_nominate,
    name_nominator,
    nominate,
    note_overdue_nominations,
    open_route,
    rank_nominated,
)
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import nominating
from app.applications.queries.routes import route_to_change
from app.applications.states import ApplicationState as A
from app.applications.states import RouteKind
from app.courses import operations as office
from app.courses.queries import run_to_enrol_in
from app.courses.states import EnrolmentMode
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.organisations.models import Organisation
from tests import make
from tests.applications import helping
from tests.counting import statements
from tests.courses.centres import working
from tests.courses.dates import planned, the_run
from tests.courses.selecting import FORM, OPEN, admit, stands
from tests.racing import CLIENTS, all_at_once, rounds

TERMS = RouteTerms(quota=2, due_wall="2027-02-10T17:00", zone="Asia/Vientiane")


@pytest.fixture
def january():
    with clock.set_clock(OPEN):
        yield


def a_ministry(name="Ministry of Technology", code="LA"):
    body = make.organisation(name, code)
    return body, make.grant(make.person("OFFICER"), Role.NOMINATOR, Scope.ORGANISATION, body.id)


def dates_with_ways(centre, body=None, *, terms=TERMS, alone=False, publish=True) -> int:
    """Selective dates to which a ministry nominates; `alone` says one may come on one's own."""
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
    with working(centre.writer) as work:
        run = the_run(work, run_id)
        office.save_run_form(work, run, FORM, version=None)
        open_route(work, run, RouteKind.MINISTRY, terms)
    if body is not None:
        with working(centre.writer) as work:
            route = work.find(route_to_change(run_id, RouteKind.MINISTRY))
            name_nominator(work, route, work.session.get_one(Organisation, body.id))
    if not alone:
        with working(centre.writer) as work:
            close_route(work, work.find(route_to_change(run_id, RouteKind.DIRECT)))
    if publish:
        with working(centre.writer) as work:
            office.publish_run(work, the_run(work, run_id))
    return run_id


def sent(run_id, person, body=None) -> int:
    """An application that was submitted through this body, or on one's own."""
    with working(person, now=OPEN) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
    number = helping.start(run, person, now=OPEN)
    answers = {"headline": "Rules for public offices", "true": "yes"}
    helping.save(person, number, answers, now=OPEN)
    if body is not None:
        with working(person, now=OPEN) as work:
            choose_way(work, helping.find(work, number), f"ministry-{body.id}")
    helping.submit(person, number, now=OPEN)
    return number


def answer(officer, number, verb, **values) -> None:
    with working(officer, now=OPEN) as work:
        asked = nominating.applications_to_nominate(work.actor)
        verb(work, work.find(asked.where(Application.id == number)), **values)


def official(name="SOMCHAI"):
    return make.person(name, nationality="LA")


def test_who_is_nominated_is_admitted_and_nobody_else(centre) -> None:
    body, officer = a_ministry()
    run_id = dates_with_ways(centre, body)
    alone, chosen, refused = official("ALONE"), official("CHOSEN"), official("REFUSED")
    with pytest.raises(RuleBroken, match="by which way"):
        sent(run_id, alone)
    first, second = sent(run_id, chosen, body), sent(run_id, refused, body)
    assert helping.reload(first).state is A.AWAITING_NOMINATION
    asked = select(Task).where(Task.kind == "people to nominate", Task.role == Role.NOMINATOR)
    task = db.session.scalars(asked).one()
    assert (task.role, task.scope_id, task.values["number"]) == (Role.NOMINATOR, body.id, 2)
    with working(centre.writer, now=OPEN) as work, pytest.raises(RuleBroken):
        pass_screening(work, find_together(work, run_id, [first])[0])
    answer(officer, first, nominate)
    answer(officer, second, decline_to_nominate, reason="Another division goes first.")
    assert helping.reload(second).state is A.NOT_NOMINATED
    with working(centre.writer, now=OPEN) as work, pytest.raises(RuleBroken):
        pass_screening(work, find_together(work, run_id, [second])[0])
    with working(centre.writer, now=OPEN) as work:
        [application] = find_together(work, run_id, [first])
        pass_screening(work, application)
        shortlist(work, application)
    admit(centre, first)
    assert stands(first)[0] is A.OFFERED


def test_one_may_still_come_on_ones_own_where_that_way_is_open(centre) -> None:
    body, _officer = a_ministry()
    run_id = dates_with_ways(centre, body, alone=True)
    person = official()
    with working(person, now=OPEN) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
    number = helping.start(run, person, now=OPEN)
    helping.save(person, number, {"headline": "Rules", "true": "yes"}, now=OPEN)
    with working(person, now=OPEN) as work:
        choose_way(work, helping.find(work, number), "direct-0")
    helping.submit(person, number, now=OPEN)
    assert helping.reload(number).state is A.SUBMITTED


def test_the_ministry_puts_its_people_in_order_within_its_quota(centre) -> None:
    body, officer = a_ministry()
    run_id = dates_with_ways(centre, body)
    numbers = [sent(run_id, official(f"OFFICIAL {n}"), body) for n in range(3)]
    for number in numbers[:2]:
        answer(officer, number, nominate)
    with pytest.raises(RuleBroken, match="quota are used"):
        answer(officer, numbers[2], nominate)
    with working(officer, now=OPEN) as work:
        desk = work.find(nominating.nominators_visible_to(work.actor))
        rank_nominated(work, desk, numbers[1::-1])
    places = dict(db.session.execute(select(Nomination.application_id, Nomination.place)).all())
    assert (places[numbers[0]], places[numbers[1]]) == (2, 1)


def test_nobody_can_come_by_a_way_for_which_nobody_is_named(centre) -> None:
    with pytest.raises(RuleBroken, match="name who may nominate"):
        dates_with_ways(centre)


def test_only_dates_that_people_apply_for_have_ways(centre) -> None:
    run_id = planned(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="another way"):
        open_route(work, the_run(work, run_id), RouteKind.MINISTRY, TERMS)


def test_what_is_overdue_is_asked_of_the_centre(centre) -> None:
    body, _officer = a_ministry()
    run_id = dates_with_ways(centre, body)
    sent(run_id, official(), body)
    with working(SYSTEM, now=OPEN + timedelta(days=60)) as work:
        assert note_overdue_nominations(work) == 1
    task = db.session.scalars(select(Task).where(Task.kind == "nominations overdue")).one()
    assert (task.role, task.scope_id) == (Role.CENTRE, centre.organisation.id)


def pressed(client, page: str, address: str, **values):
    """Post as the form on this page would."""
    said = client.get(page).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', said)
    return client.post(address, data={"csrf_token": token[1], **values})


def test_the_centre_sets_its_ways_on_its_own_pages(centre, client) -> None:
    body, _officer = a_ministry("Ministry of Planning")
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION)
    base = f"/courses/office/dates/{run_id}/routes"
    make.sign_in(client, centre.writer)
    assert "Through a host institution" not in client.get(base).text
    assert client.get(f"{base}/host").status_code == 404
    terms = {"quota": "3", "zone": "Asia/Vientiane", "version": "0"}
    assert pressed(client, f"{base}/ministry", f"{base}/ministry", **terms).status_code == 302
    pressed(client, f"{base}/ministry", f"{base}/ministry/name", organisation=str(body.id))
    assert "0 of 3 nominated" in client.get(f"{base}/ministry").text
    pressed(client, f"{base}/direct", f"{base}/direct/close")
    assert "Only people who are nominated are admitted" in client.get(base).text
    kinds = db.session.scalars(select(Route.kind)).all()
    assert kinds == [RouteKind.MINISTRY]
    held = db.session.scalars(select(Nominator)).one()
    address = f"/courses/office/dates/{run_id}/nominators/{held.id}"
    answered = pressed(client, address, address, quota="4", version=str(held.version))
    assert answered.status_code == 302
    assert "Up to 4 people." in client.get(address).text


def test_another_centre_finds_none_of_it(centre, client) -> None:
    body, _officer = a_ministry()
    run_id = dates_with_ways(centre, body)
    held = db.session.scalars(select(Nominator.id)).one()
    make.sign_in(client, centre.stranger)
    base = f"/courses/office/dates/{run_id}"
    for address in ("routes", "routes/ministry", f"nominators/{held}"):
        assert client.get(f"{base}/{address}").status_code == 404
        assert client.get(f"/fellowships/office/{run_id}/{address}").status_code == 404


@pytest.mark.parametrize("bodies", [1, 9])
def test_the_public_page_says_whom_to_ask(centre, client, january, bodies) -> None:
    body, _officer = a_ministry()
    run_id = dates_with_ways(centre, body)
    with working(centre.writer) as work:
        ref = the_run(work, run_id).ref
    for n in range(1, bodies):
        with working(centre.writer) as work:
            route = work.find(route_to_change(run_id, RouteKind.MINISTRY))
            other = make.organisation(f"Ministry {n}", "KH")
            name_nominator(work, route, work.session.get_one(Organisation, other.id))
    with statements() as said:
        page = client.get(f"/courses/{ref}").text
    assert len(said) <= 16, said
    assert "Ministry of Technology" in page
    assert "Ask the ministry or embassy named here" in page
    assert "Only people who are nominated are admitted" in page


def test_the_desk_of_the_ministry_leads_to_the_dates(centre, client, january) -> None:
    body, officer = a_ministry()
    run_id = dates_with_ways(centre, body)
    number = sent(run_id, official(), body)
    make.sign_in(client, officer)
    assert "Language models" in client.get("/nominations").text
    desk = db.session.scalars(select(Nominator.id)).one()
    page = client.get(f"/nominations/{desk}").text
    with working(centre.writer) as work:
        assert f"/courses/{the_run(work, run_id).ref}" in page
    answered = pressed(
        client, f"/nominations/people/{number}", f"/nominations/people/{number}/nominate"
    )
    assert answered.status_code == 302
    assert helping.reload(number).state is A.SUBMITTED
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert "applications/nomination_made" in kinds


@pytest.mark.race
def test_officers_at_once_never_nominate_more_than_the_quota(app, centre) -> None:
    for again in rounds(6):
        body, officer = a_ministry(f"Ministry {again}")
        run_id = dates_with_ways(centre, body)
        asked = [sent(run_id, official(f"OFFICIAL {n}"), body) for n in range(CLIENTS)]
        acting = make.actor(officer)

        def press(number: int, acting=acting):
            def nominated() -> str:
                with unit_of_work(acting, now=OPEN) as work:
                    desk = nominating.applications_to_nominate(work.actor)
                    nominate(work, work.find(desk.where(Application.id == number)))
                return "nominated"

            return nominated

        told = all_at_once(app, [press(number) for number in asked])
        assert told == {"nominated": 2, "RuleBroken": CLIENTS - 2}
        db.session.expire_all()
        held = db.session.scalars(select(Nominator).order_by(Nominator.id.desc())).first()
        assert held.nominated == 2
        assert sum(helping.reload(number).state is A.SUBMITTED for number in asked) == 2
