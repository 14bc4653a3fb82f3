"""A centre lists open courses that others give: real ones, brought in from one file."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app.courses.comparing import Fate
from app.courses.incoming import read_file
from app.courses.operations import bring_courses
from app.foundation import clock
from app.foundation.actors import Actor, Grant, Role, Scope
from app.foundation.languages import speaking
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation

DATA = Path(__file__).parents[1] / "data" / "open_courses.csv"
CENTRE = "kh-0343"


def list_open_courses(centre_id: int, now: datetime) -> int:
    """Bring them in as `flask import courses` does; gives how many there are."""
    console = Actor(
        None, frozenset({Grant(Role.CENTRE, Scope.ORGANISATION, centre_id)}), name="Lontar"
    )
    incoming = read_file(DATA.read_bytes(), DATA.name, today=now.date())
    with clock.set_clock(now), speaking("en"), unit_of_work(console) as work:
        centre = work.find(select(Organisation).where(Organisation.id == centre_id))
        judged = bring_courses(work, centre, incoming, publish=True)
    return sum(one.fate is Fate.NEW for one in judged)
