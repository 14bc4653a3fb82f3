"""The catalogue: what is open, in which order, in which language, and how it is narrowed."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.search import index
from app.foundation.work import unit_of_work
from app.opportunities.browsing import Search, cursor_of, search_of
from app.opportunities.models import OpportunityText
from app.opportunities.states import Facet, OpportunityState
from tests import make
from tests.counting import statements


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


def titles(answer) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'<h2><a href="/fellowships/[^>]*>([^<]*)</a>', answer.text)


def number_beside(answer, name: str, value: str) -> int | None:
    found = re.search(
        rf'name="{name}" value="{value}"[^>]*> <bdi[^>]*>[^<]*</bdi><span>(\d+)</span>', answer.text
    )
    return int(found[1]) if found else None


def call(title: str, *, closes_in: int = 9, kept: dict | None = None, **values):
    facets = kept or {}
    made = make.call(title=title, closes_at=make.NOW + timedelta(days=closes_in), **values)
    for name, value in facets.items():
        setattr(made, name, value)
    make.db.session.commit()
    return make.facets(made)


def test_open_ones_are_listed_closing_soonest_first(client) -> None:
    call("Later", closes_in=30)
    call("Sooner", closes_in=3)
    call("Past", closes_in=-1)
    call("Draft", state=OpportunityState.DRAFT)
    call("Cancelled", state=OpportunityState.CANCELLED)
    assert titles(client.get("/")) == ["Sooner", "Later"]


def test_closed_and_cancelled_ones_are_found_when_asked_for(client) -> None:
    call("Open")
    call("Past", closes_in=-1)
    call("Closed", closes_in=-5, state=OpportunityState.CLOSED)
    call("Cancelled", closes_in=4, state=OpportunityState.CANCELLED)
    call("Draft", state=OpportunityState.DRAFT)
    answer = client.get("/?closed=1")
    assert titles(answer) == ["Cancelled", "Past", "Closed"]
    assert ">Cancelled</small>" in answer.text


def test_a_draft_that_was_cancelled_stays_unseen(client, session) -> None:
    made = call("Never published", state=OpportunityState.CANCELLED)
    session.get(type(made), made.id).published_at = None
    session.commit()
    assert titles(client.get("/?closed=1")) == []


def test_each_facet_is_counted_without_its_own_choice(client) -> None:
    call("Both", kept={"tracks": ["researcher", "engineer"], "languages": ["en"]})
    call("Japanese", kept={"tracks": ["researcher"], "languages": ["ja"]})
    call("Policy", kept={"tracks": ["policymaker"], "languages": ["en"], "costs_nothing": True})
    answer = client.get("/?track=researcher")
    assert sorted(titles(answer)) == ["Both", "Japanese"]
    assert number_beside(answer, "track", "researcher") == 2
    assert number_beside(answer, "track", "policymaker") == 1
    assert number_beside(answer, "language", "en") == 1
    assert number_beside(answer, "language", "ja") == 1
    assert number_beside(answer, "cost", "nothing") == 0
    both = client.get("/?track=researcher&track=policymaker&language=en")
    assert sorted(titles(both)) == ["Both", "Policy"]


def test_a_search_that_fits_nothing_says_what_to_take_away(client) -> None:
    call("Japanese", kept={"languages": ["ja"]})
    answer = client.get("/?language=km&track=researcher")
    assert titles(answer) == []
    assert "Nothing fits all of this." in answer.text
    assert "without “Taught in”: 1 opportunity" in answer.text
    assert 'href="/?track=researcher"' in answer.text


def test_my_nationality_is_counted_once_even_with_two(client, session) -> None:
    call("For both", countries=("KH", "VN"))
    call("For Laos", countries=("LA",))
    call("For all", countries=())
    who = make.person(nationality="KH")
    make.country("VN")
    make.add(make.Nationality(user_id=who.id, country_code="VN"))
    make.sign_in(client, who)
    assert number_beside(client.get("/"), "mine", "1") == 2
    answer = client.get("/?mine=1")
    assert sorted(titles(answer)) == ["For all", "For both"]
    assert number_beside(answer, "mine", "1") == 2


def test_a_visitor_chooses_a_nationality(client) -> None:
    call("For Cambodia", countries=("KH",))
    call("For Laos", countries=("LA",))
    call("For all", countries=())
    answer = client.get("/?nationality=KH")
    assert sorted(titles(answer)) == ["For Cambodia", "For all"]
    assert '<option value="KH" selected>Cambodia (2)</option>' in answer.text
    assert '<option value="LA">Laos (2)</option>' in answer.text
    assert "any (" not in answer.text


def test_text_is_the_readers_else_the_original_and_says_so(client, session) -> None:
    made = call("Khmer models")
    make.add(
        OpportunityText(
            opportunity_id=made.id, locale="ja", is_original=False, title="クメール語モデル"
        )
    )
    english = client.get("/?lang=en")
    assert titles(english) == ["Khmer models"]
    assert "Written in" not in english.text
    assert "クメール語モデル" in client.get("/?lang=ja").text
    khmer = client.get("/?lang=km").text
    assert f'<a href="/fellowships/{made.ref}" lang="en" hreflang="en">Khmer models</a>' in khmer


def test_a_deadline_says_its_own_zone_and_the_readers(client) -> None:
    call("Fellowship")
    client.set_cookie("zone", "Asia/Phnom_Penh")
    answer = client.get("/")
    assert "14 Jan 2027, 12:00" in answer.text
    assert "Tokyo · 10:00 in Phnom Penh" in answer.text
    assert "Closes in 9 days" in answer.text


def test_words_are_found_in_every_script(client, session) -> None:
    first, other = call("First"), call("Other")
    with unit_of_work(SYSTEM) as work:
        index.index_document(work, "opportunity", first.id, locale="km", text="វិទ្យាសាស្ត្រទិន្នន័យ")
        index.index_document(work, "opportunity", other.id, locale="ja", text="機械学習")
    assert titles(client.get("/?q=ទិន្នន័យ")) == ["First"]
    assert titles(client.get("/?q=機械学習&track=researcher")) == ["Other"]
    assert titles(client.get("/?q=nowhere")) == []


def test_pages_follow_each_other_without_gaps(client) -> None:
    for n in range(30):
        call(f"Call {n:02}", closes_in=5 + n // 3)
    first = client.get("/")
    seen = titles(first)
    onward = re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&")
    second = client.get(onward)
    seen += titles(second)
    assert seen == [f"Call {n:02}" for n in range(30)]
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/courses", "No course is open at the moment."),
        ("/exchanges", "No exchange place is open at the moment."),
    ],
)
def test_a_kind_without_opportunities_says_so(client, path, said) -> None:
    call("A fellowship")
    answer = client.get(path)
    assert answer.status_code == 200
    assert said in answer.text
    assert titles(client.get("/fellowships?kind=course")) == ["A fellowship"]


@pytest.mark.parametrize("rows", [1, 25])
@pytest.mark.parametrize("query", ["", "?track=researcher&language=en&where=JP", "?q=AI"])
def test_the_catalogue_asks_two_things_however_long_it_is(app, client, rows, query) -> None:
    for n in range(rows):
        call(f"AI {n}")
    client.get("/")
    with statements() as said:
        assert client.get(f"/{query}").status_code == 200
    assert len(said) <= 2, said


NASTY = [
    "after=1-1-1",
    "after=9" * 30,
    "after=99999999999999999999-1",
    "after=253402300799999999-2147483647",
    "after=1-99999999999",
    "kind=nonsense&track=%00&language=../..&where=ZZ",
    "q=%00",
    "q=" + "a" * 5000,
    "q=%ED%A0%80&closed=7",
    "q=%F0%9F%8C%B4&q=b",
    "language=" + "&language=".join("abcdefghijklmnopqrst"),
    "mine=1",
    "nationality=KH&nationality=LA&cost=nothing&cost=x",
]


@pytest.mark.parametrize("query", NASTY)
def test_nonsense_in_the_address_is_passed_over(client, query) -> None:
    call("A fellowship")
    assert client.get(f"/?{query}").status_code == 200


def test_an_address_says_a_search_and_back() -> None:
    search = search_of({"q": ["  học   máy "], "track": ["engineer", "engineer"], "closed": ["1"]})
    assert search == Search("học máy", {Facet.TRACK: ("engineer",)}, closed=True)
    assert search.address("/") == "/?q=h%E1%BB%8Dc+m%C3%A1y&track=engineer&closed=1"
    assert search.without(Facet.TRACK, "engineer").chosen == {}


def test_a_cursor_survives_the_address() -> None:
    moment = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert search_of({"after": [cursor_of(moment, 7)]}).after == (moment, 7)
