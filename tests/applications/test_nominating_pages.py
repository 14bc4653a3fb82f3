"""The pages on which one chooses who nominates, and on which bodies nominate."""

import re

import pytest

from app.applications.operations import (
    RouteTerms,
)
from tests import make
from tests.applications import helping
from tests.applications.nominations import a_call, a_university, ready, sent, the_nominator
from tests.counting import statements


def test_the_desk_reads_ranks_and_answers_on_its_pages(office, client) -> None:
    call, (home, officer) = a_call(office), a_university()
    (first, _), (second, _) = (
        sent(call, home, make.person(name, home_institution_id=home.id))
        for name in ("SOKHA", "VIBOL")
    )
    nominator = the_nominator()
    make.sign_in(client, officer)
    page = client.get(f"/nominations/people/{first}").text
    assert helping.ANSWERS["plan"] in page
    assert "transcript" not in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    for number in (first, second):
        client.post(f"/nominations/people/{number}/nominate", data={"csrf_token": token})
    desk = f"/nominations/{nominator.id}"
    shown = client.get(desk).text
    assert shown.index("SOKHA") < shown.index("VIBOL")
    assert "2 of 2 nominated" in shown
    client.post(f"{desk}/order", data={"csrf_token": token, "up": str(second)})
    shown = client.get(desk).text
    assert shown.index("VIBOL") < shown.index("SOKHA")
    assert "Nominations" in client.get("/dashboard").text
    assert "2 of 2 nominated" in client.get("/nominations").text


@pytest.mark.parametrize("people", [1, 12])
def test_the_desk_reads_as_often_for_one_as_for_many(office, client, people) -> None:
    call = a_call(office, RouteTerms(quota=20, named_only=False))
    home, officer = a_university()
    for _n in range(people):
        sent(call, home)
    make.sign_in(client, officer)
    nominator = the_nominator()
    with statements() as said:
        assert client.get(f"/nominations/{nominator.id}").status_code == 200
    assert len(said) <= 6, said


def test_the_applicant_chooses_on_a_page(office, client) -> None:
    call, (home, _officer) = a_call(office), a_university()
    person = make.person("Sokha", home_institution_id=home.id)
    number = ready(call, person)
    make.sign_in(client, person)
    page = client.get(f"/applications/{number}/way").text
    assert "Royal University" in page
    assert "neither your documents nor your letters" in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    wrong = client.post(
        f"/applications/{number}/way", data={"csrf_token": token, "way": "university-0"}
    )
    assert wrong.status_code == 409
    right = client.post(
        f"/applications/{number}/way", data={"csrf_token": token, "way": f"university-{home.id}"}
    )
    assert right.status_code == 302
    assert "choose it from the list in your profile" not in page
    check = client.get(f"/applications/{number}/check").text
    assert "Royal University is asked to nominate you as soon as you submit." in check


def test_who_names_no_university_of_the_list_is_told_what_opens_another_way(office, client) -> None:
    call, _body = a_call(office), a_university()
    person = make.person("Sokha")
    number = ready(call, person)
    make.sign_in(client, person)
    assert (
        "choose it from the list in your profile" in client.get(f"/applications/{number}/way").text
    )
