"""Pages of postings: the office's, the world's, and the two calendars on it."""

import re
from datetime import date, timedelta

from app.commands.duties import close_postings_whose_time_is_over
from app.exchanges.models import HomeDates
from app.exchanges.operations.partners import TermDates
from app.exchanges.states import PostingStage
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.exchanges.agreeing import approving, proposed, university
from tests.exchanges.posting import begun, offered, opening, posting, term_of
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.exchanges.test_partners import days

AT_HOME = TermDates(
    *("Second semester", 2026, date(2027, 1, 10), date(2027, 4, 28)),
    *(date(2027, 5, 2), date(2027, 5, 17)),
)


def sent(term_id: int, **values) -> dict:
    form = {
        "title": "Places in AI",
        "description": "Courses in English.",
        "term": str(term_id),
        "agreement": "",
        "capacity": "2",
        "levels": "6",
        "fields": "0613",
        "languages": "en",
        "language": "en",
        "language_level": "B2",
        "tuition": "waived",
        "housing": "given",
        "documents": "Transcript of records",
        **days("nominate_by", date(2027, 2, 1)),
    }
    return form | values


def test_a_host_posts_places_and_everybody_reads_it(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    term_id = term_of(jp)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        address = f"/exchanges/office/new/{jp.id}"
        assert client.get(address).status_code == 200
        made = press(client, address, sent(term_id, agreement=f"{agreement_id}-{th.id}"))
        assert made.status_code == 302
        posting_id = int(made.location.rpartition("/")[2])
        ref = posting(posting_id).ref
        visitor = client.application.test_client()
        assert visitor.get(f"/exchanges/{ref}").status_code == 404
        assert "A preview" in client.get(f"/exchanges/{ref}").text
        page = client.get(made.location).text
        assert "It can be opened" in page and "Open it to everybody" in page
        assert press(client, f"{made.location}/open", {}).status_code == 302
        page = visitor.get(f"/exchanges/{ref}").text
        for words in ("Places in AI", "2 places", "Bachelor", "0613", "B2", "A room is guaranteed"):
            assert words in page, words
        assert "Places in AI" in visitor.get("/exchanges").text
        assert "Places in AI" in visitor.get(f"/organisations/{jp.ref}").text
        assert "Places in AI" in visitor.get("/feed.atom?kind=exchange").text
        assert f"/exchanges/{ref}" in visitor.get("/sitemap.xml").text
        assert press(client, f"{made.location}/close-nominations", {}).status_code == 302
        assert "Nominations are closed" in visitor.get(f"/exchanges/{ref}").text
        number = made.location.rsplit("/", 1)[1]
        said = press(
            client,
            f"/mobility/postings/{number}/withdraw",
            {"reason": "The building is closed."},
        )
        assert said.status_code == 302
        assert "The building is closed." in visitor.get(f"/exchanges/{ref}").text


def test_each_fault_is_said_beside_its_field(client, jp) -> None:
    term_id = term_of(jp)
    signed_in(client, jp)
    address = f"/exchanges/office/new/{jp.id}"
    for field, wrong, said in (
        ("capacity", {"capacity": "many"}, "Write a whole number"),
        ("fields", {"fields": "computing"}, "four digits"),
        ("language_level", {"language": ""}, "Choose the language"),
        ("term", {"term": "99"}, "Choose one of the answers"),
        ("agreement", {"agreement": "1-1"}, "Choose one of the answers"),
        ("nominate_by", days("nominate_by", None), "Say until when"),
        ("title", {"title": ""}, "Write the title"),
    ):
        answer = press(client, address, sent(term_id) | wrong)
        assert answer.status_code == 422, field
        beside = re.search(rf'id="{field}-error"[^>]*>([^<]*)<', answer.text)
        assert beside and said in beside[1], field
        assert "Courses in English." in answer.text


def test_sent_twice_it_is_posted_once(client, jp) -> None:
    term_id = term_of(jp)
    signed_in(client, jp)
    address = f"/exchanges/office/new/{jp.id}"
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', client.get(address).text)[1]
    first, again = (press(client, address, sent(term_id, request_key=key)) for _ in range(2))
    assert first.status_code == again.status_code == 302
    assert first.location == again.location


def test_what_prevents_opening_is_said_and_leads_there(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    terms = offered(term_of(jp), agreement=(agreement_id, th.id), levels=(8,))
    made = begun(jp, terms)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        page = client.get(f"/exchanges/office/{made}").text
        assert "The agreement is not for these levels of study." in page
        assert f'href="/exchanges/office/{made}/terms"' in page
        press(client, f"/exchanges/office/{made}/open", {})
        assert posting(made).stage is PostingStage.DRAFT
        form = client.get(f"/exchanges/office/{made}/terms").text
        assert f'value="{agreement_id}-{th.id}"' in form


def test_the_two_calendars_are_compared_and_drawn(client, th, jp) -> None:
    term_of(th, AT_HOME)
    made = begun(jp, offered(term_of(jp)))
    opening(jp, made)
    ref = posting(made).ref
    with clock.set_clock(make.NOW):
        page = client.get(f"/exchanges/{ref}").text
        assert "Choose your university" in page and '<svg class="calendar"' not in page
        page = client.get(f"/exchanges/{ref}?home={th.ref}").text
        assert "“Second semester”" in page
        # 6 April to 17 May, of 10 January to 17 May
        assert "is cut: so many of its 128 days are abroad: 42." in page
        assert page.count('<rect class="stay"') == 3
        assert "style=" not in page.split("<main")[1].split("</main>")[0]
        assert client.get(f"/exchanges/{ref}?home={jp.ref}").status_code == 200
        assert client.get(f"/exchanges/{ref}?home=nobody").status_code == 200


def test_a_sender_says_a_day_for_its_students(client, th, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    opening(jp, made)
    ref = posting(made).ref
    address = f"/exchanges/postings/{made}/home"
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        assert client.get(address).status_code == 403
        signed_in(client, th)
        assert f'href="{address}"' in client.get(f"/exchanges/{ref}").text
        late = press(client, address, {**days("tell_by", date(2027, 2, 2)), "version": "0"})
        assert late.status_code == 409
        assert "until an earlier day" in late.text
        good = {**days("tell_by", date(2027, 1, 20)), "note": "To the faculty.", "version": "0"}
        assert press(client, address, good).status_code == 302
        assert press(client, address, good).status_code == 409, "an old form"
        assert "To the faculty." in client.application.test_client().get(f"/exchanges/{ref}").text
    assert db.session.query(HomeDates).count() == 1


def test_texts_are_written_in_each_language(client, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    opening(jp, made)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        address = f"/exchanges/office/{made}/texts/ja"
        assert "Courses in English." in client.get(address).text
        good = {"title": "AIの交換留学", "description": "英語の科目。", "version": "0"}
        assert press(client, address, good).status_code == 302
        assert press(client, address, good).status_code == 409
        ref = posting(made).ref
        visitor = client.application.test_client()
        assert "AIの交換留学" in visitor.get(f"/exchanges/{ref}?lang=ja").text
        assert "Places in AI" in visitor.get(f"/exchanges/{ref}?lang=km").text
        assert client.get(f"/exchanges/office/{made}/texts/xx").status_code == 404


def test_another_office_finds_nothing(client, th, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    signed_in(client, th)
    for address in ("", "/terms", "/texts/en"):
        assert client.get(f"/exchanges/office/{made}{address}").status_code == 404
    for verb in ("terms", "texts/en", "open", "close-nominations", "reopen", "filled", "withdraw"):
        answer = press(client, f"/exchanges/office/{made}/{verb}", {"reason": "No."})
        assert answer.status_code == 404, verb
    assert client.get(f"/exchanges/office/new/{jp.id}").status_code == 404
    assert f"/exchanges/office/{made}" not in client.get("/exchanges/office").text
    assert posting(made).stage is PostingStage.DRAFT


def test_nominations_close_by_themselves_after_the_day(session, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    opening(jp, made)
    for late, stage in ((0, PostingStage.OPEN), (40, PostingStage.NOMINATIONS_CLOSED)):
        with clock.set_clock(make.NOW + timedelta(days=late)):
            close_postings_whose_time_is_over(None)  # type: ignore[arg-type]
        assert posting(made).stage is stage


def test_the_page_asks_the_same_however_many_there_are(client, th, jp) -> None:
    vn = university("VN")
    made = begun(jp, offered(term_of(jp)))
    opening(jp, made)
    ref, counted = posting(made).ref, []
    with clock.set_clock(make.NOW):
        for who in (th, vn):
            for name in ("First", "Second", "Third"):
                dates = TermDates(name, 2027, date(2027, 4, 1), date(2027, 7, 1))
                term_of(who, dates)
            visitor = client.application.test_client()
            with statements() as seen:
                assert visitor.get(f"/exchanges/{ref}?home={th.ref}").status_code == 200
            counted.append(len(seen))
    assert len(set(counted)) == 1
