"""Bulk rows are rows that the operations could have written."""

from sqlalchemy import func, select

from app.accounts.models import User
from app.applications.models import Application, ApplicationCount
from app.applications.operations import recount
from app.applications.states import ApplicationState
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from seeds.load import COUNTRIES, load_applications
from tests import make


def house() -> None:
    """Somebody who hosts, and the countries that people come from."""
    make.organisation()
    for code in COUNTRIES:
        make.country(code)


def load(number: int, seed: int) -> list[int]:
    with db.engine.execution_options(writes=True).begin() as connection:
        return load_applications(connection, number=number, seed=seed, now=make.NOW)


def kept_counts(session, call_id: int) -> dict:
    query = select(
        ApplicationCount.country_code, ApplicationCount.state, ApplicationCount.number
    ).where(ApplicationCount.opportunity_id == call_id)
    return {(code, state): number for code, state, number in session.execute(query)}


def test_as_many_as_asked_for_arrive_and_their_counts_are_right(session) -> None:
    house()
    calls = load(500, 1)
    assert session.scalar(select(func.count(Application.id))) == 500
    counted = dict(
        session.execute(
            select(Application.state, func.count(Application.id))
            .where(Application.opportunity_id == calls[0])
            .group_by(Application.state)
        ).all()
    )
    kept = {
        row.state: row.number
        for row in session.scalars(
            select(ApplicationCount).where(
                ApplicationCount.opportunity_id == calls[0], ApplicationCount.country_code == ""
            )
        )
    }
    assert kept == {s.value: counted.get(s, 0) for s in ApplicationState}
    before = kept_counts(session, calls[0])
    with unit_of_work(SYSTEM) as work:
        recount(work, calls[0])
    assert kept_counts(session, calls[0]) == before


def test_the_same_seed_gives_the_same_states_and_people_can_still_be_added(session) -> None:
    house()

    def states(calls: list[int]) -> list[str]:
        query = (
            select(Application.state)
            .where(Application.opportunity_id.in_(calls))
            .order_by(Application.id)
        )
        session.commit()  # look afresh
        return list(session.scalars(query))

    assert states(load(80, 7)) == states(load(80, 7))
    before = session.scalar(select(func.max(User.id)))
    assert make.person().id > before
