"""Pages of a host, of the world, and of who asks for a stay."""

import json

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.foundation import clock
from app.foundation.actors import Role
from app.foundation.database import db
from app.research_stays import operations as verbs
from app.research_stays.models import ResearchStayCall
from tests import make
from tests.counting import statements
from tests.courses.schema_org import complaints
from tests.courses.test_pages import page, send
from tests.research_stays.calling import (
    FIRST,
    LAST,
    NOW,
    applied,
    asking,
    begun,
    changing,
    host_of,
    published,
    request_of,
    sent,
)


@pytest.fixture(autouse=True)
def at_this_moment():
    with clock.set_clock(NOW):
        yield


def ref_of(call_id: int) -> str:
    return db.session.get_one(ResearchStayCall, call_id).ref


def of_day(name: str, value) -> dict[str, str]:
    return {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}


TERMS = {
    "title": "Come and work with us",
    "description": "You share an office with us.",
    "stays": "2",
    "purposes": ["joint research", "data collection"],
    "fewest_days": "7",
    "most_days": "60",
    "fields": ["0619"],
    "languages": ["en", "ja"],
    **{
        f"{kind}_{part}": value
        for kind in ("travel", "lodging", "insurance")
        for part, value in (("payer", ""), ("amount", ""), ("currency", ""), ("per", "once"))
    },
    "allowance_payer": "host",
    "allowance_amount": "6,000",
    "allowance_currency": "JPY",
    "allowance_per": "day",
    **of_day("first_on", FIRST),
    **of_day("last_on", LAST.replace(month=9)),
    **of_day("closes_on", FIRST.replace(month=2, day=1)),
    **of_day("hear_by", FIRST.replace(month=2, day=20)),
}
REQUEST = {
    **of_day("first_on", FIRST),
    **of_day("last_on", LAST),
    "purpose_kind": "joint research",
    "purpose": "We align our corpora.",
    "brings": "A corpus.",
    "home": "Institute of Technology",
    "home_country": "KH",
    "function": "Lecturer",
}


def test_a_host_writes_publishes_and_closes_a_call(client, host) -> None:
    make.sign_in(client, host.office)
    assert "has not called for research stays yet" in page(client, "/research-stays/calls")
    new = f"/research-stays/calls/new/{host.body.id}"
    wrong = {"purposes": [], "most_days": "5", "allowance_currency": ""}
    refused = send(client, new, TERMS | wrong, status=422).text
    for said in ("for which kinds of stay", "fewer than the fewest", "Choose the currency"):
        assert said in refused
    assert "You share an office with us." in refused
    desk = send(client, new, TERMS).headers["Location"]
    call_id = int(desk.rsplit("/", 1)[1])
    send(client, f"{desk}/texts/km", {"title": "ការស្នាក់នៅ"})
    for path in (
        *("form/build", "form", "form/preview", "form.json", "form/sections/stay", "form.pdf"),
        *("rubric", "terms", "texts/ja"),
    ):
        assert client.get(f"{desk}/{path}").status_code == 200, path
    send(client, desk, to=f"{desk}/publish")
    assert "ការស្នាក់នៅ" in page(client, f"/research-stays/{ref_of(call_id)}?lang=km")
    page(client, "/?lang=en")
    send(client, f"{desk}/terms", TERMS | {"version": "1"}, status=409)
    assert "only grow" in send(client, f"{desk}/terms", TERMS | {"stays": "1"}, status=409).text
    send(client, f"{desk}/terms", TERMS | {"stays": "3"})
    send(client, desk, to=f"{desk}/close")
    send(client, desk, to=f"{desk}/reopen")
    page(client, f"/tracking/{call_id}")
    send(client, desk, {"reason": ""}, to=f"{desk}/give-up", status=422)
    send(client, desk, {"reason": "No room."}, to=f"{desk}/give-up")
    assert "No room." in page(client, f"/research-stays/{ref_of(call_id)}")


def test_readers_find_it_where_opportunities_are(client, host) -> None:
    ref = ref_of(published(host))
    address = f"/research-stays/{ref}"
    for listed in (
        "/",
        "/research-stays",
        "/?kind=research-stay",
        "/?kind=research-stay&field=0619",
    ):
        assert f'href="{address}"' in page(client, listed), listed
    assert f'href="{address}"' not in page(client, "/?kind=research-stay&field=0421")
    beside = page(client, "/research-stays").split("<main")[1]
    for legend in ("Field of study", "Working language", "Stays begin in"):
        assert legend in beside
    assert "Taught in" not in beside
    for told in (
        "/feed.atom?kind=research-stay",
        "/sitemap.xml",
        "/calendar.ics?kind=research-stay",
    ):
        assert address in page(client, told).replace("\r\n ", ""), told
    seen = page(client, address)
    for said in (
        "Language laboratory",
        "7 to 60 days",
        "6,000",
        "Joint research",
        "Ask for a stay",
    ):
        assert said in seen
    assert "Professor Sato" in seen


def test_machines_read_a_call_as_schema_org_says_it(client, host) -> None:
    ref = ref_of(published(host))
    told = json.loads(client.get(f"/research-stays/{ref}/call.jsonld").text)
    assert (told["@type"], told["maximumEnrollment"]) == ("EducationalOccupationalProgram", 2)
    assert list(complaints(told)) == []
    assert f"/research-stays/{ref}/call.jsonld" in page(client, f"/research-stays/{ref}")


def test_a_draft_is_its_offices_alone(client, host) -> None:
    call_id = begun(host)
    ref = ref_of(call_id)
    page(client, f"/research-stays/{ref}", 404)
    paths = [f"/research-stays/{ref}", f"/research-stays/{ref}/call.jsonld"]
    paths += [f"/research-stays/calls/new/{host.body.id}"]
    desk = f"/research-stays/calls/{call_id}"
    paths += [desk, *(f"{desk}/{one}" for one in ("terms", "texts/en", "form/build", "rubric"))]
    for outsider in (host.drafter, host.stranger, make.person()):
        make.sign_in(client, outsider)
        for path in paths:
            assert client.get(path).status_code in {403, 404}, path
    make.sign_in(client, host.colleague)
    assert "A preview" in page(client, f"/research-stays/{ref}")
    page(client, f"/research-stays/{ref}/call.jsonld", 404)


def test_somebody_asks_and_the_office_reads_it(client, host) -> None:
    call_id = published(host)
    person = make.person("CHAN DARA")
    make.sign_in(client, person)
    start = f"/applications/start/{call_id}"
    assert start in page(client, f"/research-stays/{ref_of(call_id)}")
    send(client, start)
    application_id = db.session.scalars(select(Application.id)).one()
    asks = f"/research-stays/requests/{application_id}"
    assert asks in page(client, f"/applications/{application_id}")
    refused = send(client, asks, REQUEST | {"home_country": "", "purpose": ""}, status=422).text
    assert "Choose the country" in refused
    assert "A corpus." in refused
    late = REQUEST | of_day("last_on", FIRST)
    assert "from 7 to 60 days" in send(client, asks, late, status=409).text
    found = send(client, asks, {**REQUEST, "home": host.body.name, "find": "home"}, status=200)
    assert "Nothing was found for" in found.text
    meant = {"home-is": str(host.body.id), "home-for": host.body.name}
    own = REQUEST | {"home": host.body.name} | meant
    assert "elsewhere than at your own" in send(client, asks, own, status=409).text
    check = f"/applications/{application_id}/check"
    assert "Write what you ask for" in page(client, check)
    send(client, asks, REQUEST)
    assert "See what you ask for" in page(client, check)
    assert request_of(application_id).home_name == "Institute of Technology"
    assert "We align our corpora." in page(client, asks)


def test_what_was_sent_is_read_and_no_form_any_more(client, host) -> None:
    person = make.person()
    application_id = sent(host, published(host), person)
    call_id = db.session.get_one(Application, application_id).opportunity_id
    asks = f"/research-stays/requests/{application_id}"
    for who in (person, host.office):
        make.sign_in(client, who)
        seen = page(client, asks)
        assert "A corpus of court rulings." in seen
        assert "<textarea" not in seen
    led = f"/research-stays/office/requests/{application_id}"
    assert led in page(client, f"/tracking/{call_id}/{application_id}")
    assert "1 application waits" in page(client, "/research-stays/calls")
    for outsider in (host.stranger, host.drafter, make.person()):
        make.sign_in(client, outsider)
        page(client, asks, 404)
        assert client.post(asks, data=REQUEST).status_code in {400, 404}


@pytest.mark.parametrize(
    ("role", "face"), [(Role.CENTRE, "centre"), (Role.COORDINATOR, "university")]
)
def test_the_office_is_told_how_many_requests_wait(client, session, role, face) -> None:
    host = host_of(role)
    call_id = published(host)
    make.sign_in(client, host.office)
    assert "research stay waits" not in page(client, f"/dashboard/{face}")
    sent(host, call_id)
    assert "1 request for a research stay waits" in page(client, f"/dashboard/{face}")
    sent(host, call_id)
    assert "2 requests for research stays wait" in page(client, f"/dashboard/{face}")


def test_the_form_begins_with_where_one_works(client, host) -> None:
    home = make.organisation("Home University", "KH")
    person = make.person(home_institution_id=home.id)
    application_id = applied(person, published(host))
    make.sign_in(client, person)
    assert "Home University" in page(client, f"/research-stays/requests/{application_id}")


def test_a_page_of_a_call_asks_the_database_as_often_whatever_it_says(client, host) -> None:
    few, many = published(host, paid=()), published(host)
    changing(host.office, many, verbs.save_call_text, verbs.StayWords("題"), locale="ja")
    for locale in ("en", "ja"):
        page(client, f"/research-stays/{ref_of(few)}?lang={locale}")
    numbers = []
    for call_id in (few, many):
        address = f"/research-stays/{ref_of(call_id)}?lang=en"
        with statements() as told:
            page(client, address)
        numbers.append(len(told))
    assert numbers[0] == numbers[1]


def test_lists_of_calls_ask_as_often_for_many_as_for_one(client, host) -> None:
    make.sign_in(client, host.office)
    numbers = []
    for more in (1, 3):
        for _n in range(more):
            asking(person := make.person(), applied(person, published(host)))
        page(client, "/research-stays/calls")
        with statements() as told:
            page(client, "/research-stays/calls")
        numbers.append(len(told))
    assert numbers[0] == numbers[1]
