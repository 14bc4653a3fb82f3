"""Which reviews a person may see at all; every other query starts here."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.actors import Actor, Role
from app.opportunities.queries import is_worked_on_by
from app.reviews.models import Review
from app.reviews.states import READ_IN, ReviewState


def reviews() -> Select[Review]:
    """Reviews with their application and its opportunity loaded."""
    return (
        select(Review)
        .join(Review.application)
        .join(Application.opportunity)
        .options(contains_eager(Review.application).contains_eager(Application.opportunity))
    )


def reviews_visible_to(actor: Actor) -> Select[Review]:
    """One's own to write and written, and those for what one decides on or approves for.

    Nobody sees a review of their own application, whatever else they are.
    """
    mine = written_by(actor)
    theirs: ColumnElement[bool] = Application.submitted_at.is_not(None)
    if not actor.is_a(Role.SECRETARIAT):
        theirs = and_(theirs, is_worked_on_by(actor))
    return reviews().where(or_(mine, theirs), Application.applicant_id != actor.user_id)


def reviews_to_write(actor: Actor) -> Select[Review]:
    """The reviews that one sees, with their scores and the rubric; WRITE says which are one's."""
    return reviews_visible_to(actor).options(
        selectinload(Review.scores), joinedload(Review.rubric_version, innerjoin=True)
    )


def written_by(actor: Actor) -> ColumnElement[bool]:
    """That the review is this person's, and still to be written or written: of a queue."""
    return in_queue_of(actor.user_id)


def in_queue_of(reader_id: Any) -> ColumnElement[bool]:
    """The same by the person's id, or by the name of a value that a kept statement is given."""
    return and_(
        Review.reviewer_id == reader_id,
        or_(
            and_(Review.state == ReviewState.ASSIGNED, Application.state.in_(READ_IN)),
            and_(
                Review.state == ReviewState.SUBMITTED,
                Application.state != ApplicationState.WITHDRAWN,
            ),
        ),
    )
