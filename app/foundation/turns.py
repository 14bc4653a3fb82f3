"""Reading pages on SQLite are drawn one after another: threads would only fight for Python.

SQLite answers within the process. Each of its steps lets go of the interpreter, another thread
takes it, and the first waits to have it back: four pages at once cost twice the processor of the
same four in turn (docs/decisions/0007). Nothing is waited for that another thread could use.
"""

from collections.abc import Iterable
from contextlib import nullcontext
from threading import Lock
from typing import Any

_READS = frozenset({"GET", "HEAD"})


class InTurns:
    """WSGI: one reading request at a time; whatever brings a body is never waited for."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self._turn = Lock()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        reads = environ["REQUEST_METHOD"] in _READS and not _brings_a_body(environ)
        with self._turn if reads else nullcontext():
            answer: Iterable[bytes] = self.application(environ, start_response)
            return answer


def _brings_a_body(environ: Any) -> bool:
    return environ.get("CONTENT_LENGTH", "") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ
