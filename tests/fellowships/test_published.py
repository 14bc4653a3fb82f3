"""A call's public page: everything before signing in, honest about where the call stands."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.opportunities.models import Extension, FormVersion, OpportunityText, Place
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements

SHORT_FORM = {
    "sections": [
        {
            "key": "one",
            "title": {"en": "One"},
            "questions": [
                {"key": "only", "kind": "short text", "label": {"en": "Only this question"}}
            ],
        }
    ]
}


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


def test_the_page_says_all_there_is_before_anyone_signs_in(client) -> None:
    call = make.call(
        title="Khmer models",
        stipend_amount=240_000,
        stipend_currency="JPY",
        stipend_period="month",
        starts_on=date(2027, 4, 1),
        eligibility={"age": {"max": 40, "inclusive": True, "on": "start"}},
        contact="fellowships@example.org",
    )
    make.place(call, host=make.organisation("Nara Institute", city="Nara"), seats=3)
    make.place(call, host=make.organisation("Not asked yet"), state=PlaceState.ASKED)
    page = client.get(f"/fellowships/{call.ref}")
    assert page.status_code == 200
    for said in (
        "Open to nationals of Cambodia, Laos and Vietnam.",
        "At most 40 years old on 1 April 2027.",
        "240,000 Japanese yen a month",
        "Nara Institute",
        "Research plan",
        "at most 500 words",
        "Transcript",
        "Scientific merit",
        "outstanding",
        "14 Jan 2027, 23:59",
        "14 Jan 2027, 21:29",  # in Yangon
        "14 Jan 2027, 22:59",  # in Singapore
        "fellowships@example.org",
        f"/applications/start/{call.id}",
    ):
        assert said in page.text, said
    assert "Not asked yet" not in page.text
    assert "JP¥" not in page.text


def test_text_is_the_readers_else_the_original_and_says_so(client) -> None:
    call = make.call(title="Khmer models")
    make.add(
        OpportunityText(opportunity_id=call.id, locale="ja", is_original=False, title="クメール")
    )
    assert "<h1>クメール</h1>" in client.get(f"/fellowships/{call.ref}?lang=ja").text
    assert '<h1 lang="en">Khmer models</h1>' in client.get(f"/fellowships/{call.ref}?lang=km").text


def test_a_call_that_is_over_stays_and_says_so(client) -> None:
    closed = make.call(state=OpportunityState.CLOSED)
    cancelled = make.call(state=OpportunityState.CANCELLED, cancelled_because="No funds came.")
    page = client.get(f"/fellowships/{closed.ref}").text
    assert "This call is closed" in page
    assert "/applications/start" not in page
    page = client.get(f"/fellowships/{cancelled.ref}").text
    assert "This call is cancelled" in page
    assert "No funds came." in page
    assert "/applications/start" not in page


def test_a_draft_is_seen_by_its_office_alone(app, client) -> None:
    draft = make.call(state=OpportunityState.DRAFT, title="Not yet")
    path = f"/fellowships/{draft.ref}"
    assert client.get(path).status_code == 404
    assert client.get(f"{path}/deadline.ics").status_code == 404
    stranger = make.sign_in(app.test_client(), make.person())
    assert stranger.get(path).status_code == 404
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, draft.programme_id)
    answer = make.sign_in(app.test_client(), manager).get(path)
    assert answer.status_code == 200
    assert "only its office sees this page" in answer.text
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("ref", ["nowhere", "%00", "x" * 300, "ថ្នាក់", "office%2F"])
def test_there_is_no_page_for_what_is_no_call(client, ref) -> None:
    assert client.get(f"/fellowships/{ref}").status_code == 404


def test_extensions_are_told_with_their_reason(client) -> None:
    call = make.call()
    make.add(
        Extension(
            opportunity_id=call.id,
            closed_at_before=call.closes_at - timedelta(days=7),
            closes_at=call.closes_at,
            reason="Floods in two provinces.",
            extended_by_id=1,
            extended_at=make.NOW,
        )
    )
    assert "Floods in two provinces." in client.get(f"/fellowships/{call.ref}").text


def test_the_deadline_is_a_calendar_file(client) -> None:
    call = make.call(title="Models; for Khmer, and Lao")
    answer = client.get(f"/fellowships/{call.ref}/deadline.ics")
    assert answer.mimetype == "text/calendar"
    assert "DTEND:20270114T145900Z" in answer.text
    assert f"UID:{call.ref}@lontar" in answer.text
    assert answer.text == client.get(f"/fellowships/{call.ref}/deadline.ics").text


def test_what_was_drawn_is_drawn_again_when_anything_in_it_changes(app, session) -> None:
    call = make.call(title="Khmer models")
    host = make.organisation("Nara Institute")
    place = make.place(call, host=host, seats=3)
    reader = make.sign_in(app.test_client(), make.person())  # is never answered a kept page
    path = f"/fellowships/{call.ref}"

    def page() -> str:
        # Its token says in which second it was made.
        return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", reader.get(path).text)

    assert page() == page()
    for change, said in (
        (update(Place).where(Place.id == place.id).values(label="Speech group"), "Speech group"),
        (update(Organisation).where(Organisation.id == host.id).values(name="NAIST"), "NAIST"),
        (update(OpportunityText).values(description="With a stay in Kyoto."), "a stay in Kyoto"),
        (update(Call).where(Call.id == call.id).values(contact="new@example.org"), "new@example"),
        (update(FormVersion).values(definition=SHORT_FORM), "Only this question"),
    ):
        assert said not in page()
        session.execute(change)
        session.commit()
        assert said in page()
    with clock.set_clock(call.closes_at + timedelta(days=1)):
        assert (
            "This call is closed" in make.sign_in(app.test_client(), make.person()).get(path).text
        )


def test_one_readers_language_and_zone_are_not_anothers(app, session) -> None:
    call = make.call()
    path = f"/fellowships/{call.ref}"
    near, far = app.test_client(), app.test_client()
    near.set_cookie("zone", "Asia/Tokyo", domain="localhost")
    far.set_cookie("zone", "Asia/Yangon", domain="localhost")
    assert "your time" in near.get(path).text
    assert "your time" not in far.get(path).text
    assert "締め切り" in near.get(f"{path}?lang=ja").text


@pytest.mark.parametrize("places", [1, 25])
def test_the_page_asks_five_things_however_many_hosts(client, places) -> None:
    call = make.call()
    for _n in range(places):
        make.place(call)
    with statements() as said:
        assert client.get(f"/fellowships/{call.ref}").status_code == 200
    assert len(said) <= 5, said


def test_search_engines_are_told_what_is_open(client) -> None:
    shown, past = make.call(), make.call(closes_at=make.NOW - timedelta(days=1))
    listed = client.get("/sitemap.xml").text
    assert f"http://localhost/fellowships/{shown.ref}</loc>" in listed
    assert f"/fellowships/{past.ref}<" not in listed
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text
    assert re.search(r"^Disallow", client.get("/robots.txt").text, re.M)
