"""What was sent, as one PDF: for who sent it, for the office, for nobody else."""

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.applications.models import Document
from app.foundation.actors import Role, Scope
from app.ledger.models import ViewEntry
from tests import make
from tests.applications import helping
from tests.files import samples
from tests.files.test_binding import pdf


@pytest.fixture
def person(app):
    return make.person("Sok Dara")


@pytest.fixture
def call(app):
    return make.call()


@pytest.fixture
def sent(call, person) -> int:
    mine = helping.start(call, person)
    helping.save(person, mine)
    helping.upload(person, mine, content=pdf(3))
    helping.submit(person, mine)
    return mine


def read(answer) -> PdfReader:
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return PdfReader(io.BytesIO(answer.data))


def words(whole: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in whole.pages).split())


def test_the_applicant_keeps_what_was_sent(client, session, person, sent):
    make.sign_in(client, person)
    address = f"/applications/{sent}/sent"
    assert f"{address}.pdf" in client.get(address).text
    whole = read(client.get(f"{address}.pdf"))
    assert len(whole.pages) == 4
    for said in ("Sok Dara", "Khmer word borders", "I study how words end.", "transcript.pdf"):
        assert said in words(whole)
    assert session.scalars(select(ViewEntry)).all() == []


def test_the_office_prints_it_and_the_applicant_can_know(app, session, call, person, sent):
    manager = make.person("MANAGER")
    make.grant(manager, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    office = make.sign_in(app.test_client(), manager)
    address = f"/tracking/{call.id}/{sent}"
    assert f"{address}/papers.pdf" in office.get(address).text
    assert len(read(office.get(f"{address}/papers.pdf")).pages) == 4
    view = session.scalars(select(ViewEntry)).one()
    document = session.scalar(select(Document.id))
    assert (view.viewer_id, view.person_id, view.subject_id) == (manager.id, person.id, document)


def test_nobody_else_gets_it(app, call, person, sent):
    stranger = make.sign_in(app.test_client(), make.person())
    elsewhere = make.person()
    make.grant(elsewhere, Role.MANAGER, Scope.PROGRAMME, make.programme().id)
    other_office = make.sign_in(app.test_client(), elsewhere)
    for browser in (stranger, other_office):
        assert browser.get(f"/applications/{sent}/sent.pdf").status_code == 404
        assert browser.get(f"/tracking/{call.id}/{sent}/papers.pdf").status_code in {403, 404}


def test_there_is_nothing_to_print_before_it_is_sent(client, call, person):
    mine = helping.start(call, person)
    make.sign_in(client, person)
    assert client.get(f"/applications/{mine}/sent.pdf").status_code == 404


def test_a_document_that_cannot_be_bound_in_is_named(client, call, person):
    mine = helping.start(call, person)
    helping.save(person, mine)
    helping.upload(person, mine, content=samples.docx(), name="plan.docx")
    helping.submit(person, mine)
    make.sign_in(client, person)
    whole = read(client.get(f"/applications/{mine}/sent.pdf"))
    assert "plan.docx" in words(whole)
    assert "not in this PDF" in words(whole)


def test_several_photos_become_one_document(client, session, call, person):
    mine = helping.start(call, person)
    make.sign_in(client, person)
    page = client.get(f"/applications/{mine}/documents").text
    csrf = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    photos = [(io.BytesIO(samples.picture("JPEG")), f"page {n}.jpg") for n in (1, 2, 3)]
    answer = client.post(
        f"/applications/{mine}/files/transcript", data={"csrf_token": csrf, "file": photos}
    )
    assert answer.status_code == 302
    document = session.scalars(select(Document)).one()
    kept = client.get(f"/documents/{document.id}", buffered=True)
    assert "page 1.pdf" in kept.headers["Content-Disposition"]
    assert len(PdfReader(io.BytesIO(kept.data)).pages) == 3


def test_photos_and_a_pdf_together_are_refused_beside_the_slot(client, session, call, person):
    mine = helping.start(call, person)
    make.sign_in(client, person)
    page = client.get(f"/applications/{mine}/documents").text
    csrf = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    files = [(io.BytesIO(samples.picture("JPEG")), "page 1.jpg"), (io.BytesIO(pdf()), "b.pdf")]
    answer = client.post(
        f"/applications/{mine}/files/transcript", data={"csrf_token": csrf, "file": files}
    )
    assert answer.status_code == 422
    assert "Choose one file, or several photos" in answer.text
    assert session.scalars(select(Document)).all() == []
