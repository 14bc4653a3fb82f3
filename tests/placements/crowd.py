"""Many clients at the same moment, round after round from the same start."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, select, update

from app.applications.models import Application, ApplicationCount
from app.audit.models import AuditEntry
from app.foundation.database import db
from app.foundation.errors import Refusal
from app.notifications.models import OutboxMessage, Task
from app.opportunities.models import Place
from app.placements.models import Offer, PlacementRound
from tests import racing

CLIENTS = racing.CLIENTS
MADE = (PlacementRound, Offer, Task, OutboxMessage, AuditEntry)
CHANGED = (Application, ApplicationCount, Place)


def all_at_once(app: Flask, presses: Sequence[tuple[str, Callable[[], Any]]]) -> Counter[str]:
    """Each client presses its button. Counts who was served, by name; the others were refused."""

    def press(name: str, button: Callable[[], Any]) -> str:
        try:
            button()
        except Refusal:
            return "refused"
        return name

    return racing.all_at_once(app, [partial(press, *one) for one in presses])


class Start:
    """The rows as they are now; `again` puts them back, past every rule, for the next round."""

    def __init__(self) -> None:
        db.session.remove()
        self.rows = {
            model: [dict(r._mapping) for r in db.session.execute(select(model.__table__))]
            for model in (*MADE, *CHANGED)
        }
        db.session.remove()

    def again(self) -> None:
        db.session.remove()
        with db.engine.execution_options(writes=True).begin() as connection:
            for model in reversed(MADE):
                connection.execute(delete(model.__table__))
            for model in CHANGED:
                keys = [c.name for c in model.__table__.primary_key]
                for row in self.rows[model]:
                    this = [model.__table__.c[k] == row[k] for k in keys]
                    connection.execute(update(model.__table__).where(*this).values(row))
            for model in MADE:
                if self.rows[model]:
                    connection.execute(insert(model.__table__), self.rows[model])
