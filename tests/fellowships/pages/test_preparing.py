"""Pages on which a call is prepared."""

import re

import pytest
from sqlalchemy import select

from app.fellowships.models import Call
from app.foundation.database import db
from app.opportunities.models import (
    OpportunityCountry,
    OpportunityText,
    Place,
)
from app.opportunities.states import OpportunityState
from tests import make
from tests.fellowships.offices import (
    prepared,
    published,
)
from tests.fellowships.pages.pressing import hidden, page, reload, send, wall


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
