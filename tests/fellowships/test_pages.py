"""The office's pages: who sees them, what they say, what they do, and what they cost."""

import itertools
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.fellowships import operations as office
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.opportunities.models import (
    Extension,
    FormVersion,
    OpportunityCountry,
    OpportunityText,
    Place,
    Programme,
    RubricVersion,
)
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements
from tests.fellowships.offices import (
    TEXT,
    letters,
    office_of,
    prepared,
    published,
    the_call,
    working,
)


@pytest.fixture(autouse=True)
def january():
    """The day on which the builders' calls are open."""
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def desk(app):
    return office_of("ASEAN AI fellowships")


@pytest.fixture
def manager(client, desk):
    return make.sign_in(client, desk.manager)


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def hidden(html):
    """Every hidden value of the page's forms, by name; the last one wins."""
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", html)
    found = {}
    for field in fields:
        name = re.search(r'name="([^"]+)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def send(client, address, data=None, *, to=None, status=302):
    """Open the page, fill in the form, send it."""
    kept = hidden(page(client, address))
    answer = client.post(to or address, data={**kept, **(data or {})})
    assert answer.status_code == status, answer.text
    return answer


def wall(name, day, month, year, hour, minute):
    parts = {"day": day, "month": month, "year": year, "hour": hour, "minute": minute}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def reload(kind, row_id):
    db.session.expire_all()
    return db.session.get(kind, row_id, populate_existing=True)


# --- who sees what

PAGES = (
    "/fellowships/office/{0}",
    "/fellowships/office/{0}/places",
)
EDIT_PAGES = (
    "/fellowships/office/{0}/texts/en",
    "/fellowships/office/{0}/texts/km",
    "/fellowships/office/{0}/window",
    "/fellowships/office/{0}/audience",
    "/fellowships/office/{0}/terms",
    "/fellowships/office/{0}/places/new",
    "/fellowships/office/{0}/places/{1}",
    "/fellowships/office/{0}/form",
    "/fellowships/office/{0}/rubric",
    "/fellowships/office/{0}/publish",
    "/fellowships/office/{0}/extend",
    "/fellowships/office/{0}/close",
    "/fellowships/office/{0}/reopen",
    "/fellowships/office/{0}/cancel",
)
POSTS = (
    "/fellowships/office/{0}/texts/en",
    "/fellowships/office/{0}/window",
    "/fellowships/office/{0}/audience",
    "/fellowships/office/{0}/terms",
    "/fellowships/office/{0}/places/{1}",
    "/fellowships/office/{0}/places/{1}/remove",
    "/fellowships/office/{0}/form",
    "/fellowships/office/{0}/rubric",
    "/fellowships/office/{0}/publish",
    "/fellowships/office/{0}/extend",
    "/fellowships/office/{0}/close",
    "/fellowships/office/{0}/reopen",
    "/fellowships/office/{0}/cancel",
)


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


# --- the list


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


# --- preparing


def test_a_call_is_begun_once_however_often_it_is_sent(desk, manager):
    kept = hidden(page(manager, "/fellowships/office/new"))
    data = {
        **kept,
        "programme": str(desk.programme.id),
        "title": "ភាសាខ្មែរ និង AI",
        "original_locale": "km",
        "like": "",
    }
    first = manager.post("/fellowships/office/new", data=data)
    again = manager.post("/fellowships/office/new", data=data)
    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    assert len(db.session.scalars(select(Call)).all()) == 1


def test_a_call_of_somebody_elses_programme_is_not_begun(desk, manager):
    other = make.programme()
    answer = send(
        manager,
        "/fellowships/office/new",
        {"programme": str(other.id), "title": "x", "original_locale": "en", "like": ""},
        status=422,
    )
    assert "Choose one of the answers" in answer.text


def test_the_whole_preparation_through_the_pages(client, desk, manager):
    make.country("KH")
    make.country("LA")
    new = send(
        manager,
        "/fellowships/office/new",
        {
            "programme": str(desk.programme.id),
            "title": "Khmer language models",
            "original_locale": "en",
            "like": "",
        },
    )
    base = new.location
    call_id = int(base.rsplit("/", 1)[1])
    send(
        manager,
        f"{base}/texts/en",
        {
            "title": "Khmer language models",
            "summary": "Six months.",
            "description": "Work on models.",
            "who_may_apply": "Researchers.",
        },
    )
    send(manager, f"{base}/texts/ja", {"title": "クメール語モデル", "description": "研究"})
    send(
        manager,
        f"{base}/window",
        {
            "zone": "Asia/Tokyo",
            **wall("opens", 10, 1, 2027, 9, "00"),
            **wall("closes", 14, 2, 2027, 23, 59),
            "grace_minutes": "30",
        },
    )
    send(
        manager,
        f"{base}/audience",
        {
            "countries": ["KH", "LA"],
            "tracks": ["researcher"],
            "languages": ["en", "ja"],
            "age_max": "40",
            "age_inclusive": "yes",
            "age_on": "deadline",
            "residence": [],
        },
    )
    send(
        manager,
        f"{base}/terms",
        {
            "stipend_amount": "144,000",
            "stipend_currency": "JPY",
            "stipend_period": "month",
            "max_preferences": "3",
            "reviews_wanted": "2",
            "days_to_answer": "14",
            "contact": "office@example.org",
            **wall("results", 1, 4, 2027, 12, "00"),
        },
    )
    send(
        manager,
        f"{base}/places/new?host={desk.host.id}",
        {"seats": "2", "label": "Language laboratory", "tracks": ["researcher"]},
    )
    place = db.session.scalars(select(Place)).one()
    html = page(manager, base)
    assert "1 thing is missing before it can be published" in html
    assert "University of Tokyo" in html

    make.sign_in(client, desk.host_staff)
    assert "1 request waits for your answer" in page(client, "/fellowships/places")
    send(
        client,
        f"/fellowships/places/{place.id}",
        {"note": "With pleasure."},
        to=f"/fellowships/places/{place.id}/confirm",
    )

    make.sign_in(client, desk.manager)
    assert "Ready to be published" in page(client, base)
    send(client, f"{base}/publish")
    call = reload(Call, call_id)
    assert call.state is OpportunityState.PUBLISHED
    assert call.closes_wall == "2027-02-14T23:59"
    assert call.stipend_amount == 144_000
    assert call.results_at.isoformat() == "2027-04-01T03:00:00+00:00"
    assert call.eligibility == {"age": {"max": 40, "inclusive": True, "on": "deadline"}}
    countries = select(OpportunityCountry.country_code).where(
        OpportunityCountry.opportunity_id == call_id
    )
    assert sorted(db.session.scalars(countries)) == ["KH", "LA"]
    assert db.session.scalars(
        select(OpportunityText.locale).where(OpportunityText.opportunity_id == call_id)
    ).all() == ["en", "ja"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (wall("closes", 30, 2, 2027, 23, 59), "Write a day and a time that exist"),
        (wall("closes", 14, 2, 2027, 24, "00"), "Write a day and a time that exist"),
        (wall("closes", 14, 2, 2027, "", ""), "Write a day and a time that exist"),
        (wall("closes", "", "", "", "", ""), "Write the deadline."),
        (wall("opens", 15, 2, 2027, 0, 0), "The call must open before its deadline."),
        ({"zone": "Europe/Brussels", **wall("closes", 28, 3, 2027, 2, 30)}, "put forward"),
        ({"zone": "Europe/Brussels", **wall("closes", 31, 10, 2027, 2, 30)}, "put back"),
        ({"zone": "Mars/Olympus"}, "Choose one of the answers"),
        ({"grace_minutes": "5000"}, "from 0 to 1440"),
        ({"grace_minutes": "some"}, "Write a whole number"),
    ],
)
def test_an_odd_window_is_said_beside_its_field_and_kept(desk, manager, changed, said):
    call = prepared(desk)
    good = {
        "zone": "Asia/Tokyo",
        **wall("closes", 14, 2, 2027, 23, 59),
        "grace_minutes": "30",
    }
    answer = send(manager, f"/fellowships/office/{call.id}/window", {**good, **changed}, status=422)
    assert said in answer.text
    assert 'role="alert"' in answer.text
    for value in changed.values():
        assert not value or f'value="{value}"' in answer.text or value == "Mars/Olympus"


