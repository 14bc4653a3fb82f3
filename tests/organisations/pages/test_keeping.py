"""What the secretariat keeps of organisations."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.foundation.actors import SYSTEM, Role
from app.foundation.database import db
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from app.organisations import queries
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState
from tests import make
from tests.organisations.pages.reading import body, centre, values_of


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


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


def test_who_is_called_so_comes_before_who_is_only_there(session) -> None:
    there, called = body("Keio University"), body("The University of Tokyo")
    with unit_of_work(SYSTEM) as work:
        for made in (there, called):
            text = f"{made.name}\nTokyo"
            index_document(work, "organisation", made.id, text=text)
    assert [o.name for o in queries.organisations_named(session, "TOKYO")] == [
        "The University of Tokyo",
        "Keio University",
    ]
    assert queries.organisations_named(session, "tōkyō", limit=1)[0].id == called.id
