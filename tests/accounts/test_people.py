"""The secretariat finds people, gives and ends roles, closes and opens accounts."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.accounts.operations import grant_role, register_person
from app.accounts.security import hash_password
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from tests import make
from tests.accounts import door


@pytest.fixture
def office(client, session):
    make.sign_in(client, make.grant(make.person("SECRETARY"), Role.SECRETARIAT))
    return client


def register(name, email, **values):
    with unit_of_work(SYSTEM) as work:
        return register_person(work, email=email, passport_name=name, confirmed=True, **values).id


def test_people_are_found_by_name_in_any_script(office):
    register("NGUYỄN THỊ HIỀN", "hien@example.org")
    register("SATO Kenta", "kenta@example.org")
    page = office.get("/people?q=nguyen").text
    assert "hien@example.org" in page
    assert "kenta@example.org" not in page
    assert "Nobody was found" in office.get("/people?q=zzzz").text
    assert office.get("/people?q=%00&after=zz-99999999999999").status_code == 200


def test_a_page_of_people_leads_to_the_next(office):
    for n in range(55):
        register(f"PERSON {n:03}", f"many{n}@example.org")
    first = office.get("/people").text
    onward = re.search(r'href="(/people\?after=[^"]+)"', first).group(1)
    second = office.get(onward).text
    seen = re.findall(r"many\d+@example.org", first), re.findall(r"many\d+@example.org", second)
    assert not set(seen[0]) & set(seen[1])
    assert len(set(seen[0]) | set(seen[1])) == 55


def test_a_role_is_given_told_and_ended(office, session):
    person_id = register("LEE", "lee@example.org")
    programme = make.programme("Fellowships A")
    page = office.get(f"/people/{person_id}").text
    assert "Fellowships A" in page
    data = {"role": "manager", "on": f"programme-{programme.id}", "country": "", "do": "give"}
    answer = door.post(office, f"/people/{person_id}/roles", data, page=f"/people/{person_id}")
    assert answer.status_code == 302
    session.expire_all()
    grant = session.scalar(select(RoleGrant).where(RoleGrant.user_id == person_id))
    assert (grant.role, grant.scope, grant.scope_id) == (
        Role.MANAGER,
        Scope.PROGRAMME,
        programme.id,
    )
    (letter,) = door.letters("role_given")
    assert (letter.address, letter.values["on"]) == ("lee@example.org", "Fellowships A")
    door.post(office, f"/people/{person_id}/roles/{grant.id}/end", page=f"/people/{person_id}")
    session.expire_all()
    assert session.scalar(select(RoleGrant.until).where(RoleGrant.id == grant.id)) is not None
    assert door.verbs()[-2:] == ["role.granted", "role.ended"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": ""},
        {"role": "king"},
        {"on": ""},
        {"on": "programme-77"},
        {"country": "ZZ"},
        {"until-year": "1999"},
    ],
)
def test_a_role_that_cannot_be_given_is_refused_beside_its_field(office, wrong):
    person_id = register("LEE", "lee@example.org")
    data = {"role": "manager", "on": "everything", "country": "", "do": "give", **wrong}
    answer = door.post(office, f"/people/{person_id}/roles", data, page=f"/people/{person_id}")
    assert answer.status_code == 422


def test_a_closed_account_ends_at_once_and_opens_again(office, app, session):
    door.person(email="kim@example.org")
    browser = app.test_client()
    door.sign_in(browser, "kim@example.org")
    person_id = door.found("kim@example.org").id
    door.post(office, f"/people/{person_id}/account", page=f"/people/{person_id}")
    assert browser.get("/account").status_code == 302
    door.post(office, f"/people/{person_id}/account", page=f"/people/{person_id}")
    assert door.sign_in(browser, "kim@example.org").location == "/dashboard"


def test_nobody_else_sees_people_or_gives_roles(client, session):
    other = register("LEE", "lee@example.org")
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, make.programme().id)
    make.sign_in(client, manager)
    assert client.get("/people").status_code == 403
    assert client.get(f"/people/{other}").status_code == 403
    data = {
        "csrf_token": door.token(client, "/account"),
        "role": "secretariat",
        "on": "everything",
        "country": "",
    }
    for path in ("roles", "roles/1/end", "account"):
        assert client.post(f"/people/{other}/{path}", data=data).status_code == 403
    with pytest.raises(NotPermitted), unit_of_work(make.actor(manager)) as work:
        grant_role(work, manager, Role.SECRETARIAT, Scope.EVERYTHING, None)


def test_an_address_has_one_account(session):
    register("LEE", "lee@example.org")
    with pytest.raises(RuleBroken):
        register("LEE", "LEE@example.org")


def test_many_people_are_registered_with_one_precomputed_hash(client, session):
    hashed = hash_password(door.PASSWORD)
    for n in range(20):
        register(f"DEMO {n}", f"demo{n}@example.org", password_hash=hashed)
    assert door.sign_in(client, "demo7@example.org").location == "/dashboard"
