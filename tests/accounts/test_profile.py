"""The profile: names as they are written, rows without scripts, two versions side by side."""

import csv
import re
from pathlib import Path

import pytest

from app.accounts.models import User
from app.accounts.operations import Profile, save_profile
from app.accounts.queries import person_with_profile
from app.accounts.states import LanguageLevel
from app.audit.models import AuditEntry
from app.foundation.errors import NotPermitted
from app.foundation.search.index import index_document, matching
from app.foundation.work import unit_of_work
from app.organisations.models import OrganisationDomain
from tests import make
from tests.accounts import door

NAMES = list(
    csv.DictReader(
        (Path(__file__).parents[1] / "data" / "names.csv").read_text("utf-8").splitlines()
    )
)


@pytest.fixture
def kim(client, session):
    user = make.person("KIM", email="kim@example.org")
    make.sign_in(client, user)
    return client


def saved():
    from sqlalchemy import select
    from sqlalchemy.orm import selectinload

    from app.foundation.database import db

    db.session.expire_all()
    return db.session.scalars(
        select(User)
        .where(User.email == "kim@example.org")
        .options(selectinload(User.nationalities), selectinload(User.languages))
    ).one()


def send(client, data=None, **more):
    page = client.get("/profile").text
    found = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', page))
    return client.post(
        "/profile",
        data={**found, "do": "save", "passport_name": "KIM", "locale": "en", **(data or {})},
        **more,
    )


EVERYTHING = {
    "passport_name": "Cuevas, Edgardo M. @ “Ed” O’Neil (Jr.)",
    "native_name": "ចាន់ សុភា",
    "native_name_lang": "km",
    "reading": "さとう けんた",
    "called_name": "Ed",
    "certificate_name": "Edgardo Cuevas",
    "sort_name": "Cuevas",
    "born_on-day": "27",
    "born_on-month": "3",
    "born_on-year": "1998",
    "nationalities": ["PH", "FR", ""],
    "residence_code": "DE",
    "home_institution_text": "Somewhere else",
    "track": "engineer",
    "languages-language": ["fil", "en", ""],
    "languages-level": ["first language", "C1", ""],
    "locale": "km",
    "zone": "Asia/Manila",
}


def test_everything_is_kept_as_it_was_written(kim):
    answer = send(kim, EVERYTHING)
    assert answer.location == "/profile"
    user = saved()
    for name in (
        "passport_name",
        "native_name",
        "reading",
        "called_name",
        "track",
        "zone",
        "locale",
    ):
        assert getattr(user, name) == EVERYTHING[name]
    assert user.born_on.isoformat() == "1998-03-27"
    assert [n.country_code for n in user.nationalities] == ["PH", "FR"]
    assert {s.language: s.level for s in user.languages} == {
        "fil": LanguageLevel.FIRST,
        "en": LanguageLevel.C1,
    }
    assert user.version == 2
    page = kim.get("/profile").text
    assert '<html lang="km">' in page  # the language that was chosen
    assert "Cuevas, Edgardo M. @ “Ed” O’Neil (Jr.)" in page
    assert '<option value="FR" selected>' in page


def test_every_name_of_the_list_is_a_name(app):
    """Through the form's own checks, without a page for each of them."""
    from werkzeug.datastructures import MultiDict

    from app.accounts.forms import ProfileForm

    refused = []
    for row in NAMES:
        names = {
            "passport_name": row["name_latin"] or row["name_native"],
            "native_name": row["name_native"],
        }
        with app.test_request_context(method="POST"):
            form = ProfileForm(MultiDict({**names, "reading": row["reading"], "locale": "en"}))
            form.validate()
            wrong = {"passport_name", "native_name", "reading"} & set(form.errors)
            if wrong or form.native_name.data != row["name_native"].strip():
                refused.append((row["id"], wrong))
    assert refused == []


