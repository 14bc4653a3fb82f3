"""A centre lists open courses that others give: real ones, brought in from one file."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.courses.incoming import read_file
from app.courses.operations import bring_courses, look_into_file
from app.foundation import clock
from app.foundation.actors import Actor, Grant, Role, Scope
from app.foundation.dry_runs import Fate
from app.foundation.languages import speaking
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from seeds.demo.stage import Company

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


def look_into_files(company: Company, organisations: dict[str, int], now: datetime) -> None:
    """Two centres look at what a list of others would bring them, and have not decided yet."""
    lines = DATA.read_bytes().splitlines(keepends=True)
    broken = lines[0] + b"".join(lines[1:9]) + lines[9].replace(b"http:", b"htp:")
    for who, centre, content in (
        ("centre-sg", "aic-01", broken),
        ("centre-jp", "jp-0228", lines[0] + b"".join(lines[20:26])),
    ):
        with company.acts(who, now - timedelta(days=1)) as work:
            home = work.session.get_one(Organisation, organisations[centre])
            look_into_file(work, home, content=content, file_name="open-courses.csv")