@pytest.mark.parametrize(
    ("amount", "currency", "status", "kept"),
    [
        ("144,000", "JPY", 302, 144_000),
        ("１４４０００", "JPY", 302, 144_000),
        ("1400.50", "SGD", 302, 140_050),
        ("25,000,000", "IDR", 302, 2_500_000_000),
        ("", "", 302, None),
        ("1400.50", "JPY", 422, None),
        ("1400.505", "SGD", 422, None),
        ("a lot", "JPY", 422, None),
        ("-5", "JPY", 422, None),
        ("1e9", "JPY", 422, None),
        ("999999999999999", "JPY", 422, None),
        ("100", "", 422, None),
        ("100", "XXX", 422, None),
    ],
)
def test_money_is_kept_in_the_smallest_unit(desk, manager, amount, currency, status, kept):
    call = prepared(desk)
    data = {
        "stipend_amount": amount,
        "stipend_currency": currency,
        "stipend_period": "month",
        "max_preferences": "3",
        "reviews_wanted": "2",
        "days_to_answer": "14",
    }
    send(manager, f"/fellowships/office/{call.id}/terms", data, status=status)
    if status == 302:
        assert reload(Call, call.id).stipend_amount == kept
        again = page(manager, f"/fellowships/office/{call.id}/terms")
        if kept == 140_050:
            assert 'value="1400.50"' in again


