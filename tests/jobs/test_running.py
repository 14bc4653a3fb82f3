"""Jobs: done at least once whatever dies, their effects once, and never what was rolled back."""

import contextlib
import multiprocessing
import os
import random
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.errors import RuleBroken
from app.foundation.work import unit_of_work
from app.jobs import running
from app.jobs.models import Job
from app.jobs.operations import ask_for, cancel_job
from app.jobs.running import Handler, JobInHand, enter_duties, run_next
from tests import racing
from tests.jobs.counting_worker import STEPS, work_until_killed
from tests.make import NOW
from tests.racing import Tally

KILLS = int(os.environ.get("KILLS", "3"))


@pytest.fixture(autouse=True)
def today(request):
    """These tests play on one day; only workers of their own keep the real time."""
    moment = datetime.now(UTC) if "race" in request.keywords else NOW
    with clock.set_clock(moment):
        yield


def ask(kind: str = "test/job", **values) -> int:
    with unit_of_work(SYSTEM) as work:
        return ask_for(work, kind, values).id


def the_job(session, job_id: int) -> Job:
    session.expire_all()
    return session.get_one(Job, job_id)


def test_a_job_is_done_with_what_was_asked_for(app, session) -> None:
    seen = []
    job_id = ask(words="ខ្មែរ")
    assert run_next({"test/job": Handler(lambda job: seen.append(job.values))})
    assert not run_next({"test/job": Handler(lambda job: seen.append(job.values))})
    assert seen == [{"words": "ខ្មែរ"}]
    assert the_job(session, job_id).done_at == NOW


def test_what_was_rolled_back_was_not_asked_for(app, session) -> None:
    with contextlib.suppress(ZeroDivisionError), unit_of_work(SYSTEM) as work:
        ask_for(work, "test/job", {})
        raise ZeroDivisionError
    assert session.scalar(select(func.count(Job.id))) == 0


def test_the_same_occasion_is_asked_for_once(app, session) -> None:
    with unit_of_work(SYSTEM) as work:
        first = ask_for(work, "test/job", {}, once="report-7").id
    with unit_of_work(SYSTEM) as work:
        assert ask_for(work, "test/job", {}, once="report-7").id == first


def test_a_kind_that_this_release_does_not_know_waits_for_one_that_does(app, session) -> None:
    ask("test/newer")
    assert not run_next({"test/job": Handler(lambda job: None)})


def test_a_mistake_in_a_handler_is_tried_again_and_given_up_at_last(app, session) -> None:
    job_id, tries, now = ask(), 0, NOW
    wrong = {"test/job": Handler(lambda job: 1 / 0)}
    for _round in range(30):
        with clock.set_clock(now):
            tries += run_next(wrong)
        if the_job(session, job_id).failed_at is not None:
            break
        now = max(now + timedelta(seconds=1), the_job(session, job_id).next_try_at)
    assert tries == running.MOST_TRIES
    assert "ZeroDivisionError" in the_job(session, job_id).last_error


def test_a_job_goes_on_where_the_last_turn_stopped(app, session) -> None:
    starts = []

    def halfway(job: JobInHand) -> None:
        starts.append(job.done)
        with unit_of_work(SYSTEM) as work:
            job.advance(work, done=5, total=10)
        if len(starts) == 1:
            raise RuntimeError

    ask()
    run_next({"test/job": Handler(halfway)})
    with clock.set_clock(NOW + timedelta(minutes=1)):
        run_next({"test/job": Handler(halfway)})
    assert starts == [0, 5]


def test_a_job_that_was_called_off_changes_nothing_more(app, session) -> None:
    job_id = ask()

    def called_off_meanwhile(job: JobInHand) -> None:
        with unit_of_work(SYSTEM) as work:
            cancel_job(work, work.session.get_one(Job, job_id))
        with unit_of_work(SYSTEM) as work:
            ask_for(work, "test/effect", {})
            job.advance(work, done=1)

    run_next({"test/job": Handler(called_off_meanwhile)})
    session.expire_all()
    assert session.scalars(select(Job.kind)).all() == ["test/job"]
    with clock.set_clock(NOW + timedelta(hours=1)):
        assert not run_next({"test/job": Handler(called_off_meanwhile)})


