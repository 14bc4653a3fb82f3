"""A stay with its three sides, and what they write and sign."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.learning import operations as verbs
from app.learning import queries
from app.learning.models import LearningAgreement
from app.learning.tables import Row, Tables
from app.mobility.operations import verify_nomination
from app.mobility.queries import nomination_with_all
from app.mobility.states import Side
from tests import make
from tests.exchanges.agreeing import University
from tests.mobility.choosing import answering, nominated, opened, sent

DEEP = Row("A1", "Deep learning", "AI-501", Fraction(2), "jp-tani", "Spring", "en", ("B1",))
ROBOTS = Row("A2", "Robot arms", "AI-502", Fraction(2), "jp-tani", "Spring", "ja", ("B1", "B2"))
MACHINES = Row("B1", "Machine learning", "CS-301", Fraction(3), "acts", "2/2027", "th")
ELECTIVE = Row("B2", "Free elective", "", Fraction(3), "acts", "", "")
ROWS = (DEEP, ROBOTS, MACHINES, ELECTIVE)


@dataclass(frozen=True)
class Stay:
    """One nomination and its agreement, with who speaks for each side."""

    nomination_id: int
    agreement_id: int
    actors: dict[Side, Actor]


def verified(student: Actor, home: University, host: University) -> Stay:
    place = opened(host, home)
    made = nominated(home, sent(student, place), place)
    answering(host.actor, made, verify_nomination, seen=1)
    with unit_of_work(student, now=make.NOW) as work:
        begun = verbs.begin_agreement(work, work.find(nomination_with_all(student, made)))
        work.session.flush()
        found = begun.id
    return Stay(made, found, {Side.STUDENT: student, Side.HOME: home.actor, Side.HOST: host.actor})


def content(stay: Stay, *rows: Row, **values: Any) -> Tables:
    """The usual tables, or these rows."""
    of = queries.number_of(as_it_is(stay))
    usual = Tables(of, date(2027, 4, 6), date(2027, 8, 3), rows or ROWS)
    return replace(usual, **values)


def writing(
    stay: Stay, said: Tables, *, by: Side = Side.STUDENT, seen: int | None = None, **named: Any
) -> int:
    """The number of what was written."""
    actor = stay.actors[by]
    with unit_of_work(actor, now=make.NOW) as work:
        found = work.find(queries.agreement_with_all(actor, stay.agreement_id))
        seen = found.latest_number if seen is None else seen
        return verbs.write_agreement(work, found, said, side=by, seen=seen, **named).number


def signing(stay: Stay, *sides: Side, fingerprint: str = "", actor: Actor | None = None) -> None:
    for side in sides:
        who = actor or stay.actors[side]
        with unit_of_work(who, now=make.NOW) as work:
            found = work.find(queries.agreement_with_all(who, stay.agreement_id))
            newest = queries.newest(found)
            seen = fingerprint or (newest.fingerprint if newest else "")
            verbs.sign_agreement(
                work, found, side=side, fingerprint=seen, function="Dean of studies"
            )


def refusing(stay: Stay, side: Side, comment: str) -> None:
    who = stay.actors[side]
    with unit_of_work(who, now=make.NOW) as work:
        found = work.find(queries.agreement_with_all(who, stay.agreement_id))
        newest = queries.newest(found)
        verbs.refuse_agreement(
            work,
            found,
            side=side,
            fingerprint=newest.fingerprint if newest else "",
            comment=comment,
        )


def as_it_is(stay: Stay) -> LearningAgreement:
    db.session.rollback()
    db.session.expire_all()
    query = queries.agreement_with_all(stay.actors[Side.STUDENT], stay.agreement_id)
    return db.session.scalars(query).unique().one()
