"""The few words every view shares."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, g, request
from sqlalchemy import Select
from werkzeug.routing import IntegerConverter

from app.foundation.actors import VISITOR, Actor
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission

T = TypeVar("T")
V = TypeVar("V", bound=Callable[..., object])


class RowId(IntegerConverter):
    """`<int:x_id>` in a rule: a larger number than any row has is simply no such page."""

    def __init__(self, map: object, **kwargs: object) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, max=2_147_483_647)  # type: ignore[arg-type]


def current_actor() -> Actor:
    return cast("Actor", g.get("actor", VISITOR))


def one_or_404(query: Select[T]) -> T:
    """For reading pages; a page that changes something uses `work.find` inside its unit."""
    found = db.session.execute(query).unique().scalar_one_or_none()
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def refuse_odd(ref: str) -> None:
    """A name in an address that no database should be asked for is simply no such page."""
    if not ref or len(ref) > 80 or "\0" in ref:
        raise NotFound(_("There is no such page, or it is not yours to see."))


def page_after() -> int | None:
    """The id of the last row of the page before this one; None on the first page."""
    told = request.args.get("after", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def public(view: V) -> V:
    """Mark a view that people may see without signing in; every other view asks them to."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def embeddable(view: V) -> V:
    """Mark a public page that other sites may show in a frame: it has no form and no cookie."""
    view.is_embeddable = True  # type: ignore[attr-defined]
    return view


def needs(*permissions: Permission[Any]) -> Callable[[V], V]:
    """Say which permissions a view stands on: its line in the policy.

    The operation enforces them; `flask routes --json` and the permission matrix read them here,
    and a route that is neither `public` nor `needs` anything fails a test.
    """

    def mark(view: V) -> V:
        view.permissions = permissions  # type: ignore[attr-defined]
        return view

    return mark


def safe_next(target: str | None) -> str | None:
    """A path of this site to go on to, or None: never another host, whatever its spelling."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(c in target for c in "\\\r\n\t\0") or len(target) > 500:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def keep_private(response: Response) -> Response:
    """Of pages whose address is a key: it goes into no cache, no search engine, no other's log."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
