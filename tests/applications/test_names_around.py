"""Sixty names of twelve countries, from the form to the list, search, export and PDF."""

import csv
import html
import io
import re
from collections import defaultdict
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application, Export
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.collation import collation_key
from app.foundation.database import db
from app.foundation.printing import undrawable
from tests import make
from tests.applications import helping

OF_A_COUNTRY = 5
COUNTRIES = "BN ID JP KH LA MM MY PH SG TH TL VN".split()


def chosen() -> list[dict[str, str]]:
    """Of each country the first, the last, and what lies at even steps between them."""
    file = Path(__file__).parents[1] / "data" / "names.csv"
    by_country = defaultdict(list)
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        by_country[row["country"]].append(row)
    return [
        by_country[code][n * (len(by_country[code]) - 1) // (OF_A_COUNTRY - 1)]
        for code in COUNTRIES
        for n in range(OF_A_COUNTRY)
    ]


NAMES = chosen()


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


@pytest.fixture
def call(session):
    return make.call(title="Fellowship for all", countries=COUNTRIES)


@pytest.fixture
def office(app, call):
    manager = make.grant(make.person("OFFICE"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    with clock.set_clock(make.NOW):
        yield make.sign_in(app.test_client(), manager)


@pytest.fixture
def applied(app, call, office) -> dict[str, int]:
    """Everybody fills in the profile and applies; the application of each row of the list."""
    found = {}
    for row in NAMES:
        person = make.person("NOBODY YET", nationality=row["country"])
        browser = make.sign_in(app.test_client(), person)
        page = browser.get("/profile").text
        typed = {
            **dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', page)),
            "do": "save",
            "locale": "en",
            "passport_name": row["name_latin"],
            "native_name": row["name_native"],
            "reading": row["reading"],
            "nationalities": [row["country"]],
        }
        answer = browser.post("/profile", data=typed)
        assert answer.status_code == 302, row
        kept = db.session.get(User, person.id, populate_existing=True)
        assert (kept.passport_name, kept.native_name, kept.reading) == (
            row["name_latin"],
            row["name_native"],
            row["reading"],
        )
        shown = html.unescape(browser.get("/profile").text)
        assert f'value="{row["name_latin"]}"' in shown
        application_id = helping.start(call, person)
        helping.save(person, application_id)
        helping.upload(person, application_id)
        helping.submit(person, application_id)
        found[row["id"]] = application_id
    return found


def listed(office, address: str) -> list[str]:
    names = []
    while address:
        page = office.get(address).text
        found = re.findall(r"<td><a[^>]*><bdi>([^<]*)</bdi>", page)
        names += [html.unescape(name) for name in found]
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = html.unescape(following[1]) if following else ""
    return names


def test_sixty_names_go_all_the_way(session, call, office, applied) -> None:
    assert len(NAMES) == len(applied) == 60
    assert {row["country"] for row in NAMES} == set(COUNTRIES)
    by_name = listed(office, f"/tracking/{call.id}?sort=name")
    latin = [row["name_latin"] for row in NAMES]
    assert sorted(by_name) == sorted(latin)
    assert by_name == sorted(by_name, key=lambda name: collation_key(name, "en"))

    for row in NAMES:
        for query in (row["name_native"], row["name_latin"]):
            page = office.get(f"/tracking/{call.id}", query_string={"q": query}).text
            found = re.findall(r"<td><a[^>]*><bdi>([^<]*)</bdi>", page)
            assert row["name_latin"] in map(html.unescape, found), (row["id"], query)

    page = office.get(f"/tracking/{call.id}/exports").text
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', page)[1]
    said = {"format": "csv", "recipient": "Committee", "purpose": "Names", "request_key": key}
    office.post(f"/tracking/{call.id}/exports", data={"csrf_token": token(page), **said})
    session.rollback()
    export = session.scalars(select(Export.id)).one()
    with office.get(f"/tracking/exports/{export}/file") as answer:
        table = answer.data.decode("utf-8-sig")
    rows = {row["Number"]: row for row in csv.DictReader(io.StringIO(table))}
    assert len(rows) == 60
    for row in NAMES:
        ref = session.get(Application, applied[row["id"]]).ref
        assert rows[ref]["Name as in passport"].removeprefix("'") == row["name_latin"]
        assert rows[ref]["Name in own script"].removeprefix("'") == row["name_native"]

    for row in NAMES:
        assert undrawable(row["name_latin"]) == [], row
        assert undrawable(row["name_native"]) == [], row
    for row in NAMES[::OF_A_COUNTRY]:
        papers = office.get(f"/tracking/{call.id}/{applied[row['id']]}/papers.pdf")
        words = PdfReader(io.BytesIO(papers.data)).pages[0].extract_text()
        assert row["name_latin"] in " ".join(words.split()), row
