"""How an application goes from state to state, and the counts that are kept of it."""

from collections import Counter
from typing import Any

from sqlalchemy import Select, delete, func, select

from app.accounts.models import User
from app.accounts.names import sort_key
from app.applications import policy
from app.applications.models import Application, ApplicationCount
from app.applications.operations.waiting import note_wait
from app.applications.states import ApplicationState
from app.foundation.states import Move
from app.foundation.work import Work

ALL_COUNTRIES = ""


def change_state(work: Work, application: Application, move: Move[ApplicationState]) -> None:
    """Take an application through a move of its flow; the kept counts move along.

    Every floor changes an application's state through this function. Raises IllegalMove.
    """
    before = application.state
    move(application)
    note_wait(work, application, before)
    application.state_since = work.now
    changes = Counter({(ALL_COUNTRIES, before): -1})
    changes[ALL_COUNTRIES, application.state] += 1
    if application.country_code is not None:  # drafts are counted, but not by country
        if before is not ApplicationState.DRAFT:
            changes[application.country_code, before] -= 1
        changes[application.country_code, application.state] += 1
    _count(work, application.opportunity_id, changes)


def count_new(work: Work, application: Application) -> None:
    """A new application counts from its first moment on."""
    _count(work, application.opportunity_id, Counter({(ALL_COUNTRIES, application.state): 1}))


def open_counts(work: Work, opportunity_id: int) -> None:
    """An opportunity begins with a zero for every state, so that there is a row to lock."""
    work.session.add_all(
        ApplicationCount(
            opportunity_id=opportunity_id, country_code=ALL_COUNTRIES, state=s.value, number=0
        )
        for s in ApplicationState
    )


def recount(work: Work, opportunity_id: int) -> None:
    """Count an opportunity's applications afresh, whatever was kept before."""
    work.session.flush()
    list(work.session.scalars(_locked(opportunity_id)))
    ours = Application.opportunity_id == opportunity_id
    by_country = (
        select(Application.country_code, Application.state, func.count())
        .where(ours, Application.state != ApplicationState.DRAFT)
        .where(Application.country_code.is_not(None))
        .group_by(Application.country_code, Application.state)
    )
    in_all = select(Application.state, func.count()).where(ours).group_by(Application.state)
    numbers: dict[tuple[Any, ApplicationState], int]
    numbers = {(ALL_COUNTRIES, state): 0 for state in ApplicationState}
    numbers |= {(ALL_COUNTRIES, state): number for state, number in work.session.execute(in_all)}
    numbers |= {(code, state): number for code, state, number in work.session.execute(by_country)}
    work.session.execute(
        delete(ApplicationCount)
        .where(ApplicationCount.opportunity_id == opportunity_id)
        .execution_options(synchronize_session="fetch")
    )
    work.session.add_all(
        ApplicationCount(
            opportunity_id=opportunity_id, country_code=code, state=state.value, number=number
        )
        for (code, state), number in numbers.items()
    )
    work.session.flush()


def _count(work: Work, opportunity_id: int, changes: Counter[tuple[str, ApplicationState]]) -> None:
    # The rows of all countries together are locked first and in one order, so that two offices
    # that move applications in opposite directions wait for each other instead of deadlocking;
    # whoever holds them may add a country's first row.
    work.session.flush()
    rows = {(r.country_code, r.state): r for r in work.session.scalars(_locked(opportunity_id))}
    wanted = {code for code, _state in changes if code != ALL_COUNTRIES}
    if wanted:
        theirs = (
            select(ApplicationCount)
            .where(
                ApplicationCount.opportunity_id == opportunity_id,
                ApplicationCount.country_code.in_(wanted),
            )
            .execution_options(populate_existing=True)
        )
        rows |= {(r.country_code, r.state): r for r in work.session.scalars(theirs)}
    for (code, state), by in changes.items():
        row = rows.get((code, state.value))
        if row is None:
            row = ApplicationCount(
                opportunity_id=opportunity_id, country_code=code, state=state.value, number=0
            )
            work.session.add(row)
        row.number += by


def _locked(opportunity_id: int) -> Select[ApplicationCount]:
    return (
        select(ApplicationCount)
        .where(
            ApplicationCount.opportunity_id == opportunity_id,
            ApplicationCount.country_code == ALL_COUNTRIES,
        )
        .order_by(ApplicationCount.state)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def put_in_order(work: Work, application: Application, person: User) -> bool:
    """Write anew by what an application is listed, after the order of names has changed."""
    policy.PUT_IN_ORDER.require(work.actor, application)
    before = application.sort_key
    if application.applicant_name == person.full_name[:300]:
        application.sort_key = person.sort_key
    else:  # the person has changed the name since
        language = person.native_name_lang or person.locale
        application.sort_key = sort_key(application.applicant_name, language)
    return application.sort_key != before