def test_who_saves_second_sees_what_the_first_saved(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/texts/en"
    opened = hidden(page(manager, address))
    send(manager, address, {"title": "The first title", "description": "d"})
    late = manager.post(address, data={**opened, "title": "The second title", "description": "d"})
    assert late.status_code == 409
    assert "The first title" in late.text
    assert "The second title" in late.text
    again = manager.post(address, data={**opened, **hidden(late.text), "title": "The second title"})
    assert again.status_code == 302
    assert reload(Call, call.id).title == "The second title"


def test_a_rule_of_the_programme_keeps_what_was_typed(desk, manager):
    call = published(desk)
    make.country("VN")
    answer = send(
        manager,
        f"/fellowships/office/{call.id}/audience",
        {
            "countries": ["KH", "VN"],
            "tracks": ["researcher"],
            "languages": ["en"],
            "age_inclusive": "yes",
            "age_on": "deadline",
        },
        status=409,
    )
    assert "nothing can be taken away" in answer.text
    ticked = re.findall(r'<input[^>]*checked[^>]*value="VN"', answer.text)
    assert len(ticked) == 1


# --- places


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


# --- the form and the rubric


def test_a_form_is_previewed_refused_and_saved(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/form"
    typed = json.dumps(make.FORM)
    preview = send(manager, address, {"definition": typed, "do": "preview"}, status=200)
    assert "Title of your plan" in preview.text
    wrong = {"sections": [{"key": "study", "title": {"en": "S"}, "questions": [{"key": "plan"}]}]}
    refused = send(manager, address, {"definition": json.dumps(wrong), "do": "save"}, status=409)
    assert "plan" in refused.text
    broken = send(manager, address, {"definition": '{\n"sections": [,]}'}, status=422)
    assert "Line 2 cannot be read" in broken.text
    send(manager, address, {"definition": typed, "do": "save"})
    kept = db.session.scalars(
        select(FormVersion).where(FormVersion.opportunity_id == call.id)
    ).one()
    assert kept.definition == make.FORM


@pytest.mark.parametrize(
    "definition",
    [
        "[]",
        "null",
        "1",
        '"x"',
        "{",
        '{"sections": NaN}',
        "[" * 60_000,
        "9" * 6000,
        '{"sections": [{"key": "a", "title": {"en": "\\u0000"}, "questions": []}]}',
        '{"sections": [{"key": "a", "title": {"en": "\\ud800"}, "questions": []}]}',
        '{"sections": [{"key": "a", "title": {"en": "x"}, "questions": [{"key": "b", '
        '"kind": "number", "label": {"en": "y"}, "min": 1e400}]}]}',
    ],
)
def test_data_that_is_no_form_is_refused(desk, manager, definition):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/form"
    kept = hidden(page(manager, address))
    for what in ("save", "preview"):
        answer = manager.post(address, data={**kept, "definition": definition, "do": what})
        assert answer.status_code in {409, 422, 200}
        if what == "save":
            assert answer.status_code != 200


def rubric_fields(html):
    """What the rubric's page would send."""
    found = dict(hidden(html))
    for field in re.findall(r"<input[^>]*>", html):
        name, kind = re.search(r'name="(criteria-[^"]+)"', field), re.search('type="(.*?)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if name and kind[1] not in {"checkbox", "hidden"}:
            found[name[1]] = value[1].replace("&#39;", "'") if value else ""
    return {**found, "scale": "1-5"}


def test_a_rubric_is_changed_in_one_language_and_keeps_the_others(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/rubric?texts=en"
    fields = rubric_fields(page(manager, address))
    fields["criteria-0-title"] = "How good the plan is"
    fields["criteria-0-weight"], fields["criteria-1-weight"] = "45", "30"
    assert manager.post(address, data={**fields, "do": "save"}).status_code == 302
    kept = db.session.scalars(
        select(RubricVersion).where(RubricVersion.opportunity_id == call.id)
    ).one()
    first = kept.definition["criteria"][0]
    assert first["title"]["en"] == "How good the plan is"
    assert first["title"]["ja"] == "計画の質"
    assert first["key"] == "plan"
    assert [c["weight"] for c in kept.definition["criteria"]] == [45, 30, 25]


def test_a_rubric_grows_shrinks_and_must_add_up(desk, manager):
    call = prepared(desk)
    address = f"/fellowships/office/{call.id}/rubric?texts=en"
    fields = rubric_fields(page(manager, address))
    grown = manager.post(address, data={**fields, "do": "add"})
    assert grown.status_code == 200
    assert "criteria-3-title" in grown.text
    more = rubric_fields(grown.text)
    more |= {"criteria-3-title": "Fit to the host", "criteria-3-weight": "10"}
    more |= {f"criteria-3-anchors-{n}": f"means {n}" for n in range(5)}
    heavy = manager.post(address, data={**more, "do": "save"})
    assert heavy.status_code == 409
    assert "110" in heavy.text
    more["criteria-2-take_out"] = "y"
    more["criteria-3-weight"] = "25"
    assert manager.post(address, data={**more, "do": "save"}).status_code == 302
    kept = db.session.scalars(
        select(RubricVersion).where(RubricVersion.opportunity_id == call.id)
    ).one()
    assert [c["key"] for c in kept.definition["criteria"]] == ["plan", "person", "fit_to_the_host"]
    shorter = manager.post(
        address, data={**rubric_fields(page(manager, address)), "do": "scale", "scale": "1-4"}
    )
    assert "criteria-0-anchors-3" in shorter.text


# --- in public


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


# --- programmes


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


# --- nasty input

NASTY = (
    "x" * 30_000,
    "a\0b",
    "\x07\x1b[31m",
    "\u202egnp.exe",
    "\ud7ff😀🏳️‍🌈",
    "<script>alert(1)</script>",
    "-99999999999999999999",
    "1e999",
    "NaN",
    "'; DROP TABLE call; --",
    "{{ 7 * 7 }}",
    "%s%s%n",
    "",
    " ",
)
FIELDS = {
    "texts/en": ["title", "summary", "description", "who_may_apply", "benefits", "version"],
    "window": ["zone", "grace_minutes", "opens-day", "closes-year", "closes-minute", "version"],
    "audience": ["countries", "tracks", "languages", "residence", "age_max", "age_on"]
    + ["age_day-day", "born_on_or_after-year", "age_inclusive", "version"],
    "terms": ["stipend_amount", "stipend_currency", "stipend_period", "duration_months"]
    + ["starts_on-day", "max_preferences", "reviews_due-hour", "results-year", "contact"]
    + ["office_note", "days_to_answer", "online", "version"],
    "places/{place}": ["seats", "label", "tracks", "starts_on-month", "version"],
    "form": ["definition", "version", "do"],
    "rubric": ["scale", "locale", "criteria-0-title", "criteria-0-weight", "criteria-0-key"]
    + ["criteria-0-anchors-0", "criteria-²-title", "criteria-99999999999999999999-title"]
    + ["criteria-0-take_out", "do", "version"],
    "extend": ["closes-day", "closes-hour", "reason", "version"],
    "close": ["reason", "version"],
    "publish": ["csrf_token"],
}


@pytest.mark.parametrize("where", FIELDS)
def test_nothing_that_is_typed_breaks_a_form(desk, manager, where):
    call = prepared(desk)
    place = db.session.scalars(select(Place.id)).one()
    address = f"/fellowships/office/{call.id}/{where.format(place=place)}"
    kept = hidden(page(manager, address))
    for value in NASTY:
        answer = manager.post(address, data={**kept, **dict.fromkeys(FIELDS[where], value)})
        assert answer.status_code < 500, value[:40]
        assert "<script>alert(1)" not in answer.text
    for field, value in zip(FIELDS[where], itertools.cycle(NASTY[:9]), strict=False):
        answer = manager.post(address, data={**kept, field: value})
        assert answer.status_code < 500, (field, value[:40])
    assert manager.post(address, data="\xff\x00=%%%", content_type="text/plain").status_code < 500
    assert manager.post(address, json={"title": "x"}).status_code < 500
    broken = manager.post(
        address, data=b"--x\r\nbroken", content_type="multipart/form-data; boundary=x"
    )
    assert broken.status_code < 500


def test_nothing_that_is_typed_breaks_a_host_or_a_programme(client, desk):
    prepared(desk, confirmed=False)
    place = db.session.scalars(select(Place.id)).one()
    make.sign_in(client, desk.host_staff)
    address = f"/fellowships/places/{place}"
    kept = hidden(page(client, address))
    for value in NASTY:
        data = {**kept, "note": value}
        assert client.post(f"{address}/refuse", data=data).status_code < 500
        assert client.post(f"{address}/refuse", data={**data, "version": value}).status_code < 500
    make.sign_in(client, desk.secretariat)
    body = make.organisation("ASEAN")
    new = f"/fellowships/programmes/new?organisation={body.id}"
    kept = hidden(page(client, new))
    for value in NASTY:
        data = dict.fromkeys(("name", "ref", "summary", "request_key"), value)
        assert client.post(new, data={**kept, **data}).status_code < 500
        assert client.post(new, data={**kept, **data, "ref": "good"}).status_code < 500
    home = f"/fellowships/programmes/{desk.programme.id}"
    kept = hidden(page(client, home))
    for value in NASTY:
        data = {**kept, "email": value, "role": "manager"}
        assert client.post(f"{home}/appoint", data=data).status_code < 500
        assert client.post(f"{home}/appoint", data={**data, "role": value}).status_code < 500


@pytest.mark.parametrize("number", ["0", "2147483647", "2147483648", "99999999999999999999", "-1"])
def test_a_number_that_no_row_has_is_no_page(desk, manager, number):
    for address in EDIT_PAGES + PAGES:
        assert manager.get(address.format(number, number)).status_code == 404
    assert manager.get(f"/fellowships/programmes/{number}").status_code == 404
    assert manager.get(f"/fellowships/places/{number}").status_code == 404


def test_hosts_are_named_in_their_own_letters(desk, manager):
    call = prepared(desk, confirmed=False)
    host = db.session.get(Organisation, desk.host.id)
    host.name = "ສະຖາບັນ <ປັນຍາປະດິດ>"
    db.session.commit()
    html = page(manager, f"/fellowships/office/{call.id}")
    assert "<bdi>ສະຖາບັນ &lt;ປັນຍາປະດິດ&gt;</bdi>" in html


def test_the_original_text_stands_beside_its_translation(desk, manager):
    call = prepared(desk)
    html = page(manager, f"/fellowships/office/{call.id}/texts/km")
    assert TEXT.description in html
    assert page(manager, f"/fellowships/office/{call.id}/texts/tlh", 404)
