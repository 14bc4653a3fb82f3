"""How often somebody may try: counted by account and by the address on the network.

The library `limits` keeps the counts, in Redis when several processes share them; while Redis is
away each process counts for itself. Only what is throttled asks it, so other pages pay nothing.
The address is the connection's own: a proxy in front is believed only as far as PROXY_HOPS says.
"""

import hashlib
import ipaddress
import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, Response, current_app, make_response, request, session
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from werkzeug.exceptions import TooManyRequests

from app.foundation.web import current_actor

TRIES = "10 per 5 minutes"
LETTERS = "5 per day"
_COUNTS = "lontar-counts"

log = logging.getLogger(__name__)
_own_counts = FixedWindowRateLimiter(MemoryStorage())


def count_in(app: Flask, redis_url: str) -> None:
    """Keep the counts there: in Redis, else in this process."""
    patience = {"socket_connect_timeout": 1, "socket_timeout": 1} if redis_url else {}
    kept = storage_from_string(redis_url or "memory://", **patience)
    app.extensions[_COUNTS] = FixedWindowRateLimiter(kept)


def forget(app: Flask) -> None:
    """Begin to count anew."""
    app.extensions[_COUNTS].storage.reset()


def network() -> str:
    """Where the request comes from; of an IPv6 address the part that one household shares."""
    told = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return told


def at_most(often: str, bp: Blueprint) -> None:
    """Every page of the blueprint together, at most so often from one network."""
    item = parse(often)

    @bp.before_request
    def _count() -> None:
        key = (bp.name, network.__name__, network())
        wait = _counts(_wait, item, key)
        if wait is not None:
            raise TooManyRequests(retry_after=wait)
        _counts(_hit, item, key)


def account() -> str:
    """The account that is tried: typed, half signed in, or signed in; "" when none is named."""
    typed = request.form.get("email", "").strip().lower()
    who = typed or session.get("tf_user_id") or current_actor().user_id
    return hashlib.sha256(str(who).encode()).hexdigest()[:32] if who else ""


def tries(
    purpose: str,
    view: Callable[..., Any],
    *,
    refuse: Callable[[int], Any],
    limit: str = TRIES,
    of: tuple[Callable[[], str], ...] = (network, account),
    counted: Callable[[Response], bool] = lambda _response: True,
) -> Callable[..., Any]:
    """The view, answered at most so often to a POST; `refuse` is given the seconds to wait.

    `counted` says which answers count: a right password need not.
    """
    item = parse(limit)

    @wraps(view)
    def limited(**values: Any) -> Any:
        if request.method != "POST":
            return view(**values)
        keys = [(purpose, key.__name__, who) for key in of if (who := key())]
        for key in keys:
            wait = _counts(_wait, item, key)
            if wait is not None:
                return refuse(wait)
        answer = make_response(view(**values))
        if counted(answer):
            for key in keys:
                _counts(_hit, item, key)
        return answer

    return limited


def _wait(counts: RateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> int | None:
    """How many seconds until the next try is heard; None when it is heard now."""
    if counts.test(item, *key):
        return None
    return max(1, int(counts.get_window_stats(item, *key).reset_time - time.time()))


def _hit(counts: RateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> None:
    counts.hit(item, *key)


def _counts(
    ask: Callable[[RateLimiter, RateLimitItem, tuple[str, ...]], Any],
    item: RateLimitItem,
    key: tuple[str, ...],
) -> Any:
    """Ask the shared counts, or while they are away this process's own."""
    try:
        return ask(current_app.extensions[_COUNTS], item, key)
    except Exception:  # each storage has errors of its own; none of them may open the door
        log.warning("The shared counts do not answer; counting in this process.")
        return ask(_own_counts, item, key)
