"""Where a virus is found: its people are told on the page and by mail, and may bring it anew."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.applications.models import (
    Application,
    ChangeRequest,
    Document,
    DocumentSlot,
    IdentityMark,
    ReferenceRequest,
    UploadGrace,
)
from app.applications.operations import (
    Written,
    open_questions,
    record_posted_letter,
    remind_of_letters,
    upload_change,
)
from app.applications.operations.scanning import TO_BRING_ANEW
from app.applications.operations.uploads import deliver_document
from app.applications import queries
from app.applications.queries import changes
from app.applications.queries.letters import requests_visible_to
from app.applications.states import (
    ApplicationFlow,
    ApplicationState,
    LetterWay,
    ReferenceState,
    SlotState,
)
from app.audit.models import AuditEntry
from app.audit.sentences import sentence, sentence_for_applicant
from app.commands.duties import WORK, scan_files
from app.files.operations import check_file
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.work import unit_of_work
from app.jobs.running import run_next
from app.notifications.models import OutboxMessage, Task
from app.notifications.rendering import Letterhead, render
from tests import make
from tests.applications import helping, recommenders
from tests.files import samples
from tests.files.scanners import INFECTED

HEAD = Letterhead(site_name="Lontar", public_url="https://lontar.example")
pytestmark = pytest.mark.usefixtures("scanned")


@pytest.fixture(autouse=True)
def _that_day(session):
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person():
    return make.person("CHANTHOU SOPHEAP")


def manager_of(call):
    return make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


def told(kind: str) -> OutboxMessage:
    db.session.rollback()
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == f"applications/{kind}")
    ).one()


def words(kind: str) -> str:
    row = told(kind)
    letter = render(HEAD, row.kind, row.values, "en", "UTC")
    return " ".join(f"{letter.subject} {letter.text}".split())


def tasks() -> list[str]:
    return list(db.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def verbs() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("%infect%"))))


def the_slot() -> DocumentSlot:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(DocumentSlot)).one()


def sent_infected(call, person) -> int:
    application_id = helping.start(call, person)
    helping.save(person, application_id)
    helping.upload(person, application_id, INFECTED, "scan of my transcript.pdf")
    helping.submit(person, application_id)
    return application_id


def test_a_draft_says_so_at_the_slot_and_asks_simply_again(person, client) -> None:
    application_id = helping.start(make.call(), person)
    helping.upload(person, application_id, INFECTED, "scan of my transcript.pdf")
    scan_files(None)
    assert the_slot().infected_file == "scan of my transcript.pdf"
    assert "before you submit" in words("document_infected")
    assert tasks() == []
    make.sign_in(client, db.session.merge(person))
    page = f"/applications/{application_id}/documents"
    assert "A virus was found in “scan of my transcript.pdf”" in client.get(page).text
    helping.upload(person, application_id)
    assert the_slot().infected_file == ""
    assert "A virus was found" not in client.get(page).text


def test_a_sent_application_has_days_from_the_deadline_and_the_office_sees_it(
    person, client
) -> None:
    call = make.call()
    manager = manager_of(call)
    application_id, call_id, closes_at = sent_infected(call, person), call.id, call.closes_at
    while run_next(WORK):
        pass
    assert signs() == {"address", "file", "name and nationality"}
    scan_files(None)
    while run_next(WORK):
        pass
    assert signs() == {"address", "name and nationality"}
    grace = db.session.scalars(select(UploadGrace)).one()
    assert (grace.until_at, grace.after_virus) == (closes_at + TO_BRING_ANEW, True)
    assert "counts as brought in time" in words("document_infected")
    assert (tasks(), verbs()) == (["virus in document"], ["document.infected"])
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verbs()[0])).one()
    assert sentence(entry) == sentence_for_applicant(entry, person.id)
    with clock.set_clock(closes_at + timedelta(days=1)):
        make.sign_in(client, db.session.merge(person))
        page = client.get(f"/applications/{application_id}").text
        assert "A virus was found in “scan of my transcript.pdf”" in page
        receipt = client.get(f"/applications/{application_id}/files/transcript/receipt")
        assert "A clean one may follow" in receipt.text
    make.sign_in(client, db.session.merge(manager))
    printed = client.get(f"/tracking/{call_id}/{application_id}/papers.pdf").data
    assert "removed, because a virus was found in it" in in_words(printed)
    assert (
        "a virus was found in the file" in client.get(f"/tracking/{call_id}/{application_id}").text
    )
    deliver(person, application_id, closes_at + timedelta(days=4))
    assert the_slot().state is SlotState.UPLOADED
    assert tasks() == []


def signs() -> set[str]:
    """By what the application could be found to be somebody's second."""
    return set(db.session.scalars(select(IdentityMark.sign)))


