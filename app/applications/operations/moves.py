"""How an application goes from state to state, and the counts that are kept of it."""

from sqlalchemy import select

from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.foundation.states import Move
from app.foundation.work import Work


def change_state(work: Work, application: Application, move: Move[ApplicationState]) -> None:
    """Take an application through a move of its flow; the kept counts move along.

    Every floor changes an application's state through this function. Raises IllegalMove.
    """
    before = application.state
    move(application)
    application.state_since = work.now
    _count(work, application.opportunity_id, {before: -1, application.state: +1})


def count_new(work: Work, application: Application) -> None:
    """A new application counts from its first moment on."""
    _count(work, application.opportunity_id, {application.state: +1})


def open_counts(work: Work, opportunity_id: int) -> None:
    """An opportunity begins with a zero for every state, so that counting never makes a row."""
    work.session.add_all(
        ApplicationCount(opportunity_id=opportunity_id, country_code="", state=s.value, number=0)
        for s in ApplicationState
    )


def _count(work: Work, opportunity_id: int, changes: dict[ApplicationState, int]) -> None:
    # All rows of the opportunity are locked in one order, so that two offices that move
    # applications in opposite directions wait for each other instead of deadlocking.
    locked = (
        select(ApplicationCount)
        .where(ApplicationCount.opportunity_id == opportunity_id)
        .order_by(ApplicationCount.state)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    work.session.flush()
    rows = {row.state: row for row in work.session.scalars(locked)}
    for state, by in changes.items():
        rows[state].number += by
