"""Feeds of the catalogue, read back with other people's libraries."""

from xml.etree import ElementTree as ET

import feedparser
import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import select

from app.courses import operations as office
from app.courses.incoming import read_file
from app.foundation import clock
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements
from tests.courses.centres import centre_of, working

FILE = (
    "id,title,description,url,provider,language,fee,start\n"
    "c1,Ethics & <law>; in km,ភាសា,https://example.org/1,Example,en,free,\n"
    "c2,Vision,Seeing,https://example.org/2,Example,ja,paid,2027-12-01\n"
    "c3,Speech,Hearing,https://example.org/3,Other,ja,free,2027-11-01\n"
)


@pytest.fixture
def centre(app):
    with clock.set_clock(make.NOW):
        made = centre_of()
        with working(made.writer) as work:
            here = work.find(select(Organisation).where(Organisation.id == made.organisation.id))
            incoming = read_file(FILE.encode(), "a.csv", today=make.NOW.date())
            office.bring_courses(work, here, incoming, publish=True)
        yield made


def test_a_feed_of_a_search_is_read_by_a_feed_reader(client, centre) -> None:
    answer = client.get("/feed.atom?language=ja")
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert {entry.title for entry in feed.entries} == {"Vision", "Speech"}
    assert {entry.author for entry in feed.entries} == {"Example", "Other"}
    assert all(client.get(entry.link).status_code == 200 for entry in feed.entries)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    again = client.get("/feed.atom?language=ja", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_words_of_all_kinds_come_through(client, centre) -> None:
    feed = feedparser.parse(client.get("/feed.atom?language=en").data, sanitize_html=False)
    (entry,) = feed.entries
    assert "Ethics" in entry.title
    assert entry.summary == "ភាសា"
    assert "<law>".encode() not in client.get("/feed.atom").data


def test_a_calendar_of_a_search_is_read_by_two_calendars(client, centre) -> None:
    answer = client.get("/calendar.ics?kind=elsewhere")
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Deadline: Speech", "Deadline: Vision"]
    other = vobject.readOne(answer.text)
    other.validate(raiseException=True)
    assert [event.dtend.value for event in other.vevent_list] == [e["DTEND"].dt for e in events]
    assert len({event.uid.value for event in other.vevent_list}) == 2


def test_the_feed_of_a_centre_is_its_own(client, centre) -> None:
    feed = feedparser.parse(client.get(f"/organisations/{centre.organisation.ref}/feed.atom").data)
    assert not feed.bozo
    assert feed.feed.title == centre.organisation.name
    assert client.get("/organisations/nobody/feed.atom").status_code == 404


def test_feeds_ask_one_question_however_many_there_are(client, centre) -> None:
    for address in ("/feed.atom", "/calendar.ics"):
        with statements() as said:
            client.get(address, query_string={"lang": "en"})
        assert len(said) <= 1


def test_the_page_of_a_search_says_where_its_feeds_are(client, centre) -> None:
    page = client.get("/courses?language=ja").text
    assert "/feed.atom?kind=course&amp;kind=elsewhere&amp;language=ja&amp;lang=en" in page
    assert "/calendar.ics?" in page
    assert "/feed.atom?" not in client.get("/about").text


def test_the_sitemap_names_each_page_in_every_language(client, centre) -> None:
    said = ET.fromstring(client.get("/sitemap.xml").data)
    pages = {url[0].text: [link.get("hreflang") for link in url[1:]] for url in said}
    address = next(page for page in pages if page.endswith(f"{centre.organisation.ref}/C2"))
    assert pages[address] == ["en", "ja", "km", "th"]
    assert len(pages) == len(said)
