"""What the catalogue of places is narrowed by, how it is searched, and its days for calendars."""

import re
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.accounts.states import LanguageLevel
from app.exchanges.models import Posting
from app.exchanges.operations import save_posting, save_term, withdraw_posting
from app.exchanges.operations.partners import TermDates
from app.exchanges.queries import own_term, posting_to_change
from app.exchanges.states import Tuition
from app.foundation import clock
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.opportunities.fields import names_of_field
from tests import make
from tests.counting import statements
from tests.exchanges.posting import TEXT, begun, offered, opening, posting, term_of

AUTUMN = TermDates("Autumn", 2027, date(2027, 9, 6), date(2027, 12, 20))


def place(host, term_id: int, title: str, **values) -> str:
    """The name of an open posting."""
    text = type(TEXT)(title, TEXT.summary, TEXT.description, TEXT.who_may_apply)
    made = begun(host, offered(term_id, **values), text)
    opening(host, made)
    return posting(made).ref


@pytest.fixture
def places(jp, vn):
    spring, autumn, away = term_of(jp), term_of(jp, AUTUMN), term_of(vn)
    asked = {"language": "en", "language_level": LanguageLevel.B2}
    place(jp, spring, "Software", fields=("0613",), levels=(6,), **asked)
    place(jp, autumn, "Statistics", fields=("0542",), levels=(7,), tuition=Tuition.REDUCED)
    place(vn, away, "Everything", fields=(), levels=(), languages=("vi",))


def found(client, query: str) -> set[str]:
    with clock.set_clock(make.NOW):
        page = client.get(f"/exchanges?{query}")
    assert page.status_code == 200
    return {one for one in ("Software", "Statistics", "Everything") if f">{one}</a>" in page.text}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"Software", "Statistics", "Everything"}),
        ("field=0613", {"Software", "Everything"}),
        ("field=0613&field=0542", {"Software", "Statistics", "Everything"}),
        ("field=0912", {"Everything"}),
        ("level=7", {"Statistics", "Everything"}),
        ("level=7&field=0613", {"Everything"}),
        ("start=2027-09", {"Statistics"}),
        ("start=2027-13", set()),
        ("asked=B2", {"Software"}),
        ("asked=none", {"Statistics", "Everything"}),
        ("tuition=waived", {"Software", "Everything"}),
        ("where=VN", {"Everything"}),
        ("language=vi", {"Everything"}),
        ("field=%00&level=99999999999999999999999", {"Software", "Statistics", "Everything"}),
    ],
)
def test_places_are_narrowed_by_what_they_ask_and_offer(client, places, query, titles) -> None:
    assert found(client, query) == titles


def numbers(page: str) -> dict[str, str]:
    lines = r'name="(\w+)" value="([^"]+)"[^>]*> <bdi[^>]*>([^<]*)</bdi><span>(\d+)</span>'
    return {f"{name}={value}": f"{said}: {n}" for name, value, said, n in re.findall(lines, page)}


def test_each_choice_says_how_many_with_what_is_for_everybody(client, places) -> None:
    with clock.set_clock(make.NOW):
        counted = numbers(client.get("/exchanges?level=7").text)
    assert counted["level=7"] == "Master: 2" and counted["level=6"] == "Bachelor: 2"
    assert counted["field=0542"] == "Statistics: 2"
    assert counted["start=2027-09"] == "September 2027: 1"
    assert counted["tuition=waived"] == "Tuition is waived: 1"
    assert "level=any" not in counted and "field=any" not in counted
    assert list(counted).index("level=6") < list(counted).index("level=7")


@pytest.mark.parametrize("query", ["", "field=0613&level=6&tuition=waived&start=2027-04"])
def test_the_catalogue_of_places_asks_two_things(client, places, query) -> None:
    with clock.set_clock(make.NOW):
        client.get("/exchanges")
        with statements() as said:
            assert client.get(f"/exchanges?{query}").status_code == 200
    assert len(said) <= 2, said


def test_a_term_that_moves_takes_its_places_along(client, jp) -> None:
    term_id = term_of(jp, AUTUMN)
    place(jp, term_id, "Statistics")
    later = TermDates("Autumn", 2027, date(2027, 10, 4), date(2027, 12, 20))
    with unit_of_work(jp.actor, now=make.NOW) as work:
        term = work.find(own_term(work.actor, term_id))
        save_term(work, term.organisation, later, term=term)
    assert found(client, "start=2027-09") == set()
    assert found(client, "start=2027-10") == {"Statistics"}


@pytest.mark.parametrize("reads", ["en", "ja", "km", "th"])
def test_a_place_is_found_by_the_names_of_its_fields_in_every_language(
    client, places, reads
) -> None:
    for name in names_of_field("0542"):
        assert found(client, f"lang={reads}&q={name}") == {"Statistics"}, name
    assert len(names_of_field("0542")) == 4


def test_its_last_day_goes_into_calendars_and_stays_there_withdrawn(client, jp) -> None:
    term_id = term_of(jp)
    ref = place(jp, term_id, "Software")
    made = posting_id(ref)

    def event():
        answer = client.get(f"/exchanges/{ref}/deadline.ics")
        assert answer.status_code == 200 and answer.mimetype == "text/calendar"
        [one] = Calendar.from_ical(answer.data).walk("VEVENT")
        return one

    first = event()
    assert first["uid"] == f"{ref}@lontar" and first["status"] == "CONFIRMED"
    assert first.decoded("dtend") == posting(made).closes_at
    later = offered(term_id, nominate_by=date(2027, 2, 10))
    with unit_of_work(jp.actor, now=make.NOW) as work:
        save_posting(work, work.find(posting_to_change(work.actor, made)), later)
    moved = event()
    assert moved["uid"] == first["uid"] and moved["sequence"] > first["sequence"]
    assert moved.decoded("dtend") == first.decoded("dtend") + timedelta(days=9)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        withdraw_posting(work, work.find(posting_to_change(work.actor, made)), reason="No money.")
    gone = event()
    assert (gone["uid"], gone["status"]) == (first["uid"], "CANCELLED")
    assert gone["sequence"] > moved["sequence"] and not gone.walk("VALARM")


def test_a_posting_in_preparation_has_no_day_for_anybody(client, jp) -> None:
    ref = posting(begun(jp, offered(term_of(jp)))).ref
    assert client.get(f"/exchanges/{ref}/deadline.ics").status_code == 404


def posting_id(ref: str) -> int:
    db.session.rollback()
    return db.session.scalars(select(Posting.id).where(Posting.ref == ref)).one()
