"""What the tests of reviews do and read."""

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import Task
from app.reviews import queries
from app.reviews.models import Review
from app.reviews.operations import (
    declare_conflict,
    reopen_review,
    take_back_review,
    take_up,
)
from tests import make
from tests.reviews.helping import visible


def read(model, row_id):
    db.session.remove()
    return db.session.get(model, row_id)


def office(work, review_id):
    return take_up(work, queries.reviews_visible_to(work.actor).where(Review.id == review_id))


def take_back(actor, review_id, reason=""):
    with unit_of_work(actor, now=make.NOW) as work:
        take_back_review(work, office(work, review_id), reason=reason)


def reopen(actor, review_id, reason="Please look at the budget again."):
    with unit_of_work(actor, now=make.NOW) as work:
        reopen_review(work, office(work, review_id), reason=reason)


def conflict(actor, review_id, reason="We wrote a paper together."):
    with unit_of_work(actor, now=make.NOW) as work:
        declare_conflict(work, visible(work, review_id), reason=reason)


def open_tasks(session, kind):
    session.rollback()
    query = select(Task).where(Task.kind == kind, Task.done_at.is_(None)).order_by(Task.id)
    return list(session.scalars(query))
