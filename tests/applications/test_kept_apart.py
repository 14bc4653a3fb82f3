"""Health and passport documents: read by few, in nothing that is handed on, erased sooner."""

import copy
import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.applications import policy, queries
from app.applications.dossier import dossier
from app.applications.models import Application, Document, Submission
from app.applications.operations import open_document, upload_document
from app.applications.operations.erasing import erase_what_was_kept_apart
from app.applications.queries import documents_visible_to
from app.applications.queries.exports import EXPORTED
from app.applications.sheets import as_json, columns
from app.applications.states import ApplicationFlow, ApplicationState
from app.audit.models import AuditEntry
from app.files.operations import check_file
from app.files.retention import DAYS
from app.files.states import FileState, Sensitivity
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.foundation.work import unit_of_work
from app.ledger.models import ViewEntry
from app.opportunities.form_definitions import parse_form
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.applications.test_bound import read, words
from tests.files import samples

CANARY = "passport of Chanthou.pdf"
FORM = copy.deepcopy(make.FORM)
FORM["sections"][2]["questions"].append(
    {"key": "passport", "kind": "document", "label": {"en": "Passport"}, "sensitivity": "identity"}
)
DECIDED = make.NOW + timedelta(days=20)


@pytest.fixture(autouse=True)
def _that_day(session):
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person():
    return make.person("CHANTHOU SOPHEAP")


@pytest.fixture
def call():
    made = make.call()
    db.session.execute(update(FormVersion).values(definition=FORM))
    db.session.commit()
    return made


@pytest.fixture
def manager(call):
    return make.grant(make.person("MANAGER"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


def bring_passport(person, application_id: int) -> int:
    file = check_file(io.BytesIO(samples.PDF), file_name=CANARY)
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, application_id)
        question = queries.form_of(application).question("passport")
        return upload_document(work, application, question, file=file).id


@pytest.fixture
def sent(call, person) -> tuple[int, int]:
    """(application, its passport)"""
    application_id = helping.ready(call, person)
    document_id = bring_passport(person, application_id)
    helping.submit(person, application_id)
    return application_id, document_id


def the_document(document_id: int) -> Document:
    db.session.rollback()
    db.session.expire_all()
    query = select(Document).where(Document.id == document_id).options(joinedload(Document.file))
    return db.session.scalars(query).one()


def test_it_is_stored_as_what_it_is_and_its_slot_says_how_it_is_kept(call, person, client) -> None:
    application_id = helping.start(call, person)
    document_id = bring_passport(person, application_id)
    assert the_document(document_id).file.sensitivity is Sensitivity.IDENTITY
    make.sign_in(client, db.session.merge(person))
    page = client.get(f"/applications/{application_id}/documents").text
    assert f"It is erased {DAYS} days after the decision." in page


@pytest.mark.parametrize(
    ("role", "opens"), [(Role.MANAGER, True), (Role.APPROVER, False), (Role.SECRETARIAT, False)]
)
def test_only_managers_open_it_and_others_do_not_learn_its_name(
    call, person, sent, client, role, opens
) -> None:
    application_id, document_id = sent
    call_id = call.id
    scope = (Scope.EVERYTHING, None) if role is Role.SECRETARIAT else (
        Scope.PROGRAMME, call.programme_id
    )  # fmt: skip
    reader = make.grant(make.person("READER"), role, *scope)
    make.sign_in(client, db.session.merge(reader))
    page = client.get(f"/tracking/{call_id}/{application_id}").text
    assert (CANARY in page) is opens
    assert ("only who decides about the application opens" in page) is not opens
    with client.get(f"/documents/{document_id}") as answer:
        assert answer.status_code == (200 if opens else 404)
    whole = words(read(client.get(f"/tracking/{call_id}/{application_id}/papers.pdf")))
    assert CANARY not in whole
    assert "kept apart" in whole
    views = [v.subject_id for v in db.session.scalars(select(ViewEntry))]
    assert views.count(document_id) == int(opens)


def test_the_operation_refuses_whoever_found_it_otherwise(call, person, sent) -> None:
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, call.programme_id)
    with (
        pytest.raises(NotPermitted, match="Health and passport"),
        unit_of_work(helping.acting(approver), now=make.NOW) as work,
    ):
        found = work.find(
            select(Document).where(Document.id == sent[1]).options(joinedload(Document.file))
        )
        open_document(work, found, person_id=person.id)


def test_the_applicant_sees_who_opened_it(call, person, manager, sent, app) -> None:
    desk = make.sign_in(app.test_client(), db.session.merge(manager))
    with desk.get(f"/documents/{sent[1]}") as answer:
        assert answer.status_code == 200
    mine = make.sign_in(app.test_client(), db.session.merge(person))
    assert "MANAGER" in mine.get("/documents").text


def test_reviewers_read_neither_it_nor_its_name(call, person, sent) -> None:
    content = db.session.scalars(select(Submission.content)).one()
    told = dossier(FORM, content)
    assert told is not None
    assert told.all_documents == 1
    passport = told.form.question("passport")
    assert (told.documents(passport), told.withheld(passport)) == ([], 1)
    known = dossier(FORM, content, apart=True)
    assert known is not None
    assert known.documents(passport)[0]["file_name"] == CANARY


def test_no_export_names_it(call, person, sent) -> None:
    content = db.session.scalars(select(Submission.content)).one()
    every = columns([parse_form(FORM)], "en", "UTC")
    assert every.apart == {"passport"}
    listed = db.session.execute(select(*EXPORTED)).one()
    said = every.reader()(listed, content)
    assert CANARY not in str(said)
    assert "transcript.pdf" in str(said)
    assert CANARY not in str(as_json(listed, content, every.apart))
    assert CANARY not in str(as_json(listed, content))  # marked where it was carried


def decide(application_id: int, at, state=ApplicationState.NOT_SELECTED) -> None:
    with unit_of_work(SYSTEM, now=at) as work:
        application = work.session.get_one(Application, application_id)
        for move in ("pass_screening", "pass_over"):
            getattr(ApplicationFlow, move)(application)
        application.state_since = at


def erase(at) -> int:
    with unit_of_work(SYSTEM, now=at) as work:
        return erase_what_was_kept_apart(work)


def test_it_is_erased_some_days_after_the_decision_and_nothing_else_is(
    call, person, manager, sent, app
) -> None:
    application_id, document_id = sent
    call_id = call.id
    assert erase(make.NOW + timedelta(days=400)) == 0  # nothing is decided yet
    decide(application_id, DECIDED)
    assert erase(DECIDED + timedelta(days=DAYS)) == 0
    gone = DECIDED + timedelta(days=DAYS, minutes=1)
    assert (erase(gone), erase(gone)) == (1, 0)
    document = the_document(document_id)
    assert (document.file.state, document.file.erased_at) == (FileState.ERASED, gone)
    kept = db.session.scalars(
        select(Document).where(Document.id != document_id).options(joinedload(Document.file))
    ).one()
    assert kept.file.state is FileState.KEPT
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "document.erased")).one()
    assert entry.details["days"] == DAYS
    with clock.set_clock(gone):
        mine = make.sign_in(app.test_client(), db.session.merge(person))
        assert "Erased on" in mine.get("/documents").text
        assert "Erased on" in mine.get(f"/applications/{application_id}/sent").text
        desk = make.sign_in(app.test_client(), db.session.merge(manager))
        page = desk.get(f"/tracking/{call_id}/{application_id}").text
        assert "Erased on" in page
        assert f"/documents/{document_id}" not in page
        assert desk.get(f"/documents/{document_id}").status_code == 404


def test_what_was_never_sent_goes_after_the_deadline(call, person) -> None:
    application_id, closes_at = helping.start(call, person), call.closes_at
    bring_passport(person, application_id)
    assert erase(closes_at + timedelta(days=DAYS)) == 0
    assert erase(closes_at + timedelta(days=DAYS, minutes=1)) == 1


def test_only_the_site_itself_erases_so(manager) -> None:
    with pytest.raises(NotPermitted), unit_of_work(helping.acting(manager)) as work:
        erase_what_was_kept_apart(work)


def test_lists_and_permission_agree(call, person, manager, sent) -> None:
    for somebody, may in ((person, True), (manager, True), (make.person(), False)):
        actor = helping.acting(somebody)
        found = db.session.scalars(
            documents_visible_to(actor).where(Document.id == sent[1])
        ).one_or_none()
        whole = queries.applications_visible_to(helping.acting(manager))
        application = db.session.scalars(whole).one()
        assert policy.READ_APART.allows(actor, application) is may
        assert (found is not None) is may
