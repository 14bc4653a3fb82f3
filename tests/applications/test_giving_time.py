"""An upload fails before the deadline: a receipt, a day, and nobody refused by a clock."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.applications import queries
from app.applications.models import Application, DocumentSlot, Submission, UploadGrace
from app.applications.operations import note_days_over, say_upload_fails
from app.applications.operations.uploads import deliver_document
from app.applications.states import ApplicationState, SlotState
from app.files.operations import check_file
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.applications.helping import acting, find, save, start, submit
from tests.applications.helping import upload as put
from tests.files import samples
from tests.fellowships.pages.pressing import hidden


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def call(session):
    return make.call()


@pytest.fixture
def person(session):
    return make.person("DARA SOK", locale="km")


def fails(person, application_id, *, now=make.NOW) -> str:
    with unit_of_work(acting(person), now=now) as work:
        application = find(work, application_id)
        question = queries.form_of(application).question("transcript")
        return say_upload_fails(work, application, question, note="It stops at 80 %.").receipt


def deliver(person, application_id, *, now) -> None:
    file = check_file(io.BytesIO(samples.PDF), file_name="late.pdf")
    with unit_of_work(acting(person), now=now) as work:
        application = find(work, application_id)
        question = queries.form_of(application).question("transcript")
        deliver_document(work, application, question, file=file, sha256="")


def slot_state() -> SlotState:
    db.session.rollback()
    return db.session.scalar(select(DocumentSlot.state))


def written(call, person) -> int:
    application_id = start(call, person)
    save(person, application_id)
    return application_id


def test_it_may_follow_to_the_exact_end_of_a_day_after_the_deadline(call, person) -> None:
    ends = call.closes_at + timedelta(hours=24)
    application_id = written(call, person)
    receipt = fails(person, application_id)
    assert receipt.endswith("-U1")
    assert fails(person, application_id) == receipt
    assert db.session.scalar(select(func.count(UploadGrace.id))) == 1
    told = select(OutboxMessage).where(OutboxMessage.kind == "applications/upload_grace")
    [letter] = db.session.scalars(told)
    assert (letter.values["receipt"], letter.locale) == (receipt, "km")
    submit(person, application_id)
    with pytest.raises(RuleBroken, match="day for this document is over"):
        deliver(person, application_id, now=ends + timedelta(microseconds=1))
    deliver(person, application_id, now=ends)
    assert slot_state() is SlotState.UPLOADED
    first, second = db.session.scalars(select(Submission).order_by(Submission.number))
    assert first.content["documents"] == []
    assert [d["file_name"] for d in second.content["documents"]] == ["late.pdf"]
    with pytest.raises(RuleBroken, match="cannot be changed"):
        deliver(person, application_id, now=ends)


def test_what_does_not_follow_is_a_task_and_no_refusal(call, person) -> None:
    application_id = written(call, person)
    fails(person, application_id)
    submit(person, application_id)
    ends = call.closes_at + timedelta(hours=24)
    for moment, number in ((ends, 0), (ends + timedelta(seconds=1), 1), (ends, 0)):
        with unit_of_work(SYSTEM, now=moment) as work:
            assert note_days_over(work) == number
    assert slot_state() is SlotState.TO_DO
    application = db.session.get(Application, application_id)
    assert application.state is ApplicationState.SUBMITTED
    tasks = list(db.session.scalars(select(Task.kind).where(Task.done_at.is_(None))))
    assert tasks == ["document did not follow"]


def test_only_before_the_deadline_and_only_what_is_not_here(call, person) -> None:
    application_id = written(call, person)
    with pytest.raises(RuleBroken, match="deadline has passed"):
        fails(person, application_id, now=call.closes_at + timedelta(minutes=31))
    put(person, application_id)
    with pytest.raises(RuleBroken, match="is here already"):
        fails(person, application_id)


def test_one_may_upload_it_after_all_before_submitting(call, person) -> None:
    application_id = written(call, person)
    fails(person, application_id)
    put(person, application_id)
    assert slot_state() is SlotState.UPLOADED


def test_the_pages_say_it_and_the_office_sees_it(app, call, person) -> None:
    application_id = written(call, person)
    own = make.sign_in(app.test_client(), db.session.get(User, person.id))
    page = f"/applications/{application_id}/documents"
    shown = own.get(f"{page}?lang=en").text
    assert "My upload fails" in shown
    token = {"csrf_token": hidden(shown)["csrf_token"]}
    address = f"/applications/{application_id}/files/transcript"
    answer = own.post(f"{address}/fails", data=token | {"note": "It stops."})
    assert answer.status_code == 302
    receipt = own.get(f"{address}/receipt?lang=en").text
    assert "-U1" in receipt
    assert "15 Jan 2027, 23:59" in receipt
    assert "May follow" in own.get(f"{page}?lang=en").text
    check = own.get(f"/applications/{application_id}/check?lang=en").text
    assert "it may follow until 15 Jan 2027, 23:59" in check
    assert "digest is registered" not in check
    submit(person, application_id)
    assert "is still to arrive" in own.get(f"/applications/{application_id}?lang=en").text
    assert "-U1" in own.get(f"/applications/{application_id}?lang=en").text
    arrived = f"/applications/{application_id}/receipt?lang=en"
    following = own.get(arrived).text.partition("What may still follow")[2]
    assert "15 Jan 2027, 23:59 (Tokyo)" in following.partition("</section>")[0]
    assert "A document that has not come by then is missing." in following
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    desk = make.sign_in(app.test_client(), manager)
    office = desk.get(f"/tracking/{call.id}/{application_id}?lang=en").text
    assert "1 document was given time" in office
    assert "the upload failed" in office
    assert "It stops." in office
    sent = own.post(address, data=token | {"file": (io.BytesIO(samples.PDF), "late.pdf")})
    assert sent.status_code == 302
    assert "What may still follow" not in own.get(arrived).text
    assert "Is here" in desk.get(f"/tracking/{call.id}/{application_id}?lang=en").text
    stranger = make.sign_in(app.test_client(), make.person())
    assert stranger.get(f"{address}/receipt").status_code == 404
    assert stranger.post(f"{address}/fails").status_code == 404