def test_a_turn_whose_lease_went_to_another_changes_nothing_more(app, session) -> None:
    job_id = ask()

    def slow(job: JobInHand) -> None:
        with clock.set_clock(NOW + timedelta(hours=1)):
            run_next({"test/job": Handler(lambda other: None)})
        with unit_of_work(SYSTEM) as work:
            ask_for(work, "test/effect", {})
            job.finish(work)

    run_next({"test/job": Handler(slow)})
    session.expire_all()
    assert session.scalars(select(Job.kind)).all() == ["test/job"]
    assert the_job(session, job_id).done_at == NOW + timedelta(hours=1)


def test_what_is_over_cannot_be_called_off(app, session) -> None:
    job_id = ask()
    run_next({"test/job": Handler(lambda job: None)})
    with pytest.raises(RuleBroken), unit_of_work(SYSTEM) as work:
        cancel_job(work, work.session.get_one(Job, job_id))


def test_a_duty_comes_round_again_whatever_goes_wrong(app, session) -> None:
    done, now = [], NOW

    def duty(job: JobInHand) -> None:
        done.append(clock.now())
        if len(done) == 2:
            raise RuntimeError

    calendar = {"test/duty": Handler(duty, every=timedelta(minutes=1))}
    enter_duties(calendar)
    enter_duties(calendar)
    for _minute in range(6):
        with clock.set_clock(now):
            run_next(calendar)
            assert not run_next(calendar)
        now += timedelta(minutes=1)
    assert len(done) == 6


@pytest.mark.race
def test_workers_that_start_together_enter_each_duty_once_and_all_go_on(app, session) -> None:
    for number in racing.rounds(3):
        calendar = {f"test/duty-{number}": Handler(lambda job: None, every=timedelta(hours=1))}
        told = racing.all_at_once(app, [lambda c=calendar: enter_duties(c)] * racing.CLIENTS)
        assert told == {None: racing.CLIENTS}
        assert session.scalar(select(func.count(Job.id))) == number + 1
        session.rollback()


@pytest.mark.race
def test_workers_that_are_killed_leave_nothing_undone_or_done_twice(
    app, session, database_url
) -> None:
    """Two workers, killed with SIGKILL in mid-job again and again."""
    jobs = 20 + 5 * KILLS
    for number in range(jobs):
        ask("test/count", number=number)
        with contextlib.suppress(ZeroDivisionError), unit_of_work(SYSTEM) as work:
            ask_for(work, "test/count", {"rolled": "back"})
            raise ZeroDivisionError
    session.remove()
    workers = [start_worker(database_url) for _ in range(2)]
    try:
        for _kill in range(KILLS):
            time.sleep(random.uniform(0.05, 0.4))
            victim = workers.pop(0)
            victim.kill()
            victim.join()
            workers.append(start_worker(database_url))
            Tally.rounds, Tally.unit = Tally.rounds + 1, "kills"
        until = time.monotonic() + 60
        while waiting(session) and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        for worker in workers:
            worker.kill()
            worker.join()
    assert session.scalar(select(func.count(Job.id))) == jobs
    assert waiting(session) == 0
    steps = session.execute(
        select(AuditEntry.subject_id, func.count()).group_by(AuditEntry.subject_id)
    ).all()
    assert len(steps) == jobs
    assert {number for _job, number in steps} == {STEPS}


def waiting(session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Job.id)).where(Job.done_at.is_(None)))


def start_worker(database_url: str) -> BaseProcess:
    """A worker that has begun to work, made ready in advance so that it starts at once."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.jobs.counting_worker"])
    ready = forks.Event()
    worker = forks.Process(target=work_until_killed, args=(database_url, ready), daemon=True)
    worker.start()
    assert ready.wait(60)
    return worker
