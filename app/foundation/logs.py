"""What the programs say while they run: one JSON object a line, on standard error.

A line never holds what a person typed, a query string or a key; and JSON keeps whatever a value
contains inside its quotes, so that nobody can write a line of their own.
"""

import json
import logging
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

LOG = logging.getLogger("lontar")
LONGEST_SEGMENT = 24
Fact = str | int | float | bool | None

_ENCODED = json.JSONEncoder(default=str).encode
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def say(event: str, /, *, level: int = logging.INFO, **facts: Fact) -> None:
    """Note that `event` happened, as in `say("mail.sent", kind=…, ms=…)`."""
    LOG.log(level, event, extra={"facts": facts})


def request_id() -> str:
    return _request_id.get()


def begin_request(told: str = "") -> str:
    """Name this request: as the proxy in front named it, if it did so in plain letters."""
    plain = 8 <= len(told) <= 64 and told.isascii() and told.replace("-", "").isalnum()
    name = told if plain else secrets.token_hex(8)
    _request_id.set(name)
    return name


def shown_path(path: str) -> str:
    """The path with its long segments left out: those are the keys of signed links."""
    return "/".join("~" if len(part) > LONGEST_SEGMENT else part for part in path.split("/"))[:300]


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage()[:2000],
        }
        if record.name != LOG.name:
            line["from"] = record.name
        if request_id():
            line["request"] = request_id()
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)[-6000:]
        return _ENCODED(line)


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes where standard error is now, not where it was when the program started."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def set_up() -> None:
    """From now on everything that is logged in this process is a line of JSON."""
    logging._srcfile = None  # noqa: SLF001 - as logging's manual says, where a line tells no file
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = _StandardError()
    handler.setFormatter(JsonLines())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    LOG.setLevel(logging.INFO)
