"""Pages on which hosts are asked, and answer."""

import pytest
from sqlalchemy import select

from app.fellowships import operations as office
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.opportunities.models import Place
from app.opportunities.states import PlaceState
from tests import make
from tests.fellowships.offices import (
    letters,
    prepared,
    working,
)
from tests.fellowships.pages.pressing import hidden, page, reload, send


def test_an_institution_is_found_by_name_and_asked(desk, manager, monkeypatch):
    call = prepared(desk, confirmed=False)
    other = make.organisation("Kyoto University")
    monkeypatch.setattr(
        "app.fellowships.views.places.organisations_named", lambda _session, _text: [other]
    )
    html = page(manager, f"/fellowships/office/{call.id}/places/new?q=kyoto")
    assert f"host={other.id}" in html
    address = f"/fellowships/office/{call.id}/places/new?host={other.id}"
    kept = hidden(page(manager, address))
    for _sent_twice in range(2):
        answer = manager.post(address, data={**kept, "seats": "3"})
        assert answer.status_code == 302
    asked = db.session.scalars(select(Place).where(Place.host_id == other.id)).all()
    assert [p.seats for p in asked] == [3]


@pytest.mark.parametrize("host", ["", "0", "x", "%00", "99999999999", "²", "-1"])
def test_a_host_that_is_none_leads_to_the_search(desk, manager, host):
    call = prepared(desk)
    html = page(manager, f"/fellowships/office/{call.id}/places/new?host={host}")
    assert 'type="search"' in html


def test_a_host_answers_what_it_saw(client, desk):
    prepared(desk, confirmed=False)
    place = db.session.scalars(select(Place)).one()
    make.sign_in(client, desk.host_staff)
    address = f"/fellowships/places/{place.id}"
    opened = hidden(page(client, address))
    with working(desk.manager) as work:
        from tests.fellowships.offices import the_place

        office.change_place(work, the_place(work, place), office.Seats(9), version=None)
    late = client.post(f"{address}/confirm", data={**opened, "note": "Yes"})
    assert late.status_code == 409
    assert "9 seats are asked for" in late.text
    assert "Yes" in late.text
    assert reload(Place, place.id).state is PlaceState.ASKED


def test_a_refusal_needs_its_reason(client, desk):
    prepared(desk, confirmed=False)
    place = db.session.scalars(select(Place)).one()
    make.sign_in(client, desk.host_staff)
    address = f"/fellowships/places/{place.id}"
    answer = send(client, address, {"note": ""}, to=f"{address}/refuse", status=409)
    assert "Tell the office why" in answer.text
    send(client, address, {"note": "We move."}, to=f"{address}/refuse")
    assert reload(Place, place.id).state is PlaceState.REFUSED
    assert [m.values["note"] for m in letters("place_answered")] == ["We move."]


def test_another_institution_does_not_even_see_the_request(client, desk):
    prepared(desk, confirmed=False)
    place = db.session.scalars(select(Place)).one()
    other = make.grant(make.person(), Role.HOST, Scope.ORGANISATION, make.organisation().id)
    make.sign_in(client, other)
    assert client.get(f"/fellowships/places/{place.id}").status_code == 404
    assert client.post(f"/fellowships/places/{place.id}/confirm").status_code == 404
    make.sign_in(client, desk.manager)
    assert client.get(f"/fellowships/places/{place.id}").status_code == 200
    assert client.post(f"/fellowships/places/{place.id}/confirm").status_code == 403
