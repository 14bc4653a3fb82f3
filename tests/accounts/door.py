"""Walking through the door as a browser does: the token of the page, then the form."""

import re
from html import unescape

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.security import hash_password
from app.audit.models import AuditEntry
from app.foundation.database import db
from app.notifications.models import OutboxMessage
from tests import make

PASSWORD = "seven green mangoes"
_hash = []


def person(**values):
    """Somebody with a password (one hash for all: hashing takes time on purpose)."""
    if not _hash:
        _hash.append(hash_password(PASSWORD))
    return make.person(password=_hash[0], **values)


def token(client, path="/sign-in"):
    page = client.get(path).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return unescape(found.group(1))


def post(client, path, data=None, page=None, **more):
    """Send the form of a page, with its token."""
    values = {"csrf_token": token(client, page or path), **(data or {})}
    return client.post(path, data=values, **more)


def sign_in(client, email, password=PASSWORD, path="/sign-in", **more):
    data = {"csrf_token": token(client, path), "email": email, "password": password}
    return client.post(path, data=data, **more)


def letters(kind=None):
    """What waits in the outbox, oldest first."""
    db.session.expire_all()
    query = select(OutboxMessage).order_by(OutboxMessage.id)
    if kind:
        query = query.where(OutboxMessage.kind == f"accounts/{kind}")
    return db.session.scalars(query).all()


def verbs():
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


def found(email):
    db.session.expire_all()
    return db.session.scalar(select(User).where(User.email == email))
