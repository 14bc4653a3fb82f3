"""What nobody should type on the pages of calls."""

import itertools

import pytest
from sqlalchemy import select

from app.foundation.database import db
from app.opportunities.models import Place
from app.organisations.models import Organisation
from tests import make
from tests.fellowships.offices import (
    TEXT,
    prepared,
)
from tests.fellowships.pages.pressing import EDIT_PAGES, PAGES, hidden, page

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
