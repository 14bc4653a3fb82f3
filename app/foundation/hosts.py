"""Before anything else: a request that calls us by another's name gets no page."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from werkzeug.sansio.utils import host_is_trusted

# What watches over the process asks by its number, and is told no more than whether it is well.
_ASKED_BY_NUMBER = frozenset({"/healthz", "/readyz"})


class OurNameOnly:
    """WSGI: lets through what names one of `hosts` in its Host header, kept pages included."""

    def __init__(self, application: Any, hosts: list[str]) -> None:
        self.application = application
        self.our_name = hosts[0]
        self.known = lru_cache(maxsize=256)(lambda host: host_is_trusted(host, hosts))

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if not self.known(environ.get("HTTP_HOST", "")):
            if environ.get("PATH_INFO", "") not in _ASKED_BY_NUMBER:
                start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
                return [b"This site does not answer to that name.\n"]
            environ["HTTP_HOST"] = self.our_name
        answer: Iterable[bytes] = self.application(environ, start_response)
        return answer
