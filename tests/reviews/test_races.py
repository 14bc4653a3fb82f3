"""Many people at once: a pair is assigned once, a review counts once, and every one is counted."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from statistics import mean

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.applications.models import Application
from app.notifications.models import Task
from app.reviews.models import Review
from app.reviews.operations import Given
from tests import racing
from tests.reviews.helping import Panel, assign, assign_all, submit

pytestmark = pytest.mark.race
CLIENTS = racing.CLIENTS
ROUNDS = 4


def together(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """Everybody acts at the same moment; counts what each was told."""

    def told(act: Callable[[], object]) -> str:
        act()
        return "done"

    return racing.all_at_once(app, [partial(told, act) for act in acts])


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_two_managers_assign_the_same_pair_once(app, session, attempt) -> None:
    panel = Panel(reviewers=1)
    pair = [(panel.applications[0], panel.people[0])]
    session.remove()
    told = together(app, [lambda: assign(panel, pair)] * CLIENTS)
    assert told == {"done": 1, "RuleBroken": CLIENTS - 1}
    assert session.scalar(select(func.count(Review.id))) == 1
    assert session.scalar(select(func.count(Task.id))) == 1


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_managers_who_assign_different_files_to_one_reviewer_all_succeed(
    app, session, attempt
) -> None:
    panel = Panel(reviewers=1, applications=CLIENTS)
    session.remove()
    acts = [lambda a=a: assign(panel, [(a, panel.people[0])]) for a in panel.applications]
    assert together(app, acts) == {"done": CLIENTS}
    assert session.scalar(select(Task.values))["number"] == CLIENTS


def test_a_review_sent_many_times_counts_once(app, session) -> None:
    for _ in racing.rounds(ROUNDS):
        panel = Panel(reviewers=1)
        (review_id,) = assign_all(panel)
        session.remove()
        told = together(app, [partial(submit, panel.reviewers[0], review_id)] * CLIENTS)
        assert told == {"done": 1, "RuleBroken": CLIENTS - 1}
        assert session.get(Application, panel.applications[0]).reviews_done == 1
        session.rollback()


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_all_reviewers_of_an_application_submit_at_once(app, session, attempt) -> None:
    panel = Panel(reviewers=CLIENTS)
    ids = assign_all(panel)
    session.remove()
    scores = [
        {"merit": Given(1 + n % 5, "So."), "fit": Given(5 - n % 5, "So.")} for n in range(CLIENTS)
    ]
    acts = [lambda n=n: submit(panel.reviewers[n], ids[n], scores[n]) for n in range(CLIENTS)]
    assert together(app, acts) == {"done": CLIENTS}
    kept = session.get(Application, panel.applications[0])
    totals = session.scalars(select(Review.total)).all()
    assert (kept.reviews_done, kept.reviews_assigned) == (CLIENTS, CLIENTS)
    assert kept.score_mean == pytest.approx(mean(totals))
    assert session.scalars(select(Task.id).where(Task.done_at.is_(None))).all() == []


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_two_plans_over_the_same_files_do_not_deadlock(app, session, attempt) -> None:
    panel = Panel(reviewers=4, applications=6)
    session.remove()
    there = [(a, panel.people[0]) for a in panel.applications]
    back = [(a, panel.people[1]) for a in reversed(panel.applications)]
    assert together(app, [lambda: assign(panel, there), lambda: assign(panel, back)]) == {"done": 2}
    session.rollback()
    for application in session.scalars(select(Application)):
        assert application.reviews_assigned == 2
