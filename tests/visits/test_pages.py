"""The programme's pages of a call for visits, and the world's."""

import json
from datetime import timedelta

import pytest

from app.foundation import clock
from app.foundation.database import db
from app.visits import operations as visits
from app.visits.models import VisitCall
from tests import make
from tests.courses.schema_org import complaints
from tests.courses.test_pages import page, send
from tests.visits.grouping import (
    FIRST,
    FORM,
    NOW,
    accepted,
    begun,
    changing,
    published,
)


@pytest.fixture(autouse=True)
def at_this_moment():
    with clock.set_clock(NOW):
        yield


def ref_of(call_id: int) -> str:
    return db.session.get_one(VisitCall, call_id).ref


def of_day(name: str, value) -> dict[str, str]:
    return {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}


TERMS = {
    "title": "Short visits",
    "description": "A host plans a visit.",
    "groups": "2",
    "most_people": "4",
    "most_supervisors": "1",
    "fewest_days": "2",
    "most_days": "5",
    "days_to_answer": "10",
    "change_days": "14",
    **of_day("first_on", FIRST - timedelta(days=9)),
    **of_day("last_on", FIRST + timedelta(days=200)),
    **of_day("closes_on", FIRST - timedelta(days=20)),
}


def test_a_programme_writes_publishes_and_closes_a_call(client, office) -> None:
    make.sign_in(client, office.manager)
    assert "have not called for group visits yet" in page(client, "/visits/office")
    new = f"/visits/office/new/{office.programme_id}"
    refused = send(client, new, TERMS | {"most_supervisors": "5", "most_days": "1"}, status=422)
    assert "Supervisors are among the people" in refused.text
    assert "fewer than the fewest days" in refused.text
    desk = send(client, new, TERMS).headers["Location"]
    call_id = int(desk.rsplit("/", 1)[1])
    send(client, desk, to=f"{desk}/publish")
    assert "There is no application form." in page(client, desk)
    changing(office.manager, call_id, visits.save_call_form, FORM, version=None)
    send(client, f"{desk}/texts/km", {"title": "ទស្សនកិច្ច"})
    send(client, desk, to=f"{desk}/publish")
    assert "ទស្សនកិច្ច" in page(client, f"/visits/{ref_of(call_id)}?lang=km")
    page(client, "/?lang=en")
    for path in (
        "form/build",
        "form",
        "form/preview",
        "form.json",
        "form/sections/purpose",
        "form.pdf",
        "rubric",
    ):
        assert client.get(f"{desk}/{path}").status_code == 200
    send(client, f"{desk}/terms", TERMS | {"version": "1"}, status=409)
    send(client, f"{desk}/terms", TERMS | {"groups": "1"}, status=409)
    send(client, f"{desk}/terms", TERMS | {"groups": "3"})
    send(client, desk, to=f"{desk}/close")
    send(client, desk, to=f"{desk}/reopen")
    assert "No host has applied yet" in page(client, f"{desk}/groups")
    assert f"{desk}/groups" in page(client, f"/tracking/{call_id}")
    send(client, desk, {"reason": ""}, to=f"{desk}/give-up", status=422)
    send(client, desk, {"reason": "No money."}, to=f"{desk}/give-up")
    assert "No money." in page(client, f"/visits/{ref_of(call_id)}")


def test_readers_find_it_and_only_hosts_are_led_to_apply(client, office) -> None:
    call_id = published(office)
    ref = ref_of(call_id)
    for address in ("/", "/visits", "/?kind=visit"):
        assert f'href="/visits/{ref}"' in page(client, address)
    for address in ("/feed.atom?kind=visit", "/sitemap.xml"):
        assert f"/visits/{ref}" in page(client, address)
    start = f"/applications/start/{call_id}"
    seen = page(client, f"/visits/{ref}")
    assert "Up to 4 people, at most 1 supervisor among them" in seen
    assert "Only host institutions apply" in seen
    make.sign_in(client, make.person())
    assert start not in page(client, f"/visits/{ref}")
    page(client, start, 403)
    make.sign_in(client, office.receiver)
    assert start in page(client, f"/visits/{ref}")
    page(client, start)


def test_machines_read_a_call_as_schema_org_says_it(client, office) -> None:
    ref = ref_of(published(office))
    answer = client.get(f"/visits/{ref}/visit.jsonld")
    told = json.loads(answer.text)
    assert (told["@type"], told["maximumEnrollment"]) == ("EducationalOccupationalProgram", 4)
    assert list(complaints(told)) == []
    assert f"/visits/{ref}/visit.jsonld" in page(client, f"/visits/{ref}")


def test_a_draft_is_its_offices_alone(client, office) -> None:
    call_id = begun(office)
    ref = ref_of(call_id)
    page(client, f"/visits/{ref}", 404)
    for outsider in (office.receiver, make.person()):
        make.sign_in(client, outsider)
        for path in (
            f"/visits/{ref}",
            f"/visits/{ref}/visit.jsonld",
            f"/visits/office/{call_id}",
            f"/visits/office/{call_id}/terms",
            f"/visits/office/{call_id}/texts/en",
            f"/visits/office/{call_id}/groups",
            f"/visits/office/{call_id}/form/build",
            f"/visits/office/new/{office.programme_id}",
        ):
            assert client.get(path).status_code in {403, 404}, path
    make.sign_in(client, office.approver)
    assert "A preview" in page(client, f"/visits/{ref}")
    page(client, f"/visits/{ref}/visit.jsonld", 404)


def test_the_programmes_dashboard_counts_groups_where_others_have_seats(client, office) -> None:
    accepted(office, published(office, groups=3))
    make.sign_in(client, db.session.merge(office.manager))
    assert "1 of 3" in page(client, "/dashboard/manager")
