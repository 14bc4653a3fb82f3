"""What the world reads of organisations and centres."""

import re
from datetime import date, timedelta

import pytest

from app.opportunities.states import OpportunityState, PlaceState
from app.organisations import queries
from app.organisations.states import OrganisationKind, OrganisationState
from tests import make
from tests.counting import statements
from tests.organisations.pages.reading import body, centre, values_of


def test_centres_stand_under_their_countries_and_say_what_became_of_them(client) -> None:
    after = centre("National AI Centre", "KH", focus=["research"])
    centre(
        "Old AI Lab",
        "KH",
        state=OrganisationState.MERGED,
        successor_id=after.id,
        succeeded_on=date(2026, 2, 26),
    )
    centre("Tokyo AI Hub", "JP", focus=["research", "training (night)"])
    make.organisation("Not a centre", "KH")
    page = client.get("/centres").text
    assert page.index('id="in-KH"') < page.index("National AI Centre") < page.index('id="in-JP"')
    assert "Since 26 February 2026 it is part of" in page
    assert "Not a centre" not in page
    assert "3 centres that teach" in page


def test_centres_are_narrowed_by_a_subject_that_several_share(client) -> None:
    centre("One", focus=["training (night)"])
    centre("Two", focus=["training", "policy"])
    centre("Three", focus=["policy"])
    page = client.get("/centres?focus=training").text
    assert "One" in page
    assert "Two" in page
    assert "Three" not in page
    assert client.get("/centres?focus=%00x").status_code == 200


def test_a_row_that_is_not_sure_says_so(client) -> None:
    centre("Sure", facts={"centre_confidence": "confirmed"})
    centre("Hearsay", facts={"centre_confidence": "reported"})
    centre("Odd", facts={"centre_confidence": "confirmed (not a centre by name)"})
    page = client.get("/centres").text
    assert page.count("Please note:") == 2
    assert "not a centre by name" in page


def test_organisations_are_found_by_any_name_and_narrowed(client) -> None:
    body("University of Tokyo", "JP", local_name="東京大学", local_name_lang="ja")
    body("Tokyo Embassy Office", "KH", kind=OrganisationKind.EMBASSY)
    for query in (
        "q=東京大",
        "q=university+tokyo",
        "q=tokyo&country=JP",
        "q=tokyo&kind=university",
    ):
        page = client.get(f"/organisations?{query}").text
        assert "University of Tokyo" in page, query
        assert "Embassy Office" not in page, query
        assert "1 organisation" in page
    assert "No organisation is found" in client.get("/organisations?q=nowhere").text
    assert '<bdi lang="ja">東京大学</bdi>' in client.get("/organisations?q=東京大学").text


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=-1", "after=99999999999999", "after=²", "country=jp", "country=%00%00",
     "kind=%F0%9F", "q=%00", "q=%ED%A0%80", "q=" + "a" * 3000, "q=%22%20OR%20*", "q='%3B--", "lang=xx"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_no_error(client, query) -> None:
    body("University of Tokyo")
    assert client.get(f"/organisations?{query}").status_code == 200


@pytest.mark.parametrize("ref", ["nope", "%00", "a" * 300, "..", "jp-%F0%9F%98%80", "ក"])
def test_an_organisation_that_is_not_there_is_not_found(client, ref) -> None:
    assert client.get(f"/organisations/{ref}").status_code in {404, 302}


def test_pages_follow_one_another_without_a_gap(client) -> None:
    names = [f"College {n:03}" for n in range(60)]
    for name in names:
        body(name)
    seen: list[str] = []
    address = "/organisations?q=college"
    while address:
        page = client.get(address).text
        seen += re.findall(r"College \d{3}", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following and following[1].replace("&amp;", "&")
    assert seen == names


def test_more_than_a_thousand_are_not_counted_one_by_one(client, monkeypatch) -> None:
    monkeypatch.setattr(queries, "COUNTED_UP_TO", 2)
    for n in range(4):
        body(f"College {n}")
    assert "More than 2 organisations" in client.get("/organisations").text


def test_an_organisation_shows_its_names_and_what_it_offers(client) -> None:
    host = body("Riken", local_name="理研", local_name_lang="ja", website="https://riken.jp",
                ror_id="https://ror.org/01sjwvz98")  # fmt: skip
    open_call = make.call(title="Open fellowship")
    make.place(open_call, host=host)
    asked = make.call(title="Only asked")
    make.place(asked, host=host, state=PlaceState.ASKED)
    own = make.call(title="Run by it", programme=make.programme(organisation_id=host.id))
    late = make.call(title="Long over", programme=make.programme(organisation_id=host.id),
                     closes_at=make.NOW - timedelta(days=3))  # fmt: skip
    draft = make.call(title="Secret draft", state=OpportunityState.DRAFT,
                      programme=make.programme(organisation_id=host.id))  # fmt: skip
    page = client.get(f"/organisations/{host.ref}").text
    assert '<bdi lang="ja">理研</bdi>' in page
    now, over = page.split('<h2 class="later">')
    assert open_call.title in now
    assert own.title in now
    assert late.title in over
    assert late.title not in now
    assert asked.title not in page
    assert draft.title not in page
    assert 'href="https://ror.org/01sjwvz98"' in page


def test_an_organisation_that_ended_leads_to_the_next_and_back(client) -> None:
    after = body("After")
    before = body("Before", state=OrganisationState.MERGED, successor_id=after.id)
    assert f'href="/organisations/{after.ref}"' in client.get(f"/organisations/{before.ref}").text
    assert f'href="/organisations/{before.ref}"' in client.get(f"/organisations/{after.ref}").text


@pytest.mark.parametrize("rows", [1, 25])
def test_the_statements_do_not_grow_with_the_rows(client, rows) -> None:
    host = centre("Host")
    for n in range(rows):
        make.place(make.call(), host=host)
        centre(f"Centre {n}", successor_id=host.id, state=OrganisationState.MERGED)
    for path in (
        "/centres",
        "/organisations",
        "/organisations?q=centre",
        f"/organisations/{host.ref}",
    ):
        with statements() as said:
            assert client.get(path).status_code == 200
        asked = [s for s in said if "catalogue_stamp" not in s]
        assert len(asked) <= 3, asked


def test_pages_of_the_world_are_kept_and_dropped_on_a_change(client, secretary) -> None:
    made = body("Old name")
    visitor = client.application.test_client()
    assert "Old name" in visitor.get("/organisations").text
    page = secretary.get(f"/organisations/{made.ref}/edit").text
    answer = secretary.post(
        f"/organisations/{made.ref}/edit", data=values_of(page) | {"name": "New name"}
    )
    assert answer.status_code == 302, answer.text
    for path in ("/organisations", f"/organisations/{made.ref}"):
        assert "New name" in visitor.get(path).text
