"""People of the demo who browse without leaving a trace, and what they would have written."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, Response, json
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session, selectinload
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.accounts.actor import actor_of
from app.accounts.demo import DOMAIN, PEOPLE
from app.accounts.models import SessionRow, User
from app.foundation import clock
from app.foundation.actors import VISITOR, Actor
from app.foundation.database import db

PAIR = {"csrf_token": "a token of this test's own session"}
# Written whatever becomes of the request: sessions, and who opened whose document.
KEPT = {"session_row", "view_entry"}
UNDONE = 299  # no answer of ours: what would have been committed was undone


@dataclass(frozen=True)
class Answer:
    """What was answered, and into which tables was (or would have been) written."""

    response: TestResponse
    tables: frozenset[str]
    half_written: frozenset[str] = frozenset()

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.location or ""


class House:
    """The demo under one app: its people, their browsers, and what they would write."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.written: list[str] = []
        self.kept: list[str] = []
        self.whole: set[object] = set()  # what one person tried wholly
        self.people: dict[str, int] = {}
        self.addresses = app.url_map.bind("localhost")
        with app.app_context():
            for name, _who in PEOPLE:
                found = select(User.id).where(User.email == f"{name}@{DOMAIN}")
                self.people[name] = db.session.scalars(found).one()

    @property
    def kind(self) -> str:
        return "sqlite" if "sqlite" in self.app.config["SQLALCHEMY_DATABASE_URI"] else "postgresql"

    def actor(self, name: str | None) -> Actor:
        """As the site reads the person from the session; in an app context."""
        if name is None:
            return VISITOR
        query = select(User).where(User.id == self.people[name])
        loaded = query.options(selectinload(User.grants), selectinload(User.nationalities))
        return actor_of(db.session.scalars(loaded).one())

    def browser(self, name: str | None, **data: Any) -> FlaskClient:
        """A client signed in as this person, with a session that knows `token`."""
        client = self.app.test_client()
        key, now = secrets.token_urlsafe(32), clock.now()
        with self.app.app_context(), db.engine.begin() as connection:
            stored: dict[str, Any] = {**PAIR, **data}
            user_id = self.people.get(name or "")
            if user_id is not None:
                uniquifier = connection.scalar(select(User.fs_uniquifier).where(User.id == user_id))
                stored |= {"_user_id": uniquifier, "_fresh": True, "fs_cc": "set"}
                stored |= {"fs_paa": now.timestamp(), "identity_verified": now.timestamp()}
            connection.execute(
                insert(SessionRow).values(
                    key_hash=hashlib.sha256(key.encode()).hexdigest(),
                    user_id=user_id,
                    data=json.dumps(stored),
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=12),
                )
            )
        client.set_cookie("session", key, domain="localhost")
        return client

    @property
    def token(self) -> str:
        """What Flask-WTF accepts in every browser of this house."""
        signer = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token")
        return str(signer.dumps(PAIR["csrf_token"]))

    def ask(
        self,
        browser: FlaskClient,
        method: str,
        address: str,
        data: Any = None,
        headers: dict[str, str] | None = None,
        pressed: dict[str, str] | None = None,
        **how: Any,
    ) -> Answer:
        """One request; what writes brings the token as scripts send it, and a form's besides."""
        self.written.clear()
        self.kept.clear()
        if method == "POST" and data is None:
            data = {"csrf_token": self.token, **(pressed or {})}
        if method == "PATCH" and data is None:
            data, how = b"ten bytes.", {"content_type": "application/offset+octet-stream", **how}
        told = {"X-CSRFToken": self.token, **(headers or {})}
        response = browser.open(address, method=method, data=data, headers=told, **how)
        response.get_data()
        response.close()
        refused = response.status_code >= 400  # noqa: PLR2004
        half_written = frozenset(self.kept if refused else ())
        return Answer(response, frozenset(self.written), half_written)

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Every commit of a unit of work is noted and undone; `written` says which tables.

        Sessions go their own way (`app/accounts/sessions.py`) and are kept.
        """

        class Undone(HTTPException):
            code = UNDONE

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            words = statement.split(None, 3)
            if words[0] in {"INSERT", "DELETE", "UPDATE"}:
                table = words[1 if words[0] == "UPDATE" else 2].strip('"')
                if table not in KEPT:
                    self.written.append(table)

        def undo(session: Session) -> None:
            session.flush()
            if self.written and not session.in_nested_transaction():
                self.kept.extend(self.written)
                raise Undone(response=Response(status=UNDONE))

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(db.session, "before_commit", undo)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", note)
            event.remove(db.session, "before_commit", undo)