@pytest.mark.parametrize("name", ["O", "𠮷", "ñ" * 200])
def test_one_letter_is_a_name_and_two_hundred_are(kim, name):
    assert send(kim, {"passport_name": name}).status_code == 302
    assert saved().passport_name == name


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("passport_name", "", "Write your full name"),
        ("passport_name", "x" * 201, "Please shorten this to 200"),
        ("passport_name", "KIM\u202e", "invisible control characters"),
        ("passport_name", "KIM\x00", "invisible control characters"),
        ("native_name_lang", "xx-nonsense", "Choose one of the list"),
        ("nationalities", ["ZZ"], "Choose a country of the list"),
        ("nationalities", ["KH", "TH", "VN", "LA", "MM", "JP"], "at most 5 countries"),
        ("residence_code", "'; --", "Choose one of the list"),
        ("track", "astronaut", "Choose one of the list"),
        ("zone", "Mars/Olympus", "Choose one of the list"),
        ("locale", "tlh", "Choose one of the list"),
        ("languages-language", ["en", "en"], "Name each language once"),
        ("languages-language", ["en"], "how well you know it"),
        ("languages-language", ["qq"], "Choose a language of the list"),
        ("home_institution_id", "999999", "Choose an institution of the list"),
        ("born_on-year", "3020", "exists, in digits"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(kim, field, value, said):
    data = {
        **EVERYTHING,
        "locale": "en",
        "languages-level": [],
        "languages-language": [],
        field: value,
    }
    answer = send(kim, data)
    assert answer.status_code == 422
    assert said in answer.text, said
    if field != "called_name":
        assert 'value="Edgardo Cuevas"' in answer.text  # the other fields keep what was written
    assert saved().version == 1


@pytest.mark.parametrize(
    "nasty",
    ["\x00", "x" * 50_000, "'; DROP TABLE user; --", "{{7*7}}", "<script>alert(1)</script>", "9" * 5000, "²", "-1", "\ud7ff"],
)  # fmt: skip
def test_no_value_breaks_any_field(kim, nasty):
    for field in [
        *EVERYTHING,
        "version",
        "home_institution_id",
        "institution_search",
        "institution_asked",
        "do",
        "next",
    ]:
        answer = send(kim, {**EVERYTHING, "locale": "en", field: nasty})
        assert answer.status_code in {200, 302, 409, 422}, field
        assert "<script>alert" not in answer.text
        assert "<script>alert" not in kim.get("/profile").text


def test_rows_are_added_and_removed_without_a_script(kim):
    page = send(kim, {**EVERYTHING, "locale": "en", "do": "add-language"}).text
    assert page.count('name="languages-language"') == 4
    page = send(kim, {**EVERYTHING, "locale": "en", "do": "remove-language-0"}).text
    assert page.count('name="languages-language"') == 2
    assert '<option value="en" selected>English' in page
    page = send(kim, {**EVERYTHING, "locale": "en", "do": "add-nationality"}).text
    assert page.count('name="nationalities"') == 3
    assert saved().version == 1


def test_an_institution_is_found_picked_and_kept(kim, app):
    org = make.organisation("Universitas Gadjah Mada", "ID", acronym="UGM")
    org_id = org.id
    with unit_of_work(make.actor(make.person())) as work:
        index_document(work, "organisation", org_id, text="Universitas Gadjah Mada\nUGM")
    page = send(kim, {"do": "find", "institution_search": "ugm"}).text
    assert f'name="home_institution_id" value="{org_id}"' in page
    enter = send(kim, {"do": "save", "institution_search": "gadjah"}).text
    assert "Universitas Gadjah Mada" in enter
    assert saved().version == 1
    assert "Nothing was found" in send(kim, {"do": "find", "institution_search": "qqqq"}).text
    send(kim, {"home_institution_id": str(org_id), "institution_asked": "ugm"})
    assert saved().home_institution_id == org_id
    assert f'value="{org_id}" checked' in kim.get("/profile").text


def test_the_domain_of_the_address_is_a_hint_only(client, session):
    org = make.organisation("Chulalongkorn University", "TH")
    make.add(OrganisationDomain(organisation_id=org.id, domain="chula.ac.th"))
    make.sign_in(client, make.person(email="somchai@student.chula.ac.th"))
    page = client.get("/profile").text
    assert "Your address suggests" in page
    assert f'value="{org.id}">' in page  # offered, not chosen


def test_two_versions_are_shown_side_by_side(kim):
    page = kim.get("/profile").text
    old = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', page))
    send(kim, {**EVERYTHING, "locale": "en", "called_name": "Eddie"})
    answer = kim.post(
        "/profile", data={**EVERYTHING, **old, "locale": "en", "do": "save", "called_name": "Edo"}
    )
    assert answer.status_code == 409
    assert 'value="Edo"' in answer.text
    assert re.search(r"Saved meanwhile:\s*<bdi>Eddie</bdi>", answer.text)
    assert saved().called_name == "Eddie"
    new = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', answer.text))
    again = kim.post(
        "/profile", data={**EVERYTHING, **new, "locale": "en", "do": "save", "called_name": "Edo"}
    )
    assert again.status_code == 302
    assert saved().called_name == "Edo"


def test_saving_leads_back_to_where_it_was_needed(kim):
    assert (
        'name="next" value="/applications/7/about-you"'
        in kim.get("/profile?next=/applications/7/about-you").text
    )
    assert send(kim, {"next": "/applications/7/about-you"}).location == "/applications/7/about-you"
    assert send(kim, {"next": "//evil.example"}).location == "/profile"


def test_nobody_saves_the_profile_of_another(app, session):
    kim, lee = make.person(email="kim@example.org"), make.person()
    lee_actor, kim_actor = make.actor(lee), make.actor(kim)
    with pytest.raises(NotPermitted), unit_of_work(lee_actor) as work:
        user = work.find(person_with_profile(kim_actor))
        save_profile(work, user, Profile(passport_name="X"), version=None)


def test_what_was_changed_is_recorded_by_name_and_never_by_value(kim, session):
    send(kim, {"called_name": "Kimmy", "home_institution_text": "Secret place"})
    entry = session.query(AuditEntry).filter_by(verb="user.profile_saved").one()
    assert entry.details["changed"] == ["called_name", "home_institution_text"]
    assert "Kimmy" not in str(entry.details)


def test_a_person_is_found_by_any_name_by_the_secretariat_only(kim, session):
    send(kim, EVERYTHING)
    user = saved()
    for query in ("ចាន់", "cuevas", "edgardo", "kim@example.org", "さとう"):
        found = session.scalars(matching(None, "person", query, audiences=("secretariat",))).all()
        assert found == [user.id], query
        assert session.scalars(matching(None, "person", query)).all() == []


def test_the_profile_costs_few_statements_however_much_it_holds(kim):
    from sqlalchemy import event

    from app.foundation.database import db

    counts = []
    for data in ({}, EVERYTHING):
        send(kim, {**data, "locale": "en"})
        kim.get("/profile")
        seen = []
        listener = lambda *a: seen.append(a[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        kim.get("/profile")
        event.remove(db.engine, "before_cursor_execute", listener)
        counts.append(len([s for s in seen if not s.startswith("BEGIN")]))
    assert max(counts) <= 4 + 5, counts


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/profile").location == "/sign-in?next=/profile"


_ = door