def in_words(whole: bytes) -> str:
    pages = PdfReader(io.BytesIO(whole)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def deliver(person, application_id, now) -> None:
    file = check_file(io.BytesIO(samples.PDF), file_name="transcript.pdf")
    with unit_of_work(helping.acting(person), now=now) as work:
        application = helping.find(work, application_id)
        question = queries.form_of(application).question("transcript")
        deliver_document(work, application, question, file=file, sha256="")


def test_what_comes_too_late_is_refused_in_words(person) -> None:
    call = make.call()
    application_id, closes_at = sent_infected(call, person), call.closes_at
    scan_files(None)
    with pytest.raises(RuleBroken, match="is over"):
        deliver(person, application_id, closes_at + TO_BRING_ANEW + timedelta(minutes=1))


def test_where_nobody_reads_it_any_more_nothing_is_asked_but_the_person_is_told(person) -> None:
    application_id = sent_infected(make.call(), person)
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        ApplicationFlow.withdraw(helping.find(work, application_id))
    scan_files(None)
    assert the_slot().state is SlotState.UPLOADED
    assert "You need to do nothing" in words("document_infected")
    assert verbs() == ["document.infected and not needed"]


# --- Files that go with changes -----------------------------------------------------------------


def asked_to_change(call, person) -> int:
    manager = manager_of(call)
    application_id = helping.ready(call, person)
    helping.submit(person, application_id)
    scan_files(None)
    with unit_of_work(helping.acting(manager), now=make.NOW) as work:
        application = work.find(
            queries.applications_visible_to(work.actor)
            .where(Application.id == application_id)
            .options(joinedload(Application.form_version))
        )
        open_questions(
            work, application, questions=["transcript"], reason="Unreadable.",
            closes_wall=f"{make.NOW + timedelta(days=2):%Y-%m-%dT%H:%M}",
        )  # fmt: skip
    return application_id


def bring(person, application_id, content) -> None:
    file = check_file(io.BytesIO(content), file_name="new transcript.pdf")
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, application_id)
        asked = work.find(changes.own_changes(work.actor))
        question = queries.form_of(application).question("transcript")
        upload_change(work, asked, application, question, file=file)


def test_a_file_for_changes_is_asked_again_until_a_later_date(person, client) -> None:
    application_id = asked_to_change(make.call(), person)
    bring(person, application_id, INFECTED)
    scan_files(None)
    request = db.session.scalars(select(ChangeRequest)).one()
    assert request.documents == {"transcript": []}
    assert request.closes_at >= make.NOW + timedelta(days=4, hours=23)
    assert the_slot().state is SlotState.UPLOADED  # what was sent before stands
    assert "until" in words("document_infected")
    assert tasks() == ["virus in document"]
    make.sign_in(client, db.session.merge(person))
    page = f"/applications/{application_id}/changes/{request.id}"
    assert "A virus was found in “new transcript.pdf”" in client.get(page).text
    bring(person, application_id, samples.PDF)
    scan_files(None)
    assert "A virus was found" not in client.get(page).text


# --- Letters ------------------------------------------------------------------------------------


def letter_file(content=INFECTED):
    return check_file(io.BytesIO(content), file_name="letter.pdf")


def the_request() -> ReferenceRequest:
    db.session.rollback()
    db.session.expire_all()
    query = select(ReferenceRequest).options(joinedload(ReferenceRequest.letter))
    return db.session.scalars(query).one()


