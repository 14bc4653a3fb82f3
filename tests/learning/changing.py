"""What is written into an agreement again, and who has signed it."""

from dataclasses import replace
from fractions import Fraction

from sqlalchemy import select

from app.accounts.models import User
from app.foundation.database import db
from app.learning import queries, standing
from app.learning.states import Why
from app.mobility.states import Side
from app.notifications.models import OutboxMessage
from tests.learning.signing import (
    DEEP,
    ROWS,
    as_it_is,
)

MORE = replace(DEEP, credits=Fraction(5, 2))
OTHERWISE = (MORE, *ROWS[1:])
SAID = {"why": Why.TIMETABLE, "note": "Both are on Monday morning."}


def told() -> list[tuple[str, str]]:
    db.session.rollback()
    query = select(OutboxMessage.kind, User.passport_name).join(
        User, User.id == OutboxMessage.person_id
    )
    found = db.session.execute(query.where(OutboxMessage.kind.startswith("learning/")))
    return sorted((kind.removeprefix("learning/"), name) for kind, name in found)


def sides_signed(stay) -> frozenset[Side]:
    found = as_it_is(stay)
    newest = queries.newest(found)
    assert newest is not None
    return standing.signed_by(queries.value_of(newest), queries.signatures_of(found))
