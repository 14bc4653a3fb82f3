"""One document of one applicant: accepted, waived, another instead; asked for, and told to all."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.applications import queries
from app.applications.models import Application, DocumentSlot
from app.applications.operations.deciding_slots import (
    SlotDecision,
    decide_slot,
    say_one_cannot,
)
from app.applications.queries.slots import said_of_slot, slots_visible_to
from app.applications.states import ApplicationState, SlotState
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.applications import helping

D = SlotDecision
BECAUSE = "My university burned down."
REASON = "We have the ranking of the ministry."


@pytest.fixture(autouse=True)
def _that_day(session):
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person():
    return make.person("CHANTHOU SOPHEAP")


@pytest.fixture
def call():
    return make.call()


@pytest.fixture
def manager(call):
    return make.grant(make.person("MANAGER"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


def begun(call, person) -> int:
    application_id = helping.start(call, person)
    helping.save(person, application_id)
    return application_id


def cannot(person, application_id: int, because=BECAUSE) -> int:
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, application_id)
        question = queries.form_of(application).question("transcript")
        return say_one_cannot(work, application, question, because=because).id


def decide(manager, decision, **said) -> None:
    with unit_of_work(helping.acting(manager), now=make.NOW) as work:
        decide_slot(work, work.find(slots_visible_to(work.actor)), decision, **said)


def the_slot() -> DocumentSlot:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(DocumentSlot)).one()


def told() -> list[dict]:
    kind = OutboxMessage.kind == "applications/document_decided"
    return list(db.session.scalars(select(OutboxMessage.values).where(kind)))


def verbs() -> list[str]:
    like = AuditEntry.verb.like("document.%")
    return list(db.session.scalars(select(AuditEntry.verb).where(like).order_by(AuditEntry.id)))


def open_tasks() -> list[str]:
    return list(db.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def test_a_required_document_that_is_waived_holds_nobody_up(call, person, manager) -> None:
    application_id = begun(call, person)
    with pytest.raises(RuleBroken):
        helping.submit(person, application_id)
    cannot(person, application_id)
    assert open_tasks() == ["document to decide"]
    with pytest.raises(RuleBroken):
        helping.submit(person, application_id)
    decide(manager, D.WAIVE, reason=REASON)
    assert open_tasks() == []
    assert the_slot().state is SlotState.WAIVED
    helping.submit(person, application_id)
    assert helping.reload(application_id).state is ApplicationState.SUBMITTED
    assert verbs() == ["document.cannot be had", "document.waived"]
    [message] = told()
    assert (message["decision"], message["reason"]) == ("waive", REASON)


def test_another_document_is_uploaded_in_the_same_place(call, person, manager) -> None:
    application_id = begun(call, person)
    cannot(person, application_id)
    decide(manager, D.SUBSTITUTE, reason=REASON, instead="A letter of the dean")
    with pytest.raises(RuleBroken):
        helping.submit(person, application_id)
    helping.upload(person, application_id, name="letter of the dean.pdf")
    helping.submit(person, application_id)
    assert (the_slot().state, the_slot().instead) == (SlotState.UPLOADED, "A letter of the dean")


def test_the_office_may_insist_and_the_document_is_still_asked_for(call, person, manager) -> None:
    application_id = begun(call, person)
    cannot(person, application_id)
    decide(manager, D.INSIST, reason="The law asks for it.")
    assert the_slot().state is SlotState.TO_DO
    with pytest.raises(RuleBroken, match="asked about this document already"):
        cannot(person, application_id)
    with pytest.raises(RuleBroken):
        helping.submit(person, application_id)


def test_what_was_waived_may_be_uploaded_all_the_same(call, person, manager) -> None:
    application_id = begun(call, person)
    cannot(person, application_id)
    decide(manager, D.WAIVE, reason=REASON)
    helping.upload(person, application_id)
    assert the_slot().state is SlotState.UPLOADED
    assert said_of_slot(the_slot()) == ""


def test_a_document_is_accepted_once_and_the_decision_taken_back(call, person, manager) -> None:
    helping.submit(person, helping.ready(call, person))
    decide(manager, D.ACCEPT)
    assert the_slot().state is SlotState.ACCEPTED
    with pytest.raises(RuleBroken, match="not possible"):
        decide(manager, D.ACCEPT)
    decide(manager, D.TAKE_BACK)
    assert (the_slot().state, the_slot().decided_at) == (SlotState.UPLOADED, None)
    assert verbs()[-2:] == ["document.accepted", "document.decision taken back"]


@pytest.mark.parametrize(
    ("decision", "said", "why"),
    [
        (D.WAIVE, {}, "Write the reason"),
        (D.SUBSTITUTE, {"reason": REASON}, "what may come instead"),
        (D.INSIST, {"reason": " "}, "Write the reason"),
        (D.ACCEPT, {}, "not possible"),
    ],
)
def test_what_is_not_said_is_refused_in_words(call, person, manager, decision, said, why) -> None:
    cannot(person, begun(call, person))
    with pytest.raises(RuleBroken, match=why):
        decide(manager, decision, **said)
    assert the_slot().decided_at is None


def test_two_who_decide_at_once_do_not_pass_each_other(call, person, manager) -> None:
    cannot(person, begun(call, person))
    version = the_slot().version
    decide(manager, D.SUBSTITUTE, reason=REASON, instead="A letter", version=version)
    with pytest.raises(ChangedMeanwhile):
        decide(manager, D.WAIVE, reason=REASON, version=version)


def test_a_draft_that_nobody_was_asked_about_is_not_the_offices(call, person, manager) -> None:
    begun(call, person)
    with pytest.raises(NotFound):
        decide(manager, D.WAIVE, reason=REASON)


def test_nobody_decides_about_the_own_document_nor_in_another_programme(call, manager) -> None:
    cannot(manager, begun(call, manager))
    with pytest.raises(NotFound):
        decide(manager, D.WAIVE, reason=REASON)
    other = make.call()
    stranger = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, other.programme_id)
    with pytest.raises(NotFound):
        decide(stranger, D.WAIVE, reason=REASON)
    with (
        pytest.raises(NotPermitted),
        unit_of_work(helping.acting(stranger), now=make.NOW) as work,
    ):
        loaded = joinedload(DocumentSlot.application).joinedload(Application.opportunity)
        slot = work.find(select(DocumentSlot).options(loaded))
        decide_slot(work, slot, D.WAIVE, reason=REASON)


def test_the_pages_of_both_sides(call, person, manager, app) -> None:
    application_id, call_id = begun(call, person), call.id
    mine = make.sign_in(app.test_client(), db.session.merge(person))
    page = mine.get(f"/applications/{application_id}/documents").text
    assert "I cannot get this document" in page
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    address = f"/applications/{application_id}/files/transcript/cannot"
    refused = mine.post(address, data={"csrf_token": token, "because": ""})
    assert refused.status_code == 422
    said = 'id="because-transcript-error">Write why you cannot get it'
    assert said in refused.text
    assert 'id="file-transcript-error" hidden' in refused.text
    assert 'href="#because-transcript"' in refused.text
    assert mine.post(address, data={"csrf_token": token, "because": BECAUSE}).status_code == 302
    assert (
        "The office answers by mail and here"
        in mine.get(f"/applications/{application_id}/documents").text
    )
    slot_id = the_slot().id
    desk = make.sign_in(app.test_client(), db.session.merge(manager))
    where = f"/tracking/{call_id}/slots/{slot_id}"
    shown = desk.get(where).text
    assert BECAUSE in shown
    token = shown.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    version = shown.split('name="version" type="hidden" value="')[1].split('"')[0]
    sent = {"csrf_token": token, "version": version, "reason": REASON, "instead": ""}
    wrong = desk.post(where, data={**sent, "do": "substitute"})
    assert wrong.status_code == 422
    assert REASON in wrong.text
    assert "Write what may come instead" in wrong.text
    assert desk.post(where, data={**sent, "do": "nonsense"}).status_code == 409
    assert desk.post(where, data={**sent, "do": "waive"}).status_code == 302
    page = mine.get(f"/applications/{application_id}/documents").text
    assert "The office does not ask for this document." in page
    assert REASON in page
    helping.submit(person, application_id)
    office = desk.get(f"/tracking/{call_id}/{application_id}").text
    assert "The office does not ask for this document." in office
    assert REASON in office
    assert f"/tracking/{call_id}/slots/{slot_id}" in office


def test_it_is_not_asked_after_the_deadline(call, person) -> None:
    application_id = begun(call, person)
    late = call.closes_at + timedelta(days=1)
    with unit_of_work(helping.acting(person), now=late) as work:
        application = helping.find(work, application_id)
        question = queries.form_of(application).question("transcript")
        with pytest.raises(RuleBroken, match="deadline"):
            say_one_cannot(work, application, question, because=BECAUSE)
