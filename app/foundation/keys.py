"""Links for people without an account: each opens one row; only the hash of its secret is kept."""

import hashlib
import secrets
from datetime import datetime
from typing import NoReturn

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.actors import Actor
from app.foundation.database import Moment, UtcDateTime
from app.foundation.errors import NoLonger, NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader


class WayIn:
    """The columns of a way in: what opens it, since when, and until it was ended."""

    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Moment]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str, purpose: str) -> str:
    """What is kept of a secret; the same secret for another purpose is another one."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).hexdigest()


def guest(opens: tuple[str, int], *, name: str, email: str) -> Actor:
    """Whoever holds the link, for as long as it is in hand; it opens this one row alone.

    `opens`: the row's table, or the side of it that the holder speaks for, and its id.
    """
    here = reader()
    return Actor(
        None,
        name=name,
        email=email,
        locale=here.locale,
        zone=here.zone,
        guest_of=opens,
    )


def refuse_unknown() -> NoReturn:
    raise NotFound(_("This link opens nothing. Perhaps a piece of it is missing."))


def refuse_ended() -> NoReturn:
    raise NoLonger(_("This link was replaced by a newer one, or is not needed any more."))


def refuse_over(way: WayIn, now: datetime, *, until: datetime, late: str) -> None:
    """A way in that was ended, or whose time is over, which `late` says."""
    if way.ended_at is not None:
        refuse_ended()
    if until <= now:
        raise NoLonger(late)
