"""What Flask-Security does in one request, kept back and written at its end in one unit of work.

Flask-Security changes people as it goes and commits by itself. Here it is given copies: what it
read, changed and did is noted, and `settle` writes it at once, with its record and its letters,
after the row was read again under a lock and found to be what Flask-Security had read. So a
recovery code, a reset link or a time-based code that two requests bring at once works for one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import g
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from app.accounts.models import PassKey, SessionRow, User
from app.accounts.operations import register_person
from app.accounts.queries import recipient
from app.audit.record import record, record_happening
from app.foundation.actors import VISITOR, Actor
from app.foundation.errors import ChangedMeanwhile
from app.foundation.languages import gettext as _
from app.foundation.work import Work, unit_of_work
from app.notifications.notify import Message, notify

WATCHED: dict[type[User | PassKey], tuple[str, ...]] = {
    User: (
        "password",
        "active",
        "fs_uniquifier",
        "confirmed_at",
        "tf_primary_method",
        "tf_totp_secret",
        "tf_last_counter",
        "mf_recovery_codes",
        "fs_webauthn_user_handle",
    ),
    PassKey: ("sign_count", "lastuse_datetime", "backup_state", "device_type"),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happened to a person's account (or to nobody's: a wrong address)."""

    verb: str
    user: User | None
    details: dict[str, Any] = field(default_factory=dict)
    anonymous: bool = False


@dataclass(slots=True)
class Visit:
    """The notes of one request."""

    read: list[tuple[User | PassKey, dict[str, Any]]] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    letters: list[tuple[User, Callable[[Work], Message], str]] = field(default_factory=list)
    new_keys: list[PassKey] = field(default_factory=list)
    lost_keys: list[PassKey] = field(default_factory=list)
    applicant: tuple[User, dict[str, Any]] | None = None
    succeeded: bool = False

    def saw(self, row: User | PassKey) -> None:
        """Note a row as it was read."""
        self.read.append((row, _values(row)))

    def did(self, verb: str, user: User | None, **details: Any) -> None:
        self.deeds.append(Deed(verb, user, details))

    def failed(self, verb: str, user: User | None, **details: Any) -> None:
        """Somebody tried, and we do not know that it was the person."""
        self.deeds.append(Deed(verb, user, details, anonymous=True))

    def tell(self, user: User, message: Callable[[Work], Message], once: str = "") -> None:
        self.letters.append((user, message, once))

    def changes(self) -> list[tuple[User | PassKey, dict[str, Any]]]:
        return [(row, before) for row, before in self.read if _values(row) != before]


def _values(row: User | PassKey) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in WATCHED[type(row)]}
    return {name: list(v) if isinstance(v, list) else v for name, v in kept.items()}


def visit() -> Visit:
    """The notes of this request."""
    if "visit" not in g:
        g.visit = Visit()
    noted: Visit = g.visit
    return noted


def settle() -> None:
    """Write down what happened. Raises ChangedMeanwhile when somebody was faster."""
    notes: Visit | None = g.pop("visit", None)
    if notes is None or not (
        notes.deeds or notes.letters or notes.new_keys or notes.lost_keys or notes.changes()
    ):
        return
    changes = notes.changes()
    with unit_of_work(_actor(notes)) as work:
        if notes.applicant is not None:
            person, values = notes.applicant
            person.id = register_person(work, **values).id
        for row, before in changes:
            _write(work, row, before)
        work.session.add_all(notes.new_keys)
        for key in notes.lost_keys:
            work.session.execute(delete(PassKey).where(PassKey.id == key.id))
        _tell(work, notes)


def _tell(work: Work, notes: Visit) -> None:
    """Record what happened, and queue the letters about it."""
    people: dict[int, User] = {}
    for deed in notes.deeds:
        if deed.user is None:
            record_happening(work, deed.verb, **deed.details)
        else:
            record(work, deed.verb, _found(work, people, deed.user), **deed.details)
    for user, message, once in notes.letters:
        to = recipient(_found(work, people, user))
        notify(work, to, message(work), once=once or work.now.isoformat())


def _actor(notes: Visit) -> Actor:
    """Whoever proved to be themselves; nobody when somebody only tried."""
    for deed in notes.deeds:
        if deed.user is not None and deed.user.id and not deed.anonymous:
            return Actor(deed.user.id, name=deed.user.shown_name)
    return VISITOR


def _found(work: Work, people: dict[int, User], user: User) -> User:
    if user.id not in people:
        people[user.id] = work.find(select(User).where(User.id == user.id))
    return people[user.id]


def _write(work: Work, row: User | PassKey, before: dict[str, Any]) -> None:
    """Carry what was changed over to the row itself, if it is still what had been read."""
    model = type(row)
    query: Any = select(model).where(model.id == row.id)
    if model is User:
        query = query.options(selectinload(User.webauthn))
    fresh = work.find(query)
    after = _values(row)
    now = _values(fresh)
    for name, value in after.items():
        if value == before[name]:
            continue
        if now[name] != before[name]:
            raise ChangedMeanwhile(_("This was done a moment ago from another window."))
        setattr(fresh, name, value)
    if isinstance(row, User) and row.fs_uniquifier != before["fs_uniquifier"]:
        work.session.execute(delete(SessionRow).where(SessionRow.user_id == row.id))
    work.session.flush()
