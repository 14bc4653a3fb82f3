"""The pages of organisations: what the world reads, and what the secretariat keeps."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, func, select, text

from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role
from app.foundation.database import db
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from app.opportunities.states import OpportunityState, PlaceState
from app.foundation.search.documents import SearchDocument
from app.organisations import queries
from app.organisations.models import Organisation
from app.organisations.operations import sort_key
from app.organisations.states import OrganisationKind, OrganisationState
from seeds.reference import load_reference
from tests import make
from tests.counting import statements


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


def body(name: str, code: str = "JP", **values) -> Organisation:
    """A body as the lists keep it: in the order of its name, and found by it."""
    made = make.organisation(name, code, **values)
    with unit_of_work(SYSTEM) as work:
        row = work.session.get(Organisation, made.id)
        row.sort_key = sort_key(name)
        index_document(work, "organisation", made.id, text=f"{name}\n{row.local_name or ''}")
    return made


def centre(name: str, code: str = "JP", **values) -> Organisation:
    return body(name, code, is_centre=True, kind=OrganisationKind.CENTRE, **values)


@pytest.fixture
def secretary(client):
    return make.sign_in(client, make.grant(make.person(), Role.SECRETARIAT))


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def values_of(page: str) -> dict[str, str]:
    """The fields of the form as a browser would send them back."""
    import html

    form = page.split('<form method="post">')[-1]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    fields.pop("is_centre", None)
    if 'name="is_centre" type="checkbox" value="y" checked' in form or re.search(
        r'<input checked[^>]*name="is_centre"', form
    ):
        fields["is_centre"] = "y"
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        fields[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', inside)[1]
    for name, inside in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.S
    ):
        fields[name] = inside
    return {n: html.unescape(v) for n, v in fields.items()}


# --- what the world reads


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


# --- what the secretariat keeps

NEW = {
    "name": "Ministry of Education, Youth and Sport",
    "kind": "ministry",
    "country_code": "KH",
    "zone": "Asia/Phnom_Penh",
    "city": "Phnom Penh",
    "local_name": "ក្រសួងអប់រំ យុវជន និងកីឡា",
    "local_name_lang": "km",
    "acronym": "MoEYS",
    "website": "https://moeys.gov.kh",
    "domains": "moeys.gov.kh\n",
    "other_names": "MEYS\n\nEducation Ministry",
}


def fresh(page: str) -> dict[str, str]:
    return {n: v for n, v in values_of(page).items() if n in {"csrf_token", "request_key"}}


def test_the_secretariat_adds_a_ministry_that_is_found_at_once(secretary, session) -> None:
    make.country("KH")
    sent = NEW | fresh(secretary.get("/organisations/new").text)
    first = secretary.post("/organisations/new", data=sent)
    assert first.status_code == 302, first.text
    again = secretary.post("/organisations/new", data=sent)
    assert again.location == first.location
    assert session.scalar(select(func.count()).where(Organisation.name == NEW["name"])) == 1
    assert "MoEYS" in secretary.get(first.location).text
    for query in ("moeys", "ក្រសួងអប់រំ", "education ministry", "MEYS"):
        assert NEW["name"] in secretary.get("/organisations", query_string={"q": query}).text
    assert session.scalars(select(AuditEntry.verb)).all() == ["organisation.added"]


def test_the_same_body_is_not_added_twice(secretary, session) -> None:
    make.country("KH")
    for _ in range(2):
        sent = NEW | fresh(secretary.get("/organisations/new").text)
        answer = secretary.post("/organisations/new", data=sent)
    assert answer.status_code == 422
    assert "There is already Ministry of Education" in answer.text
    assert "Education Ministry" in answer.text  # what was typed is kept
    assert session.scalar(select(func.count()).where(Organisation.country_code == "KH")) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Write the name of the organisation."),
        ("name", "x" * 301, "Please shorten this"),
        ("name", "a\u202eb", "invisible control"),
        ("kind", "garden", "Not a valid choice"),
        ("country_code", "ZZ", "Not a valid choice"),
        ("zone", "Asia/Tokyo", "Choose a time zone of that country"),
        ("website", "javascript:alert(1)", "Write the whole address"),
        ("website", "https://[", "Write the whole address"),
        ("ror_id", "https://ror.org/banana", "Write it as https://ror.org/"),
        ("domains", "moeys.gov.kh\n-x", "is not a mail domain"),
        ("other_names", "y" * 400, "A name has at most 300 characters"),
        ("focus", "z" * 61, "A subject is a word or two"),
        ("local_name_lang", "xx", "Not a valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    secretary, session, field, value, said
) -> None:
    make.country("KH")
    make.country("JP")
    sent = NEW | fresh(secretary.get("/organisations/new").text) | {field: value}
    answer = secretary.post("/organisations/new", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert NEW["acronym"] in answer.text
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_two_who_correct_at_once_see_each_others_version(secretary, session) -> None:
    made = body("Institute", "KH")
    opened = values_of(secretary.get(f"/organisations/{made.ref}/edit").text)
    path = f"/organisations/{made.ref}/edit"
    assert secretary.post(path, data=opened | {"city": "Battambang"}).status_code == 302
    late = secretary.post(path, data=opened | {"city": "Siem Reap"})
    assert late.status_code == 409
    assert "Battambang" in late.text
    assert "Siem Reap" in late.text
    now = values_of(late.text)
    assert secretary.post(path, data=now).status_code == 302
    db.session.expire_all()
    assert (
        session.scalar(select(Organisation.city).where(Organisation.id == made.id)) == "Siem Reap"
    )


def test_a_centre_keeps_what_is_known_of_it_when_it_is_corrected(secretary, session) -> None:
    made = centre("AI Hub", "KH", focus=["policy"], facts={
        "centre_kind": "government office", "centre_confidence": "reported", "row": "abc"})  # fmt: skip
    path = f"/organisations/{made.ref}/edit"
    sent = values_of(secretary.get(path).text)
    assert sent["focus"].strip() == "policy"
    assert secretary.post(path, data=sent | {"focus": "policy\nsafety"}).status_code == 302
    db.session.expire_all()
    row = session.get(Organisation, made.id)
    assert row.is_centre
    assert row.focus == ["policy", "safety"]
    assert row.facts["centre_confidence"] == "reported"
    assert row.facts["row"] == "abc"


def test_a_body_goes_on_as_another_that_is_looked_for_without_javascript(
    secretary, session
) -> None:
    old, new = body("Old Institute"), body("Institute of Science", "JP", city="Tokyo")
    path = f"/organisations/{old.ref}/end"
    sent = {"csrf_token": token(secretary.get(path).text), "how": "merged", "find": "science"}
    looked = secretary.post(path, data=sent | {"look": "1"})
    assert looked.status_code == 200
    assert f'value="{new.ref}"' in looked.text
    missing = secretary.post(path, data=sent)
    assert missing.status_code == 422
    assert "choose it" in missing.text
    day = {"on-day": "1", "on-month": "10", "on-year": "2026"}
    done = secretary.post(path, data=sent | day | {"successor": new.ref})
    assert done.status_code == 302
    db.session.expire_all()
    row = session.get(Organisation, old.id)
    assert (row.state, row.successor_id) == (OrganisationState.MERGED, new.id)
    assert row.succeeded_on == date(2026, 10, 1)
    again = secretary.post(path, data=sent | day | {"successor": new.ref})
    assert again.status_code == 409
    assert (
        secretary.post(
            f"/organisations/{old.ref}/reopen", data={"csrf_token": sent["csrf_token"]}
        ).status_code
        == 302
    )


def test_a_body_does_not_go_on_as_itself_or_as_one_that_ended(secretary) -> None:
    old = body("Old Institute")
    ended = body("Ended", state=OrganisationState.CLOSED)
    path = f"/organisations/{old.ref}/end"
    sent = {"csrf_token": token(secretary.get(path).text), "how": "merged"}
    for ref in (old.ref, ended.ref):
        assert secretary.post(path, data=sent | {"successor": ref}).status_code == 422
    for nonsense in ("nope", "%00", "\0", "x" * 5000):
        assert secretary.post(path, data=sent | {"successor": nonsense}).status_code == 422


@pytest.mark.parametrize("who", ["visitor", "person", "centre"])
def test_nobody_else_keeps_the_list(client, session, who) -> None:
    made = body("Institute")
    if who != "visitor":
        person = make.person()
        if who == "centre":
            from app.foundation.actors import Scope

            make.grant(person, Role.CENTRE, Scope.ORGANISATION, made.id)
        make.sign_in(client, person)
    refused = {302, 401, 400} if who == "visitor" else {403, 400}
    for path in (
        "/organisations/new",
        f"/organisations/{made.ref}/edit",
        f"/organisations/{made.ref}/end",
    ):
        assert client.get(path).status_code in refused
        assert client.post(path, data=NEW).status_code in refused
    assert client.post(f"/organisations/{made.ref}/reopen").status_code in refused
    db.session.expire_all()
    assert (
        session.scalar(select(Organisation.name).where(Organisation.id == made.id)) == "Institute"
    )


def test_the_picker_gives_the_best_names_first(session) -> None:
    body("Kyoto Women's University", "KH")
    body("Kyoto", "JP")
    body("New Kyoto Institute", "JP")
    body("Kyoto Old", state=OrganisationState.CLOSED)
    names = [o.name for o in queries.organisations_named(session, "kyoto")]
    assert names == ["Kyoto", "Kyoto Women's University", "New Kyoto Institute"]
    assert [o.name for o in queries.organisations_named(session, "kyoto", country="KH")] == names[
        1:2
    ]
    assert len(queries.organisations_named(session, "kyoto", limit=1)) == 1
    assert queries.organisations_named(session, "  ") == []


# --- how the database reads


def plan_of(session, query) -> str:
    """The database's own account of how it would read a query in a full table."""
    sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    if db.engine.dialect.name == "sqlite":
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in rows)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    session.execute(text("SET LOCAL enable_sort = off"))
    rows = session.connection().exec_driver_sql(f"EXPLAIN {sql}".replace("%", "%%"))
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("what", "query", "index"),
    [
        ("all", lambda: queries.page_after(queries.organisations_found(), 5), "ix__organisation__names"),
        ("of a country", lambda: queries.page_after(queries.organisations_found(country="JP"), 5), "ix__organisation__list"),
        ("centres", queries.centres, "ix__organisation__centres"),
    ],
)  # fmt: skip
def test_lists_are_read_in_order_from_an_index(session, what, query, index) -> None:
    plan = plan_of(session, query())
    assert index in plan, plan
    assert "USE TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_a_search_is_answered_from_the_index_of_words(session) -> None:
    load_reference()
    others = range(10**6, 10**6 + 20_000)  # of so few as there are, any index finds one
    some = {"kind": "organisation", "locale": "", "audience": "everyone", "folded": ""}
    session.execute(
        insert(SearchDocument), [{**some, "subject_id": n, "tokens": f"w{n}"} for n in others]
    )
    session.execute(text("ANALYZE"))
    plan = plan_of(session, queries.organisations_found("chulalongkorn"))
    assert "search_word" in plan or "ix__search_document__lexemes" in plan, plan
