"""Pages of a call in public, and of programmes."""

import re

from sqlalchemy import select

from app.fellowships.models import Call
from app.foundation.database import db
from app.opportunities.models import (
    Extension,
    Place,
)
from app.opportunities.states import OpportunityState
from tests import make
from tests.fellowships.offices import (
    letters,
    prepared,
    published,
)
from tests.fellowships.pages.pressing import POSTS, hidden, page, reload, send, wall


def test_an_extension_through_its_page(desk, manager):
    call = published(desk)
    make.application(call)
    address = f"/fellowships/office/{call.id}/extend"
    for data, said in (
        ({**wall("closes", 1, 2, 2027, 12, 0), "reason": "r"}, "later than the present one"),
        ({**wall("closes", 1, 3, 2027, 12, 0), "reason": " "}, "Give the reason"),
        ({**wall("closes", "", "", "", "", ""), "reason": "r"}, "Write the new deadline"),
    ):
        assert said in send(manager, address, data, status=422).text
    send(manager, address, {**wall("closes", 1, 3, 2027, 12, "00"), "reason": "Power cuts."})
    assert db.session.scalars(select(Extension.reason)).all() == ["Power cuts."]
    assert len(letters("call_extended")) == 1
    html = page(manager, f"/fellowships/office/{call.id}")
    assert "Power cuts." in html


def test_what_lacks_something_is_listed_where_it_would_be_published(desk, manager):
    call = prepared(desk, confirmed=False)
    html = page(manager, f"/fellowships/office/{call.id}/publish")
    assert "University of Tokyo" in html
    assert "Publish now" not in html
    kept = hidden(page(manager, f"/fellowships/office/{call.id}/cancel"))
    answer = manager.post(
        f"/fellowships/office/{call.id}/publish", data={"csrf_token": kept["csrf_token"]}
    )
    assert answer.status_code == 409
    assert "University of Tokyo" in answer.text


def test_closing_opening_again_and_cancelling(desk, manager):
    call = published(desk)
    base = f"/fellowships/office/{call.id}"
    assert "Give the reason" in send(manager, f"{base}/close", {"reason": ""}, status=409).text
    send(manager, f"{base}/close", {"reason": "Full."})
    assert reload(Call, call.id).state is OpportunityState.CLOSED
    send(manager, f"{base}/reopen")
    assert reload(Call, call.id).state is OpportunityState.PUBLISHED
    assert "Give the reason" in send(manager, f"{base}/cancel", {"reason": ""}, status=422).text
    send(manager, f"{base}/cancel", {"reason": "No money."})
    assert reload(Call, call.id).state is OpportunityState.CANCELLED
    assert "No money." in page(manager, base)


def test_without_the_token_nothing_happens(desk, manager):
    call = published(desk)
    for address in POSTS:
        place = db.session.scalars(select(Place.id)).one()
        answer = manager.post(address.format(call.id, place), data={"reason": "r"})
        assert answer.status_code in {302, 409, 422}, address
    assert reload(Call, call.id).state is OpportunityState.PUBLISHED


def test_the_secretariat_opens_a_programme_and_appoints_its_people(client, desk):
    make.sign_in(client, desk.secretariat)
    body = make.organisation("ASEAN Secretariat")
    answer = send(
        client,
        f"/fellowships/programmes/new?organisation={body.id}",
        {"name": "ASEAN AI", "ref": "asean-ai", "summary": "For all."},
    )
    home = answer.location
    person = make.person(email="new@example.org")
    send(client, home, {"email": "NEW@example.org", "role": "manager"}, to=f"{home}/appoint")
    html = page(client, home)
    assert person.passport_name in html
    nobody = send(
        client,
        home,
        {"email": "nobody@example.org", "role": "manager"},
        to=f"{home}/appoint",
        status=422,
    )
    assert "Nobody signs in with this address" in nobody.text
    dismiss = re.search(r'action="([^"]+/dismiss/\d+)"', html)[1]
    send(client, home, to=dismiss)
    assert person.passport_name not in page(client, home)


def test_programmes_are_seen_by_their_offices_and_changed_by_managers(client, desk):
    home = f"/fellowships/programmes/{desk.programme.id}"
    for person, seen, saved, appointed in (
        (desk.manager, 200, 302, 403),
        (desk.approver, 200, 403, 403),
        (desk.stranger, 404, 404, 404),
        (desk.host_staff, 404, 404, 404),
    ):
        make.sign_in(client, person)
        answer = client.get(home)
        assert answer.status_code == seen
        kept = hidden(answer.text)
        data = {**kept, "name": "Renamed"}
        assert client.post(home, data=data).status_code == saved
        assert client.post(f"{home}/appoint", data=data).status_code == appointed
        assert client.post(f"{home}/dismiss/1", data=data).status_code == appointed
