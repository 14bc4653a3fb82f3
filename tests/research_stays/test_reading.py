"""What is asked for beside the form is read with it: by the office, in files and on paper."""

import csv
import io
import json

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.applications.dossier import dossier
from app.applications.models import Application, Submission
from app.foundation import clock
from app.foundation.database import db
from app.opportunities.models import FormVersion
from app.research_stays import operations as verbs
from tests import make
from tests.applications import helping
from tests.applications.test_exports import ask, taken
from tests.courses.test_pages import page
from tests.research_stays.calling import NOW, applied, asking, begun, changing, host_of

FORM = {
    "sections": [
        {
            "key": "study",
            "title": {"en": "About your stay"},
            "questions": [
                {"key": "headline", "kind": "short text", "label": {"en": "In one line"}},
                {
                    "key": "true",
                    "kind": "declaration",
                    "label": {"en": "All is true."},
                    "required": True,
                },
            ],
        }
    ]
}
ASKED = [
    ("Days", "5 April 2027 to 30 April 2027"),
    ("How long", "26 days"),
    ("Kind of stay", "Joint research"),
    ("What for", "We align our corpora."),
    ("What the person would bring", "A corpus of court rulings."),
]


@pytest.fixture(autouse=True)
def at_this_moment():
    with clock.set_clock(NOW):
        yield


@pytest.fixture
def host(session):
    return host_of()


@pytest.fixture
def application(host) -> Application:
    """One that was sent with what it asks for."""
    call_id, person = begun(host), make.person("CHAN DARA")
    form = db.session.scalars(select(FormVersion)).one()
    form.definition = FORM
    db.session.commit()
    changing(host.office, call_id, verbs.publish_call)
    application_id = applied(person, call_id)
    asking(person, application_id)
    helping.save(person, application_id, {"headline": "Word borders", "true": True})
    helping.submit(person, application_id)
    return db.session.scalars(
        select(Application).options(joinedload(Application.opportunity))
    ).one()


def test_what_is_asked_for_is_frozen_with_what_is_sent(application) -> None:
    sent = db.session.scalars(select(Submission)).one()
    assert sent.content["beside"] == {
        "kind": "research-stay",
        "starts_on": "2027-04-05",
        "ends_on": "2027-04-30",
        "purpose_kind": "joint research",
        "purpose": "We align our corpora.",
        "brings": "A corpus of court rulings.",
        "home": "Institute of Technology",
        "home_country": "KH",
        "function": "Lecturer",
        "project": None,
    }
    read = dossier(FORM, sent.content)
    assert read is not None
    assert read.beside == ASKED  # and not from where: reviewers do not know who asks


def test_the_office_reads_it_with_the_answers_and_on_paper(client, host, application) -> None:
    make.sign_in(client, host.office)
    here = f"/tracking/{application.opportunity_id}/{application.id}"
    seen = page(client, here)
    for heading, said in ASKED:
        assert f"<h3>{heading}</h3>" in seen
        assert said in seen
    paper = PdfReader(io.BytesIO(client.get(f"{here}/papers.pdf").data))
    text = " ".join(" ".join(one.extract_text().split()) for one in paper.pages)
    assert all(said in text for _heading, said in ASKED), text


def test_it_is_in_every_file_of_applications(client, host, application) -> None:
    make.sign_in(client, host.office)
    table = taken(client, ask(client, application.opportunity, "csv")).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table))
    assert [(heading, row[heading]) for heading, _said in ASKED] == ASKED
    assert row["Home institution, as asked"] == "Institute of Technology, Cambodia"
    assert row["Function there"] == "Lecturer"
    assert row["In one line"] == "Word borders"
    told = json.loads(taken(client, ask(client, application.opportunity, "json")))
    sent = db.session.scalars(select(Submission)).one()
    assert told["applications"][0]["beside"] == sent.content["beside"]
