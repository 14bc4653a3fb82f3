"""Server-side sessions: the cookie is a random key, the rest is a row that we can end.

Written on connections of its own, so that a session is kept or ended whatever becomes of the
work that the request does.
"""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, insert, select, update
from werkzeug.datastructures import CallbackDict

from app.accounts.models import SessionRow, User
from app.accounts.queries import digest
from app.foundation import clock
from app.foundation.database import AWAY, db

LONGEST = timedelta(hours=12)
RESTS_AT_MOST = timedelta(minutes=30)  # of people who see others' data
SEEN_EVERY = timedelta(minutes=1)
SWEEP_ONE_IN = 50
_OPENED = select(SessionRow.__table__.c.data, SessionRow.__table__.c.seen_at).where(
    SessionRow.__table__.c.key_hash == bindparam("key"),
    SessionRow.__table__.c.expires_at > bindparam("now"),
)

# Marks in a browser's own description; the first that is found counts, since most name others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """A session as Flask knows it, with the row it came from."""

    def __init__(self, data: dict[str, Any] | None = None, *, key: str = "") -> None:
        super().__init__(data, on_update=self._changed)
        self.key = key
        self.new = not key
        self.modified = False
        self.accessed = False
        self.seen_at: datetime | None = None
        self.spent_key = ""
        self.browser = ""
        self.away: Exception | None = None

    def _changed(self, _self: object) -> None:
        self.modified = True

    def renew(self) -> None:
        """Go on under a new key (at sign-in), so that a key planted before is worth nothing."""
        self.spent_key, self.key, self.modified = self.key, "", True


class ServerSessions(SessionInterface):
    """Opens a session with one SELECT, and only where the browser brings a cookie."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        try:
            session = self._opened(app, request)
        except AWAY as away:
            session = ServerSession()
            session.away = away  # the request says so, where it has a page for it
        session.browser = browser_named(request.user_agent.string)
        return session

    def _opened(self, app: Flask, request: Request) -> ServerSession:
        key = request.cookies.get(self.get_cookie_name(app), "")
        if not 20 <= len(key) <= 100 or not key.isascii():
            return ServerSession()
        asked = {"key": digest(key), "now": clock.now()}
        with db.engine.connect() as connection:
            row = connection.execute(_OPENED, asked).one_or_none()
        if row is None:
            return ServerSession()
        found = ServerSession(json.loads(row.data), key=key)
        found.seen_at = row.seen_at
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not isinstance(session, ServerSession) or session.away is not None:
            return
        name = self.get_cookie_name(app)
        cookie = {
            "path": "/",
            "httponly": True,
            "secure": self.get_cookie_secure(app),
            "samesite": "Lax",
        }
        if session.modified and not session:
            if session.key or session.spent_key:
                end(session.key or session.spent_key)
                response.delete_cookie(name, **cookie)  # type: ignore[arg-type]
            return
        now = clock.now()
        stale = session.seen_at is not None and now - session.seen_at > SEEN_EVERY
        if not session.modified and not stale:
            return
        if self._keep(session, now):
            response.set_cookie(name, session.key, **cookie)  # type: ignore[arg-type]

    def _keep(self, session: ServerSession, now: datetime) -> bool:
        """Write the row; True when the browser must be given a new cookie."""
        values: dict[str, Any] = {
            # A message that waits to be shown may still be a lazy one.
            "data": json.dumps(dict(session), default=str),
            "seen_at": now,
        }
        with db.engine.execution_options(writes=True).begin() as connection:
            values["user_id"] = connection.scalar(
                select(User.id).where(User.fs_uniquifier == session.get("_user_id", ""))
            )
            if session.spent_key:
                connection.execute(
                    delete(SessionRow).where(SessionRow.key_hash == digest(session.spent_key))
                )
            if session.key:
                connection.execute(
                    update(SessionRow)
                    .where(SessionRow.key_hash == digest(session.key))
                    .values(**values)
                )
                return False
            session.key = secrets.token_urlsafe(32)
            if secrets.randbelow(SWEEP_ONE_IN) == 0:
                connection.execute(delete(SessionRow).where(SessionRow.expires_at < now))
            connection.execute(
                insert(SessionRow).values(
                    key_hash=digest(session.key),
                    browser=session.browser,
                    created_at=now,
                    expires_at=now + LONGEST,
                    **values,
                )
            )
            return True


def has_rested_too_long(session: SessionMixin) -> bool:
    """Whether nobody clicked for longer than a desk with others' data may stay open."""
    seen = getattr(session, "seen_at", None)
    return seen is not None and clock.now() - seen > RESTS_AT_MOST


def browser_named(agent: str) -> str:
    """A browser and its system as people call them, "Firefox, Android" say; "" when unknown."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)


def end(key: str) -> None:
    """This browser's session is over."""
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.key_hash == digest(key)))
