"""What comes round by itself: a call closes after its grace, and the worker knows every duty."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.commands import worker
from app.commands.duties import DUTIES
from app.fellowships.models import Call
from app.foundation import clock
from app.jobs.running import enter_duties, run_next
from app.notifications.delivery import PostOffice
from app.notifications.rendering import Letterhead
from app.opportunities.states import OpportunityState
from tests import make

OFFICE = PostOffice(Letterhead("Lontar", "http://localhost"), "a@example.org", "", None)


def state_after(session, call: Call, wait: timedelta) -> OpportunityState:
    call_id, moment = call.id, call.closes_at + wait
    with clock.set_clock(moment):
        enter_duties(DUTIES)
        while run_next(DUTIES):
            pass
    session.expire_all()
    return session.get_one(Call, call_id).state


def test_a_call_closes_by_itself_once_its_grace_is_over(app, session) -> None:
    call = make.call(grace_minutes=15)
    other = make.call(closes_at=call.closes_at + timedelta(days=1))
    minute = timedelta(minutes=1)
    assert state_after(session, call, 14 * minute) is OpportunityState.PUBLISHED
    assert state_after(session, call, 17 * minute) is OpportunityState.CLOSED
    assert session.get_one(Call, other.id).state is OpportunityState.PUBLISHED


def test_every_duty_is_done_without_trouble_on_an_empty_database(app, session) -> None:
    enter_duties(worker.handlers())
    for _duty in DUTIES:
        assert run_next(worker.handlers())
    assert not worker.one_round(OFFICE, worker.handlers())


def test_the_worker_outlives_a_lost_database(app, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping, rounds = threading.Event(), []
    monkeypatch.setattr(worker, "LONGEST_PAUSE", 0.01)

    def one_round() -> bool:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise OperationalError("SELECT 1", {}, ConnectionError("the server went away"))
        stopping.set()
        return False

    worker.keep_working(one_round, {}, stopping)
    assert len(rounds) == 3


def test_work_once_ends_by_itself(app) -> None:
    result = app.test_cli_runner().invoke(args=["work", "--once"])
    assert result.exit_code == 0, result.output
