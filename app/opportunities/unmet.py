"""What people look for in the catalogue and do not find, counted by its words and nothing else.

A page only adds to a tally in memory; a minute later a thread of its own writes the tally down,
so that no reader waits for it and no page asks one statement more. Whoever looked is not known
here. Pages that are answered from the cache are not counted: the same words, looked for again
within the minute, are one search. What is in memory when a process ends is lost.
"""

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from app.foundation.actors import SYSTEM
from app.foundation.search.folding import fold
from app.foundation.search.tokens import line_of, pieces
from app.foundation.work import unit_of_work
from app.opportunities.browsing import Search
from app.opportunities.catalogue import Listed
from app.opportunities.operations import note_unmet_searches
from app.opportunities.states import Kind

WAIT = timedelta(minutes=1)
MOST_AT_A_TIME = 200
LONGEST = 100
TALLY = "unmet searches"
log = logging.getLogger(__name__)

Full = Callable[[Session, Collection[int]], set[int]]


@dataclass(slots=True)
class Looked:
    """How often some words were looked for, and which dates of courses were all that was found."""

    number: int = 0
    found: frozenset[int] = frozenset()


class Tally:
    """Words → how often, until it is written down."""

    def __init__(self, app: Flask, full: Full) -> None:
        self._app, self._full = app, full
        self._looked: dict[str, Looked] = {}
        self._lock = threading.Lock()
        self._is_waiting = False

    def add(self, words: str, found: frozenset[int]) -> None:
        """Count a search once; `found` are the dates of courses that it found."""
        words = spelled(words)
        if not words:
            return
        with self._lock:
            if words not in self._looked and len(self._looked) >= MOST_AT_A_TIME:
                return
            looked = self._looked.setdefault(words, Looked())
            looked.number, looked.found = looked.number + 1, found
            if self._is_waiting or self._app.testing:
                return
            self._is_waiting = True
        timer = threading.Timer(WAIT.total_seconds(), self.write_down)
        timer.daemon = True
        timer.start()

    def write_down(self) -> None:
        """Keep what was looked for in vain: nothing was found, or only dates without a seat."""
        with self._lock:
            looked, self._looked, self._is_waiting = self._looked, {}, False
        if not looked:
            return
        try:
            with self._app.app_context(), unit_of_work(SYSTEM) as work:
                asked = frozenset[int]().union(*(one.found for one in looked.values()))
                full = self._full(work.session, asked) if asked else set()
                unmet = {w: one.number for w, one in looked.items() if one.found <= full}
                note_unmet_searches(work, unmet)
        except Exception:
            log.exception("what was looked for in vain is not counted")


def count_searches(app: Flask, full: Full) -> None:
    """From now on; `full` tells which of some dates of courses have no seat that is free."""
    app.extensions[TALLY] = Tally(app, full)


def is_unmet(search: Search, kind: Kind | None, rows: Collection[Listed], *, more: bool) -> bool:
    """Whether a search for courses, by words alone, found nothing that has a seat for certain."""
    by_words = search.words and not (search.chosen or search.mine or search.closed or search.after)
    for_courses = kind in (None, Kind.COURSE)
    return bool(by_words and for_courses and not more) and all(r.kind == Kind.COURSE for r in rows)


def spelled(words: str) -> str:
    """One spelling for what readers write in several ways; "" when there is no word in it."""
    return line_of(pieces(fold(words).replace("\n", " "))).strip()[:LONGEST].rstrip()
