"""Pages kept for anonymous readers, answered before sessions, sign-in and templates are asked.

A page is kept for one path and query, language and zone. It holds while the catalogue's stamp is
the one it was made under, for a minute at most (pages count down), and never past the moment it
names with `good_until`. A page with a search is kept from the second time on, because most are
never asked for again. Whoever brings a cookie of a person, or sends anything, is never answered
from here, and an answer that sets a cookie is never kept.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import parse_qs

import brotli
from flask import Flask, Response, g, request
from werkzeug.http import parse_accept_header, parse_cookie

from app.foundation import clock, languages, logs
from app.foundation.web import current_actor

V = TypeVar("V", bound=Callable[..., object])
T = TypeVar("T")
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
LONGEST = timedelta(seconds=60)
LONGEST_ADDRESS = 1000
MEGABYTE = 1024 * 1024
ROOM = 16 * MEGABYTE
VARY = "Cookie, Accept-Language, Accept-Encoding"
MOST_PARTS = 500
MOST_ASKED_ONCE = 2000
CACHE = "kept pages"
_KEEP = "lontar.keep_page_until"
_PARTS = "lontar.parts_of_pages"
_SMALL_HEADERS = frozenset({"cache-control", "content-language", "content-security-policy"})


def cacheable(view: V) -> V:
    """Mark a public view whose page is the same for every anonymous reader of one language."""
    view.is_cacheable = True  # type: ignore[attr-defined]
    return view


def good_until(moment: datetime | None) -> None:
    """This page says something that is no longer true after `moment`: do not keep it beyond."""
    if moment is not None:
        g.page_good_until = min(moment, g.get("page_good_until", moment))


def shared(what: Hashable, make: Callable[[], T], *, until: Callable[[T], datetime | None]) -> T:
    """What many pages say alike, made once: it holds while the catalogue's stamp does.

    `until` reads from what was made the moment after which it is no longer true. A person's
    pages, and those of an application without kept pages, have it made each time.
    """
    parts: dict[Hashable, tuple[Any, datetime | None]] | None = request.environ.get(_PARTS)
    if parts is None:
        return make()
    made, end = parts.get(what, (None, None))
    if made is None or (end is not None and clock.now() >= end):
        made = make()
        parts[what] = made, until(made)
    return made  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Key:
    """What an anonymous page depends on, and nothing else."""

    scheme: str
    path: str
    query: str
    locale: str
    zone: str


@dataclass(slots=True)
class Kept:
    """One page, with the compressed forms that were asked for so far."""

    headers: Headers
    body: bytes
    stamp: int
    made: datetime
    until: datetime
    tag: str = ""
    forms: dict[str, bytes] = field(default_factory=dict)

    def in_form(self, coding: str) -> bytes:
        if not coding:
            return self.body
        if coding not in self.forms:
            self.forms[coding] = (
                brotli.compress(self.body, quality=5)
                if coding == "br"
                else gzip.compress(self.body, compresslevel=6, mtime=0)
            )
        return self.forms[coding]

    def size(self) -> int:
        """What it takes, as if both compressed forms were there already."""
        return int(len(self.body) * 1.5) + 2000


class PageCache:
    """WSGI: answers what it has kept, and keeps what the application marks."""

    def __init__(
        self,
        application: Any,
        *,
        stamp: Callable[[], int | None],
        person_cookies: frozenset[str],
        room: int = ROOM,
    ) -> None:
        self.application = application
        self.stamp = stamp
        self.person_cookies = person_cookies
        self.room = room
        self.taken = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._parts: tuple[int, dict[Hashable, Any]] = (-1, {})
        self._asked_once: set[Key] = set()
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Begin anew, as when the process started."""
        with self._lock:
            self._kept.clear()
            self.taken, self._parts, self._asked_once = 0, (-1, {}), set()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        key = self._key(environ)
        stamp = None if key is None else self.stamp()
        if key is None or stamp is None:
            answer: Iterable[bytes] = self.application(environ, start_response)
            return answer
        now = clock.now()
        kept = self._find(key, stamp, now)
        if kept is None:
            environ[_PARTS] = self._parts_under(stamp)
            return self._ask(key, stamp, now, environ, start_response)
        return self._answer_kept(kept, key, environ, start_response)

    def _answer_kept(
        self, kept: Kept, key: Key, environ: Environ, start_response: Any
    ) -> Iterable[bytes]:
        """Answer, with the line in the log that the application writes for all others."""
        began = perf_counter()
        logs.begin_request()
        status, chunks = _answer(kept, environ, start_response)
        logs.say(
            "request",
            method=environ["REQUEST_METHOD"],
            path=logs.shown_path(key.path),
            status=status,
            ms=round(1000 * (perf_counter() - began), 1),
            user=None,
            kept=True,
        )
        return chunks

    def _key(self, environ: Environ) -> Key | None:
        """What to look under, or None when this request is not for kept pages."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ:
            return None
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        query = environ.get("QUERY_STRING", "")
        if len(path) + len(query) > LONGEST_ADDRESS:
            return None
        header = environ.get("HTTP_COOKIE")
        cookies = parse_cookie(header) if header else {}
        if not self.person_cookies.isdisjoint(cookies):
            return None
        asked, chosen = _language_asked(query), cookies.get("lang")
        if asked and asked != chosen:
            return None  # this answer sets the cookie
        locale = chosen if chosen in languages.LANGUAGES else None
        zone = cookies.get("zone", "")
        return Key(
            scheme=environ.get("wsgi.url_scheme", "http"),
            path=path,
            query=query,
            locale=locale or _language_accepted(environ.get("HTTP_ACCEPT_LANGUAGE", "")),
            zone=zone if languages.is_zone(zone) else "",
        )

    def _parts_under(self, stamp: int) -> dict[Hashable, Any]:
        """What pages under this stamp share. Another stamp, or too many of them, starts anew."""
        under, parts = self._parts
        if under != stamp or len(parts) >= MOST_PARTS:
            parts = {}
            self._parts = stamp, parts
        return parts

    def _find(self, key: Key, stamp: int, now: datetime) -> Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if kept.stamp == stamp and kept.made <= now < kept.until:
                self._kept.move_to_end(key)
                return kept
            self._drop(key)
            return None

    def _ask(
        self, key: Key, stamp: int, now: datetime, environ: Environ, start_response: Any
    ) -> Iterable[bytes]:
        """Let the application answer; keep the answer when it is marked and sets no cookie."""
        told: list[Any] = []

        def listen(*status_headers_and_error: Any) -> Any:
            told[:] = status_headers_and_error
            return None

        chunks: Iterable[bytes] = self.application(environ, listen)
        status, headers, *_error = told
        until: datetime | None = environ.get(_KEEP)
        plain = environ["REQUEST_METHOD"] == "GET" and status.startswith("200")
        sets_cookie = any(name.lower() == "set-cookie" for name, _value in headers)
        if until is None or not plain or sets_cookie:
            start_response(*told)
            return chunks
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        kept = Kept(
            headers=[(n, v) for n, v in headers if n.lower() not in {"content-length", "vary"}],
            body=body,
            stamp=stamp,
            made=now,
            until=min(until, now + LONGEST),
        )
        is_page = any(n == "Content-Type" and v.startswith("text/html") for n, v in headers)
        if not is_page or "HTTP_IF_NONE_MATCH" in environ or self._is_asked_again(key):
            kept.tag = hashlib.sha256(body).hexdigest()[:24]
            self._keep(key, kept)
        return _answer(kept, environ, start_response)[1]

    def _is_asked_again(self, key: Key) -> bool:
        """Whether to keep a page: a search of somebody's own is rarely asked for twice."""
        if not key.query or key in self._asked_once:
            return True
        if len(self._asked_once) >= MOST_ASKED_ONCE:
            self._asked_once = set()
        self._asked_once.add(key)
        return False

    def _keep(self, key: Key, kept: Kept) -> None:
        with self._lock:
            self._drop(key)
            self._kept[key] = kept
            self.taken += kept.size()
            while self.taken > self.room:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.taken -= gone.size()


