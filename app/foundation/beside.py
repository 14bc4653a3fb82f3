"""A second process that makes things while this one uses them: read there, written here."""

import fcntl
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from app.foundation.database import db

T = TypeVar("T")
# The child has what its parent had: the application, its settings, and who is asking.
_FORK = get_context("fork")
# What the pipe holds: with less, either process waits for the other at every hitch.
_AHEAD = 1 << 20
# A thread that reads the next rows over there waits so long (seconds) for the one that makes them:
# with Python's 5 ms the database stands still for a fifth of the time.
_TURN = 0.0001


def made_beside(make: Callable[[], Iterable[T]]) -> Generator[T]:
    """Each thing (never None) that `make` gives, made by a forked process, in order.

    `make` is called over there, on connections of its own. What is raised there is raised here.
    The pipe between the two holds little (a MiB), so the other one is never far ahead; it ends with
    this iterator.
    """
    receiving, sending = _FORK.Pipe(duplex=False)
    with suppress(OSError):  # somebody with many pipes open has to do with a small one
        fcntl.fcntl(sending, fcntl.F_SETPIPE_SZ, _AHEAD)
    process = _FORK.Process(target=_send_each, args=(make, sending), daemon=True)
    process.start()
    sending.close()
    try:
        yield from _received(receiving)
    finally:
        receiving.close()
        process.terminate()
        process.join()


def _received(receiving: Connection) -> Iterator[Any]:
    while True:
        try:
            raised, thing = receiving.recv()
        except EOFError:
            raise RuntimeError("The process beside this one ended before it was done.") from None
        if raised is not None:
            raise raised
        if thing is None:
            return
        yield thing


def _send_each(make: Callable[[], Iterable[Any]], sending: Connection) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    sys.setswitchinterval(_TURN)
    db.engine.dispose(close=False)  # the parent's connections stay the parent's
    try:
        for thing in make():
            sending.send((None, thing))
        sending.send((None, None))
    except BrokenPipeError:
        pass  # nobody asks any more
    except Exception as error:
        sending.send((error, None))
