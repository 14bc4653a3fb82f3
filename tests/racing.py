"""Races: eight people press at the same moment, round after round, and how it went is told.

`ROUNDS=200` (make races) runs every race so often; without it each runs as often as it says.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Flask

from app.foundation.database import db
from app.foundation.errors import Refusal
from app.foundation.languages import speak

CLIENTS = 8
ASKED_FOR = os.environ.get("ROUNDS")


class Tally:
    """What the race that runs now has done so far: pytest reads it into its report."""

    rounds = 0
    clients = 0
    unit = "rounds"


def rounds(usual: int, *, share: float = 1.0) -> Iterator[int]:
    """The rounds of a race; what is much like another race is run a share as often."""
    often = int(ASKED_FOR) if ASKED_FOR else usual
    for number in range(max(1, round(often * share))):
        yield number
        Tally.rounds += 1


def all_at_once(app: Flask, presses: Sequence[Callable[[], Any]]) -> Counter[Any]:
    """All start together. Counts what each came away with: its answer, or its refusal's name.

    Anything else that goes wrong fails the test.
    """
    barrier = threading.Barrier(len(presses))
    told: list[Any] = []
    broken: list[BaseException] = []
    Tally.clients = max(Tally.clients, len(presses))

    def client(press: Callable[[], Any]) -> None:
        with app.app_context():
            speak("en", None)
            barrier.wait()
            try:
                told.append(press())
            except Refusal as refusal:
                told.append(type(refusal).__name__)
            except BaseException as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=client, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if broken:
        raise broken[0]
    assert len(told) == len(presses), "a client never came back"
    db.session.rollback()
    return Counter(told)


def figures(report: Any) -> str:
    """One race in one line: what, where, how often, how many at once, and what went wrong."""
    kept = dict(report.user_properties)
    name = report.nodeid.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    wrong = 0 if report.passed else 1
    at_once = f" × {kept['clients']} clients" if kept["clients"] else ""
    return (
        f"| {name.replace('[', ' | ').rstrip(']')} | {kept['rounds']} {kept['unit']}{at_once} "
        f"| {wrong} | {report.duration:.0f} |"
    )