def test_a_letter_comes_anew_by_the_link_though_its_deadline_is_over(client) -> None:
    call = recommenders.call()
    manager, call_id = manager_of(call), call.id
    application_id, request_id = recommenders.asked(call, state=ApplicationState.SUBMITTED)
    secret = recommenders.token(request_id)
    recommenders.write(secret, "She is careful.", file=letter_file())
    after = recommenders.UNTIL + timedelta(days=2)
    with clock.set_clock(after):
        scan_files(None)
        request = the_request()
        assert request.state is ReferenceState.ASKED
        assert request.open_until == after + TO_BRING_ANEW
        assert (request.letter.file_id, request.letter.submitted_at) == (None, None)
        assert "Please send the letter again until" in words("letter_infected")
        assert "need to do nothing" in words("letter_unread")
        assert (tasks(), verbs()) == (["virus in letter"], ["letter.infected"])
        new = recommenders.token(request_id, "applications/letter_infected")
        for link in (secret, new):
            page = client.get(f"/letters/{link}").text
            assert "A virus was found in “letter.pdf”" in page
            assert "She is careful." in page
        make.sign_in(client, db.session.merge(manager))
        office = client.get(f"/tracking/{call_id}/{application_id}/letters").text
        assert "Virus in the file" in office
    recommenders.write(new, now=after + timedelta(days=4), file=letter_file(samples.PDF))
    with clock.set_clock(after):
        scan_files(None)
    assert the_request().state is ReferenceState.RECEIVED
    assert the_request().infected_file == ""
    assert tasks() == []


def test_it_does_not_come_after_its_new_date(person) -> None:
    _mine, request_id = recommenders.asked(recommenders.call(), state=ApplicationState.SUBMITTED)
    secret = recommenders.token(request_id)
    recommenders.write(secret, file=letter_file())
    after = recommenders.UNTIL + timedelta(days=2)
    with clock.set_clock(after):
        scan_files(None)
    with pytest.raises(RuleBroken, match="deadline for letters"):
        recommenders.write(secret, now=after + TO_BRING_ANEW + timedelta(hours=1))


def test_before_its_new_date_writer_and_applicant_are_reminded_once_more_of_that_date() -> None:
    call = recommenders.call()
    application_id, request_id = recommenders.asked(call, state=ApplicationState.SUBMITTED)
    recommenders.write(recommenders.token(request_id), file=letter_file())
    scanned_at = recommenders.UNTIL + timedelta(days=2)
    with clock.set_clock(scanned_at):
        scan_files(None)
    anew = scanned_at + TO_BRING_ANEW
    for days, reminded in ((0, 0), (2, 0), (4, 1), (4, 0), (6, 0)):
        with unit_of_work(SYSTEM, now=scanned_at + timedelta(days=days)) as work:
            assert remind_of_letters(work) == reminded
    for kind in ("letter_reminder", "letters_outstanding"):
        assert told(kind).values["letter_by"] == anew.isoformat()
    assert told("letters_outstanding").values["application_id"] == application_id


def test_a_letter_that_is_being_written_tells_only_its_writer() -> None:
    _mine, request_id = recommenders.asked(recommenders.call())
    secret = recommenders.token(request_id)
    recommenders.write(secret, "So far.", send=False, file=letter_file())
    scan_files(None)
    assert the_request().state is ReferenceState.WRITING
    assert the_request().infected_file == "letter.pdf"
    assert told("letter_infected").address == the_request().email
    assert tasks() == []
    recommenders.write(secret, "So far and no file.")
    assert the_request().state is ReferenceState.RECEIVED


def test_a_letter_that_nobody_needs_any_more_stays_and_its_writer_is_told() -> None:
    _mine, request_id = recommenders.asked(recommenders.call())
    recommenders.write(recommenders.token(request_id), file=letter_file())
    application = db.session.scalars(select(Application)).one()
    ApplicationFlow.withdraw(application)
    db.session.commit()
    scan_files(None)
    assert the_request().state is ReferenceState.RECEIVED
    assert "not needed any more" in words("letter_infected")


def record_by_post(manager, request_id: int, file) -> None:
    with unit_of_work(helping.acting(manager), now=make.NOW) as work:
        query = requests_visible_to(work.actor).where(ReferenceRequest.id == request_id)
        record_posted_letter(work, work.find(query), Written(file=file))


def test_the_office_scans_again_what_came_by_post() -> None:
    call = recommenders.call()
    manager = manager_of(call)
    _mine, request_id = recommenders.asked(call, state=ApplicationState.SUBMITTED)
    record_by_post(manager, request_id, letter_file())
    scan_files(None)
    assert the_request().state is ReferenceState.ASKED
    assert tasks() == ["virus in letter"]
    assert "The office scans the paper again" in words("letter_unread")
    record_by_post(manager, request_id, letter_file(samples.PDF))
    assert the_request().letter.way is LetterWay.POST
    assert tasks() == []
