"""What is done for people from the command line: the first secretariat, and names put in order."""

from collections.abc import Callable

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.operations import grant_role
from app.accounts.operations import put_in_order as put_person_in_order
from app.applications.models import Application
from app.applications.operations import list_again
from app.applications.operations import put_in_order as put_application_in_order
from app.applications.operations.likeness import have_compared
from app.applications.queries.likeness import never_compared
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Opportunity

AT_A_TIME = 500


@click.command("appoint-secretariat")
@click.argument("email")
@with_appcontext
def appoint_secretariat(email: str) -> None:
    """Give the role of the secretariat to the person who opened an account with EMAIL."""
    with unit_of_work(SYSTEM) as work:
        query = select(User).where(User.email == email.strip().lower())
        person = work.session.scalar(query.with_for_update())
        if person is None or person.confirmed_at is None or not person.active:
            click.echo(f"{email}: nobody has an open account with this address.", err=True)
            click.echo("Sign up on the site and confirm the address first.", err=True)
            raise SystemExit(2)
        grant_role(work, person, Role.SECRETARIAT, Scope.EVERYTHING, None)
        click.echo(f"{person.full_name} is a member of the secretariat.")


@click.command("sort-names")
@with_appcontext
def sort_names() -> None:
    """Put people and applications in order anew, after a new release of the collators."""
    people = _all(_put_people_in_order)
    applications = _all(_put_applications_in_order)
    click.echo(f"people: {people} moved; applications: {applications} moved")


@click.command("list-answers")
@with_appcontext
def list_answers() -> None:
    """Keep afresh what the offices' lists are filtered by: every closed answer that was sent."""
    calls = list(db.session.scalars(select(Opportunity.id).order_by(Opportunity.id)))
    db.session.rollback()
    for opportunity_id in calls:
        after: int | None = 0
        while after is not None:
            with unit_of_work(SYSTEM) as work:
                after = list_again(work, opportunity_id, after=after)
    click.echo(f"opportunities: {len(calls)}")


@click.command("compare-sent")
@with_appcontext
def compare_sent() -> None:
    """Have those applications compared for duplicates that were sent before any were compared."""
    click.echo(f"applications: {_all(_have_some_compared)} to compare")


def _have_some_compared(work: Work, after: int) -> tuple[int, int | None]:
    ids = list(work.session.scalars(never_compared(after).limit(AT_A_TIME)))
    for application_id in ids:
        have_compared(work, application_id)
    return len(ids), ids[-1] if ids else None


def _all(put_some: Callable[[Work, int], tuple[int, int | None]]) -> int:
    """Some hundreds in each transaction, so that nobody waits long; how many it changed."""
    moved, last = 0, 0
    while True:
        with unit_of_work(SYSTEM) as work:
            some, upto = put_some(work, last)
        moved += some
        if upto is None:
            return moved
        last = upto


def _put_people_in_order(work: Work, after: int) -> tuple[int, int | None]:
    query = select(User).where(User.id > after).order_by(User.id).limit(AT_A_TIME)
    people = list(work.session.scalars(query.with_for_update()))
    moved = sum(put_person_in_order(work, person) for person in people)
    return moved, people[-1].id if people else None


def _put_applications_in_order(work: Work, after: int) -> tuple[int, int | None]:
    query = (
        select(Application, User)
        .join(User, User.id == Application.applicant_id)
        .where(Application.id > after)
        .order_by(Application.id)
        .limit(AT_A_TIME)
        .with_for_update(of=Application)
    )
    rows = list(work.session.execute(query))
    moved = sum(put_application_in_order(work, application, user) for application, user in rows)
    return moved, rows[-1][0].id if rows else None
