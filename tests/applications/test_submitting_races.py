"""Eight at once: one application a person, one submission an application, whatever is pressed."""

from collections import Counter
from functools import partial

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.applications import queries
from app.applications.models import Application, ApplicationCount, Submission
from app.applications.operations import save_section, start_application, submit_application
from app.applications.states import ApplicationState
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to
from tests import make, racing
from tests.applications import helping

CLIENTS = racing.CLIENTS
pytestmark = pytest.mark.race


def together(app, press) -> Counter:
    """Each of eight clients presses; counts what each came away with."""
    return racing.all_at_once(app, [partial(press, number) for number in range(CLIENTS)])


@pytest.mark.parametrize("same_key", [True, False])
def test_an_application_is_submitted_once(app, session, same_key) -> None:
    call = make.call()
    call_id, place = call.id, make.place(call)
    received = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.kind == "applications/received"
    )
    for done in racing.rounds(5):
        call, place = session.merge(call), session.merge(place)
        person = make.person()
        mine = helping.ready(call, person, place)
        actor = helping.acting(person)
        session.remove()

        def press(number: int, mine=mine, actor=actor) -> int:
            with unit_of_work(actor, now=make.NOW) as work:
                key = "the same" if same_key else str(number)
                return submit_application(work, helping.find(work, mine), key=key).id

        receipts = together(app, press)
        assert len(receipts) == 1, receipts
        assert session.scalar(select(func.count(Submission.id))) == done + 1
        assert session.scalar(received) == done + 1
        count = session.get(ApplicationCount, (call_id, "", ApplicationState.SUBMITTED.value))
        assert count.number == done + 1
        session.rollback()


def test_an_application_is_started_once(app, session) -> None:
    call_id = make.call().id
    for done in racing.rounds(5):
        actor = helping.acting(make.person())
        session.remove()

        def press(number: int, actor=actor) -> int:
            with unit_of_work(actor, now=make.NOW) as work:
                query = opportunities_visible_to(actor).where(Opportunity.id == call_id)
                return start_application(work, work.find(query), key=str(number)).id

        assert len(together(app, press)) == 1
        assert session.scalar(select(func.count(Application.id))) == done + 1
        session.rollback()


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
