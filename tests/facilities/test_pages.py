"""A centre's pages of a facility, the world's, and those of who uses it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.facilities import operations as office
from app.facilities.models import Facility, FacilityGrant
from app.facilities.states import FacilityType, GrantState, Per, Unit
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.courses.schema_org import complaints
from tests.courses.test_pages import page, send
from tests.facilities.granting import (
    FORM,
    NOW,
    WORDS,
    accepting,
    answering,
    begun,
    changing,
    day,
    grant,
    listed,
    offered,
    person_of,
    published,
)


@pytest.fixture(autouse=True)
def at_this_moment():
    with clock.set_clock(NOW):
        yield


def ref_of(facility_id: int) -> str:
    return db.session.get_one(Facility, facility_id).ref


def of_day(name: str, value) -> dict[str, str]:
    return {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}


def test_a_centre_writes_publishes_and_closes_a_facility(client, centre) -> None:
    make.sign_in(client, centre.writer)
    assert "offers nothing to use yet" in page(client, "/facilities/office")
    new = f"/facilities/office/new/{centre.organisation.id}"
    form = {
        "title": "GPU cluster",
        "description": "Two nodes.",
        "conditions": "Name the cluster.",
        "type": "compute",
        "unit": "GPU-hours",
        "per": "month",
        "available": "400",
        "most": "90",
        "days_to_answer": "7",
        "costs_nothing": "y",
        "tracks": ["researcher"],
    }
    assert "no more than there is" in send(client, new, form | {"most": "500"}, status=422).text
    desk = send(client, new, form | of_day("closes_on", day(20))).headers["Location"]
    assert "See it as readers will" in page(client, desk)
    refused = client.post(f"{desk}/publish", data={"csrf_token": token(client, desk)})
    assert refused.status_code == 302
    assert "There is no application form." in page(client, desk)
    facility_id = int(desk.rsplit("/", 1)[1])
    changing(centre.writer, facility_id, office.save_facility_form, FORM, version=None)
    send(client, f"{desk}/texts/km", {"title": "កុំព្យូទ័រ", "conditions": "សូមដាក់ឈ្មោះ"})
    send(client, desk, to=f"{desk}/publish")
    seen = page(client, f"/facilities/{ref_of(facility_id)}?lang=km")
    assert "កុំព្យូទ័រ" in seen
    assert "សូមដាក់ឈ្មោះ" in seen
    page(client, "/?lang=en")
    for path in ("form/build", "form", "form/preview", "form.json", "form/sections/study"):
        assert client.get(f"{desk}/{path}").status_code == 200
    assert "Who uses it" in page(client, f"/tracking/{facility_id}")
    stale = {**form, "version": "1"}
    send(client, f"{desk}/terms", stale, status=409)
    send(client, f"{desk}/terms", {**form, "unit": "copies"}, status=409)
    send(client, f"{desk}/terms", {**form, "available": "500"} | of_day("closes_on", day(30)))
    send(client, desk, to=f"{desk}/close")
    send(client, desk, to=f"{desk}/reopen")
    send(client, desk, {"reason": ""}, to=f"{desk}/give-up", status=422)
    send(client, desk, {"reason": "It is sold."}, to=f"{desk}/give-up")
    assert "It is sold." in page(client, f"/facilities/{ref_of(facility_id)}")


def token(client, address: str) -> str:
    return page(client, address).split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def test_readers_find_it_in_the_catalogue_and_are_led_to_apply(client, centre) -> None:
    facility_id = published(centre)
    ref = ref_of(facility_id)
    for address in ("/", "/facilities", "/?kind=facility"):
        assert f'href="/facilities/{ref}"' in page(client, address)
    assert f"/facilities/{ref}" in page(client, "/feed.atom?kind=facility")
    assert f"/facilities/{ref}" in page(client, "/sitemap.xml")
    assert f"/facilities/{ref}" in page(client, f"/organisations/{centre.organisation.ref}")
    make.sign_in(client, make.person())
    seen = page(client, f"/facilities/{ref}")
    for said in ("100 GPU-hours a month", "60 GPU-hours a month", WORDS.conditions, "Data hall 2"):
        assert said in seen
    assert f"/applications/start/{facility_id}" in seen
    page(client, f"/applications/start/{facility_id}")


def test_a_draft_is_its_centres_alone(client, centre) -> None:
    facility_id = begun(centre)
    ref = ref_of(facility_id)
    page(client, f"/facilities/{ref}", 404)
    for outsider in (centre.stranger, make.person()):
        make.sign_in(client, outsider)
        for path in (
            f"/facilities/{ref}",
            f"/facilities/{ref}/facility.jsonld",
            f"/facilities/office/{facility_id}",
            f"/facilities/office/{facility_id}/terms",
            f"/facilities/office/{facility_id}/use",
            f"/facilities/office/{facility_id}/form/build",
            f"/facilities/office/new/{centre.organisation.id}",
        ):
            assert client.get(path).status_code in {403, 404}, path
    make.sign_in(client, centre.reader)
    assert "A preview" in page(client, f"/facilities/{ref}")
    page(client, f"/facilities/{ref}/facility.jsonld", 404)


def test_use_is_offered_agreed_to_and_reported_on(client, centre) -> None:
    facility_id = published(centre)
    person = make.person("CHANTHOU SOPHEAP")
    application_id = listed(facility_id, person)
    desk = f"/facilities/office/{facility_id}"
    offer = f"{desk}/applications/{application_id}/use"
    make.sign_in(client, centre.writer)
    assert "CHANTHOU SOPHEAP" in page(client, f"{desk}/use")
    assert f"{desk}/use" in page(client, f"/tracking/{facility_id}/{application_id}")
    given = {"amount": "40"} | of_day("first_on", day(0)) | of_day("last_on", day(20))
    refused = send(client, offer, given | {"amount": "61", "note": "Nights."}, status=409).text
    assert "One person gets from 1 to 60." in refused
    assert "Nights." in refused
    send(client, offer, given)
    assert client.get(offer).headers["Location"] == f"{desk}/use"
    grant_id = db.session.scalars(select(FacilityGrant.id)).one()
    at = f"/facilities/grants/{grant_id}"
    assert "40 of 100 in use" in page(client, f"{desk}/use")
    assert "Accept the use" not in page(client, at)

    make.sign_in(client, person)
    assert at in page(client, "/facilities/mine")
    own = page(client, "/dashboard")
    assert at in own
    assert "Read by reviewers" not in own
    assert "/facilities/mine" in page(client, f"/applications/{application_id}")
    assert WORDS.conditions in page(client, at)
    assert "Tick the box" in send(client, at, to=f"{at}/accept", status=422).text
    send(client, at, {"agreed": "y"}, to=f"{at}/accept")
    assert grant(grant_id).state is GrantState.RUNNING
    assert client.get(f"{at}/conditions.txt").text == WORDS.conditions
    assert office.fingerprint(WORDS.conditions) in page(client, at)
    send(client, at, to=f"{at}/end")
    report = {"done": "Trained.", "outcome": "A model.", "links": "ftp://nowhere"}
    again = send(client, at, report, to=f"{at}/report", status=409).text
    assert "ten links" in again
    assert "A model." in again
    send(client, at, report | {"links": "https://example.org/model"}, to=f"{at}/report")
    make.sign_in(client, centre.reader)
    assert "https://example.org/model" in page(client, at)


def test_changed_conditions_are_shown_again(client, centre) -> None:
    facility_id = published(centre)
    grant_id = offered(centre, listed(facility_id))
    make.sign_in(client, person_of(grant_id))
    at = f"/facilities/grants/{grant_id}"
    old = {"seen": office.fingerprint("Other words."), "agreed": "y"}
    again = send(client, at, old, to=f"{at}/accept", status=409)
    assert "read again" in again.text
    send(client, at, {"agreed": "y"}, to=f"{at}/accept")


def test_the_centre_withdraws_use_and_nobody_else_sees_it(client, centre) -> None:
    grant_id = offered(centre, listed(published(centre)))
    at = f"/facilities/grants/{grant_id}"
    for outsider in (centre.stranger, make.person(), centre.secretariat):
        make.sign_in(client, outsider)
        for address in (at, f"{at}/conditions.txt"):
            assert client.get(address).status_code == 404
        sent = {"csrf_token": token(client, "/account")}
        for verb in ("accept", "decline", "end", "withdraw", "report"):
            assert client.post(f"{at}/{verb}", data=sent).status_code == 404
    assert grant(grant_id).state is GrantState.OFFERED
    make.sign_in(client, centre.writer)
    send(client, at, {"reason": " "}, to=f"{at}/withdraw", status=422)
    send(client, at, {"reason": "The cluster burnt."}, to=f"{at}/withdraw")
    make.sign_in(client, person_of(grant_id))
    assert "The cluster burnt." in page(client, at)


DATA = {
    "type": FacilityType.DATA_SET,
    "unit": Unit.COPIES,
    "per": Per.AT_ONCE,
    "licence": "CC-BY-4.0",
    "personal_data": True,
    "use_in": ("KH",),
}


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        ({}, "Service"),
        ({"type": FacilityType.LABORATORY, "unit": Unit.BENCH_DAYS, "per": Per.WEEK}, "Service"),
        (DATA, "Dataset"),
        (DATA | {"licence": "Ask the publishers", "costs_nothing": False}, "Dataset"),
        ({"closes_on": day(9), "tracks": ("engineer",), "per": Per.AT_ONCE}, "Service"),
    ],
)
def test_what_machines_read_is_schema_org(client, centre, terms, kind) -> None:
    make.country("KH")
    ref = ref_of(published(centre, **terms))
    answer = client.get(f"/facilities/{ref}/facility.jsonld")
    assert answer.mimetype == "application/ld+json"
    told = json.loads(answer.text)
    assert told["@type"] == kind
    assert list(complaints(told)) == []
    assert f"/facilities/{ref}/facility.jsonld" in page(client, f"/facilities/{ref}")
    if kind == "Dataset":
        assert told["conditionsOfAccess"] == WORDS.conditions
        assert "Cambodia" in page(client, f"/facilities/{ref}")


def test_where_data_may_be_used_is_chosen_among_the_countries_of_the_cooperation(
    client, centre
) -> None:
    make.country("KH")
    terms = f"/facilities/office/{begun(centre, **DATA | {'use_in': ('FR',)})}/terms"
    make.sign_in(client, centre.writer)
    seen = page(client, terms)
    assert {code for code in ("KH", "JP", "FR", "DE") if f'value="{code}"' in seen} == {
        "KH",
        "JP",
        "FR",
    }
    given = {
        **{"type": "data set", "unit": "copies", "per": "at once", "available": "5", "most": "1"},
        **{"days_to_answer": "7", "use_in": ["KH", "JP"]},
    }
    send(client, terms, given | {"use_in": ["DE"]}, status=422)
    send(client, terms, given)
    assert db.session.scalars(select(Facility.use_in)).one() == ["JP", "KH"]


def test_pages_take_a_handful_of_statements_however_much_there_is(client, centre) -> None:
    def numbers() -> list[int]:
        found = []
        for address in (
            "/facilities/office",
            f"/facilities/office/{facility_id}/use",
            f"/facilities/{ref_of(facility_id)}",
            "/dashboard/centre",
        ):
            page(client, address)
            with statements() as said:
                page(client, address)
            found.append(len(said))
        return found

    facility_id = published(centre)
    accepting(offered(centre, listed(facility_id), amount=5))
    make.sign_in(client, centre.writer)
    few = numbers()
    for _more in range(6):
        accepting(offered(centre, listed(facility_id), amount=5))
        offered(centre, listed(facility_id), amount=5)
        listed(facility_id)
        published(centre)
    assert numbers() == few
    assert max(few) <= 16


def test_the_dashboard_of_a_centre_says_what_waits_and_what_is_free_soon(client, centre) -> None:
    facility_id = published(centre)
    accepting(offered(centre, listed(facility_id), amount=40, last_on=day(9)))
    listed(facility_id)
    make.sign_in(client, centre.writer)
    seen = page(client, "/dashboard/centre")
    assert "40 of 100 in use" in seen
    assert f'<a href="/tracking/{facility_id}">1</a>' in seen
    assert "Freed after" in seen
    with clock.set_clock(NOW + timedelta(days=10)):
        make.sign_in(client, centre.writer)
        assert "0 of 100 in use" in page(client, "/dashboard/centre")


def test_declined_use_is_free_again(client, centre) -> None:
    grant_id = offered(centre, listed(published(centre)))
    make.sign_in(client, person_of(grant_id))
    at = f"/facilities/grants/{grant_id}"
    send(client, at, to=f"{at}/decline")
    assert grant(grant_id).state is GrantState.DECLINED
    make.sign_in(client, centre.writer)
    with pytest.raises(Exception, match="No use is offered"):
        answering(person_of(grant_id), grant_id, office.decline_use)