def _answer(kept: Kept, environ: Environ, start_response: Any) -> tuple[int, Iterable[bytes]]:
    coding = _best_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    marked = [("ETag", f'"{kept.tag}{coding and "-"}{coding}"')] if kept.tag else []
    told = environ.get("HTTP_IF_NONE_MATCH", "")
    if marked and marked[0][1] in told:
        small = [(n, v) for n, v in kept.headers if n.lower() in _SMALL_HEADERS]
        start_response("304 NOT MODIFIED", [*small, *marked, ("Vary", VARY)])
        return 304, []
    body = kept.in_form(coding)
    headers = [*kept.headers, *marked, ("Vary", VARY), ("Content-Length", str(len(body)))]
    if coding:
        headers.append(("Content-Encoding", coding))
    start_response("200 OK", headers)
    return 200, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _language_asked(query: str) -> str:
    """The language that the address asks for, if it is one of ours."""
    if "lang=" not in query:
        return ""
    asked = parse_qs(query).get("lang", [""])[0]
    return asked if asked in languages.LANGUAGES else ""


@lru_cache(maxsize=1024)
def _language_accepted(header: str) -> str:
    return languages.best_language([tag for tag, _quality in parse_accept_header(header)])


@lru_cache(maxsize=1024)
def _best_coding(header: str) -> str:
    accepted = {
        coding.strip().lower() for coding, quality in parse_accept_header(header) if quality
    }
    return next((coding for coding in ("br", "gzip") if coding in accepted), "")


def keep_pages(app: Flask, stamp: Callable[[], int | None]) -> None:
    """Put the cache around the application; `stamp` reads the number that grows with changes."""

    @app.after_request
    def _mark(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "is_cacheable", False) and current_actor().user_id is None:
            latest = clock.now() + LONGEST
            request.environ[_KEEP] = min(latest, g.get("page_good_until", latest))
        return response

    person = {
        app.config["SESSION_COOKIE_NAME"],
        app.config.get("REMEMBER_COOKIE_NAME", "remember_token"),
    }
    cache = PageCache(app.wsgi_app, stamp=stamp, person_cookies=frozenset(person))
    app.extensions[CACHE] = cache
    app.wsgi_app = cache  # type: ignore[method-assign]
