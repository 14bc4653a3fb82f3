"""The virus scan: a clamd of our own on the loopback, and the test virus that everybody uses."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.applications import queries
from app.applications.models import Application, Document, DocumentSlot, UploadGrace
from app.applications.operations import upload_document
from app.applications.operations.uploads import deliver_document
from app.applications.states import SlotState
from app.commands.duties import scan_files
from app.files.operations import Quarantined, check_file, open_file
from app.files.scanning import Clamd, ScannerDown
from app.files.states import FileState, ScanState
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests import make
from tests.applications import helping
from tests.files import samples
from tests.files.scanners import EICAR, INFECTED


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP")


def the_document() -> Document:
    db.session.rollback()
    db.session.expire_all()
    query = select(Document).options(joinedload(Document.file)).order_by(Document.id.desc())
    return db.session.scalars(query.limit(1)).one()


def the_slot() -> DocumentSlot:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(DocumentSlot)).one()


def test_the_protocol_finds_the_test_virus_and_nothing_in_a_clean_file(clamd) -> None:
    scanner = Clamd("clamd://127.0.0.1:%s" % clamd.server_address[1])
    assert scanner.virus_in(io.BytesIO(b"a" * 200_000)) == ""
    assert scanner.virus_in(io.BytesIO(b"a" * 70_000 + EICAR)) == "Eicar-Test-Signature"
    clamd.breaks = True
    with pytest.raises(ScannerDown):
        scanner.virus_in(io.BytesIO(b"a"))


def test_a_scanner_that_is_not_there_is_down_and_not_content() -> None:
    with pytest.raises(ScannerDown):
        Clamd("clamd://127.0.0.1:1").virus_in(io.BytesIO(b"a"))


def test_without_a_scanner_files_are_read_at_once(session, person) -> None:
    helping.ready(make.call(), person)
    assert the_document().file.scan is ScanState.UNSCANNED
    with open_file(the_document().file) as stream:
        assert stream.read() == samples.PDF


def test_a_document_waits_unread_and_counts_as_brought_until_it_is_clean(scanned, person) -> None:
    application_id = helping.ready(make.call(), person)
    assert the_document().file.scan is ScanState.WAITING
    with pytest.raises(Quarantined):
        open_file(the_document().file)
    helping.submit(person, application_id)
    scan_files(None)
    assert the_document().file.scan is ScanState.CLEAN
    with open_file(the_document().file) as stream:
        assert stream.read() == samples.PDF


def test_a_reader_is_refused_what_waits_and_the_one_pdf_says_so(scanned, person, client) -> None:
    call = make.call()
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    application_id, call_id = helping.ready(call, person), call.id
    helping.submit(person, application_id)
    make.sign_in(client, db.session.merge(manager))
    number = the_document().id
    assert client.get(f"/documents/{number}").status_code == 409
    assert client.get(f"/tracking/{call_id}/{application_id}").status_code == 200
    papers = client.get(f"/tracking/{call_id}/{application_id}/papers.pdf")
    assert papers.data.startswith(b"%PDF")
    scan_files(None)
    with client.get(f"/documents/{number}") as opened:
        assert opened.data == samples.PDF


def test_a_scanner_that_is_down_leaves_files_waiting_for_the_next_round(scanned, person) -> None:
    helping.ready(make.call(), person)
    scanned.breaks = True
    scan_files(None)
    assert the_document().file.scan is ScanState.WAITING
    scanned.breaks = False
    scan_files(None)
    assert the_document().file.scan is ScanState.CLEAN


def test_an_infected_document_of_a_draft_is_erased_and_asked_for_again(scanned, person) -> None:
    application_id = helping.start(make.call(), person)
    helping.upload(person, application_id, INFECTED)
    scan_files(None)
    document = the_document()
    assert (document.file.scan, document.file.state) == (ScanState.INFECTED, FileState.ERASED)
    assert document.file.virus == "Eicar-Test-Signature"
    assert document.removed_at is not None
    assert the_slot().state is SlotState.TO_DO
    (kind,) = db.session.scalars(
        select(OutboxMessage.kind).where(OutboxMessage.kind.like("%infected"))
    ).all()
    assert kind == "applications/document_infected"
    helping.upload(person, application_id)
    assert the_slot().state is SlotState.UPLOADED


def test_an_infected_document_of_a_submitted_application_has_days_to_come_anew(
    scanned, person
) -> None:
    application_id = helping.start(make.call(), person)
    helping.save(person, application_id)
    helping.upload(person, application_id, INFECTED)
    helping.submit(person, application_id)
    scan_files(None)
    grace = db.session.scalars(select(UploadGrace)).one()
    assert grace.until_at >= make.NOW + timedelta(days=5)
    assert the_slot().state is SlotState.GIVEN_TIME
    file = check_file(io.BytesIO(samples.PDF), file_name="transcript.pdf")
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, application_id)
        question = queries.form_of(application).question("transcript")
        deliver_document(work, application, question, file=file, sha256="")
    assert the_slot().state is SlotState.UPLOADED
    assert db.session.get(Application, application_id).submitted_at is not None


def test_an_infected_file_beside_a_clean_one_does_not_open_the_slot(scanned, person) -> None:
    application_id = helping.start(make.call(), person)
    for content in (INFECTED, samples.PDF):
        file = check_file(io.BytesIO(content), file_name="transcript.pdf")
        with unit_of_work(helping.acting(person), now=make.NOW) as work:
            application = helping.find(work, application_id)
            question = queries.form_of(application).question("transcript")
            upload_document(work, application, question, file=file)
    scan_files(None)
    assert the_slot().state is SlotState.UPLOADED
