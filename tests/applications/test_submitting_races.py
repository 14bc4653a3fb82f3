"""Eight at once: one application a person, one submission an application, whatever is pressed."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.applications import queries
from app.applications.models import Application, ApplicationCount, Submission
from app.applications.operations import save_section, start_application, submit_application
from app.applications.states import ApplicationState
from app.foundation.database import db
from app.foundation.errors import Refusal
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to
from tests import make
from tests.applications import helping

CLIENTS = 8
pytestmark = pytest.mark.race


def together(app, press) -> Counter:
    """Each of eight clients presses at the same moment; counts what each came away with."""
    barrier, told = threading.Barrier(CLIENTS), []

    def client(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                told.append(press(number))
            except Refusal as refusal:
                told.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(told)


@pytest.mark.parametrize("same_key", [True, False])
@pytest.mark.parametrize("attempt", range(5))
def test_an_application_is_submitted_once(app, session, attempt, same_key) -> None:
    call, person = make.call(), make.person()
    mine = helping.ready(call, person, make.place(call))
    actor = helping.acting(person)
    session.remove()

    def press(number: int) -> int:
        with unit_of_work(actor, now=make.NOW) as work:
            key = "the same" if same_key else str(number)
            return submit_application(work, helping.find(work, mine), key=key).id

    receipts = together(app, press)
    assert len(receipts) == 1, receipts
    assert session.scalar(select(func.count(Submission.id))) == 1
    received = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.kind == "applications/received"
    )
    assert session.scalar(received) == 1
    count = session.get(ApplicationCount, (call.id, "", ApplicationState.SUBMITTED.value))
    assert count.number == 1


@pytest.mark.parametrize("attempt", range(5))
def test_an_application_is_started_once(app, session, attempt) -> None:
    call, person = make.call(), make.person()
    actor = helping.acting(person)
    call_id = call.id
    session.remove()

    def press(number: int) -> int:
        with unit_of_work(actor, now=make.NOW) as work:
            query = opportunities_visible_to(actor).where(Opportunity.id == call_id)
            return start_application(work, work.find(query), key=str(number)).id

    assert len(together(app, press)) == 1
    assert session.scalar(select(func.count(Application.id))) == 1


def test_many_people_start_at_once_and_have_numbers_of_their_own(app, session) -> None:
    call = make.call()
    actors = [helping.acting(make.person()) for _ in range(CLIENTS)]
    call_id = call.id
    session.remove()

    def press(number: int) -> str:
        with unit_of_work(actors[number], now=make.NOW) as work:
            query = opportunities_visible_to(work.actor).where(Opportunity.id == call_id)
            return start_application(work, work.find(query), key="").ref

    assert len(together(app, press)) == CLIENTS
    counted = session.get(ApplicationCount, (call_id, "", ApplicationState.DRAFT.value)).number
    assert counted == CLIENTS == session.scalar(select(func.count(Application.id)))


def test_of_two_pages_one_saves_and_the_other_is_told(app, session) -> None:
    call, person = make.call(), make.person()
    mine = helping.start(call, person)
    actor = helping.acting(person)
    session.remove()

    def press(number: int) -> str:
        with unit_of_work(actor, now=make.NOW) as work:
            application = helping.find(work, mine)
            section = queries.form_of(application).section("study")
            answers = {"headline": f"Page {number}"}
            save_section(work, application, section, answers=answers, version=0)
        return "saved"

    assert together(app, press) == {"saved": 1, "ChangedMeanwhile": CLIENTS - 1}
    assert session.scalar(select(func.count(User.id))) == 1
