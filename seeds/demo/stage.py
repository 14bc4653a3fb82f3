"""Acting as somebody at a moment: the few words that every scene uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.accounts.actor import actor_signed_in_as
from app.accounts.models import User
from app.foundation import clock
from app.foundation.actors import SYSTEM, Actor
from app.foundation.database import db
from app.foundation.languages import speaking
from app.foundation.work import Work, unit_of_work


class Company:
    """Everybody as an Actor, looked up once and again after roles were given."""

    def __init__(self, by_address: dict[str, int]) -> None:
        self.by_address = by_address
        self._actors: dict[int, Actor] = {}

    def actor(self, who: str | int) -> Actor:
        user_id = self.by_address[who] if isinstance(who, str) else who
        if user_id not in self._actors:
            user = db.session.get_one(User, user_id)
            self._actors[user_id] = actor_signed_in_as(db.session(), user.fs_uniquifier)
        return self._actors[user_id]

    def forget(self) -> None:
        self._actors.clear()

    @contextmanager
    def acts(self, who: str | int, at: datetime) -> Iterator[Work]:
        """One unit of work by this person at that moment, in the person's language."""
        actor = self.actor(who)
        with clock.set_clock(at), speaking(actor.locale, actor.zone), unit_of_work(actor) as work:
            yield work

    @contextmanager
    def house_acts(self, at: datetime) -> Iterator[Work]:
        """What happens by itself at that moment, as the worker does it."""
        with clock.set_clock(at), speaking("en"), unit_of_work(SYSTEM) as work:
            yield work
