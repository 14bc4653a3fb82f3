"""Before anything else: a request that calls us by another's name gets no page."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from werkzeug.sansio.utils import host_is_trusted


class OurNameOnly:
    """WSGI: lets through what names one of `hosts` in its Host header, kept pages included."""

    def __init__(self, application: Any, hosts: list[str]) -> None:
        self.application = application
        self.known = lru_cache(maxsize=256)(lambda host: host_is_trusted(host, hosts))

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        if self.known(environ.get("HTTP_HOST", "")):
            answer: Iterable[bytes] = self.application(environ, start_response)
            return answer
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"This site does not answer to that name.\n"]
