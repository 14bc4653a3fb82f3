"""Stays of students whom a host verified, and of fellows who accepted an offer."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from app.foundation.actors import SYSTEM, Actor
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.mobility import operations as mobility
from app.stays import operations as verbs
from app.stays import queries
from app.stays.models import Preparation, Stay, StayChange, StayReport
from tests import make
from tests.exchanges.agreeing import University
from tests.mobility.choosing import answering, nominated, opened, sent, student_of


def by_itself(do: Any, now: datetime = make.NOW) -> int:
    """A duty, as the worker does it."""
    with unit_of_work(SYSTEM, now=now) as work:
        return do(work)


def verified(home: University, host: University, student: Actor) -> int:
    """The id of the nomination."""
    place = opened(host, home)
    made = nominated(home, sent(student, place), place)
    answering(host.actor, made, mobility.verify_nomination, seen=1)
    return made


def planned(home: University, host: University, student: Actor | None = None) -> int:
    """The id of the stay of a student whom the host verified."""
    made = verified(home, host, student or student_of(home))
    by_itself(verbs.plan_stays)
    return db.session.scalars(select(Stay.id).where(Stay.nomination_id == made)).one()


def stay(stay_id: int) -> Stay:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(
        select(Stay).where(Stay.id == stay_id).options(*queries._around(), *queries._within())
    )
    return found.unique().one()


def on(day: Any, hour: int = 12) -> datetime:
    """A moment of that day."""
    return datetime.combine(day, time(hour), make.NOW.tzinfo)


def saying(actor: Actor, stay_id: int, do: Any, **named: Any) -> Any:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        return do(work, work.find(queries.stay_with_all(actor, stay_id)), **named)


def settling(actor: Actor, line_id: int, do: Any, **named: Any) -> None:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        do(work, verbs.find_preparation(work, line_id), **named)


def line(stay_id: int, step: str) -> Preparation:
    return next(one for one in stay(stay_id).preparations if one.step == step)


def wishing(actor: Actor, stay_id: int, days: int = 14, **named: Any) -> int:
    """The id of a wish to stay some days longer."""
    now = stay(stay_id)
    wanted = {
        "starts_on": now.starts_on,
        "ends_on": now.ends_on + timedelta(days=days),
        "reason": "The measurements take longer.",
        "version": now.version,
    }
    return saying(actor, stay_id, verbs.ask_for_change, **wanted | named).id


def wish(change_id: int) -> StayChange:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(StayChange, change_id)


def answering_wish(actor: Actor, change_id: int, do: Any, **named: Any) -> None:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        do(work, verbs.find_change(work, change_id), **named)


def reporting(actor: Actor, report_id: int, do: Any, **named: Any) -> None:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        do(work, verbs.find_report(work, report_id), **named)


def report(stay_id: int, kind: str = "final") -> StayReport:
    return next(one for one in stay(stay_id).reports if one.kind == kind)
