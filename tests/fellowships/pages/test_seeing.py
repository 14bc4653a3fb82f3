"""Pages of calls: who sees them, and the list."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.fellowships import operations as office
from app.foundation.database import db
from app.opportunities.models import (
    Place,
    Programme,
)
from app.opportunities.states import OpportunityState
from tests import make
from tests.counting import statements
from tests.fellowships.offices import (
    office_of,
    prepared,
    published,
    the_call,
    working,
)
from tests.fellowships.pages.pressing import EDIT_PAGES, PAGES, POSTS, page


@pytest.mark.parametrize("state", list(OpportunityState))
def test_every_page_opens_in_every_state_and_language(desk, manager, state):
    call = prepared(desk)
    with working(desk.manager) as work:
        found = the_call(work, call)
        if state in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
            office.publish_call(work, found)
        if state is OpportunityState.CLOSED:
            office.close_call(work, found, reason="r")
        if state is OpportunityState.CANCELLED:
            office.cancel_call(work, found, reason="r")
    place = db.session.scalars(select(Place)).one()
    for address in PAGES + EDIT_PAGES:
        page(manager, address.format(call.id, place.id))
    page(manager, "/fellowships/office?lang=km")
    page(manager, f"/fellowships/office/{call.id}?lang=ja")


def test_offices_see_their_own_and_only_managers_change(client, desk):
    call = prepared(desk)
    place = db.session.scalars(select(Place)).one()
    for person, seen, changed in (
        (desk.approver, 200, 403),
        (desk.secretariat, 200, 403),
        (desk.stranger, 404, 404),
        (desk.host_staff, 404, 404),
        (make.person(), 404, 404),
    ):
        make.sign_in(client, person)
        for address in PAGES:
            assert client.get(address.format(call.id, place.id)).status_code == seen
        for address in EDIT_PAGES:
            assert client.get(address.format(call.id, place.id)).status_code == changed, address
        for address in POSTS:
            assert client.post(address.format(call.id, place.id)).status_code == changed, address


def test_lists_are_for_offices_and_hosts_only(client, desk):
    make.sign_in(client, make.person())
    for address in (
        "/fellowships/office",
        "/fellowships/office/new",
        "/fellowships/programmes",
        "/fellowships/programmes/new",
        "/fellowships/places",
    ):
        assert client.get(address).status_code == 403
    make.sign_in(client, desk.approver)
    assert client.get("/fellowships/office").status_code == 200
    assert client.get("/fellowships/office/new").status_code == 403


def test_a_call_beside_a_foreign_place_is_no_page(desk, manager):
    call, other = prepared(desk), prepared(office_of("Another"))
    foreign = db.session.scalars(select(Place).where(Place.opportunity_id == other.id)).one()
    assert manager.get(f"/fellowships/office/{call.id}/places/{foreign.id}").status_code == 404
    assert manager.get(f"/fellowships/office/{other.id}/places/{foreign.id}").status_code == 404


def test_the_list_shows_what_each_call_lacks_and_how_many_applied(desk, manager):
    lacking = prepared(desk, confirmed=False)
    open_one = published(desk)
    make.application(open_one)
    html = page(manager, "/fellowships/office")
    assert "1 thing is missing" in html
    assert "1 draft" in html
    assert html.count(f'/fellowships/office/{lacking.id}"') == 1
    only = page(manager, "/fellowships/office?state=published")
    assert f'/fellowships/office/{lacking.id}"' not in only
    assert f'/fellowships/office/{open_one.id}"' in only


def test_the_list_costs_the_same_for_one_call_and_for_many(desk, manager):
    prepared(desk)
    with statements() as few:
        page(manager, "/fellowships/office")
    for _more in range(12):
        prepared(desk, confirmed=False)
    for _more in range(12):
        make.call(programme=db.session.get(Programme, desk.programme.id))
    with statements() as many:
        html = page(manager, "/fellowships/office")
    assert html.count("<tr>") == 26
    assert len(few) == len(many) <= 4, many


def test_the_list_goes_on_page_by_page_without_losing_any(desk, manager):
    programme = db.session.get(Programme, desk.programme.id)
    ids = {make.call(programme=programme).id for _ in range(28)}
    ids |= {
        make.call(programme=programme, closes_at=make.NOW + timedelta(days=n)).id
        for n in range(1, 31)
    }
    seen, address = [], "/fellowships/office"
    while address:
        html = page(manager, address)
        seen += [int(i) for i in re.findall(r'<td><a href="/fellowships/office/(\d+)"', html)]
        more = re.search(r'rel="next" href="([^"]+)"', html)
        address = more and more[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=1-",
        "after=-1",
        "after=99999999999999-1",
        "after=1-99999999999",
        "after=%00-%00",
        "after=²-1",
        "state=nonsense",
        "state=%00",
        "state=draft&state=x",
    ],
)
def test_a_nonsense_query_is_no_failure(desk, manager, query):
    assert manager.get(f"/fellowships/office?{query}").status_code == 200
