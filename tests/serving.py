"""Serving the site on loopback, for tests in a real browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

from app.factory import create_app
from app.foundation.database import db
from config import Settings


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of a server of its own; sessions that tests hold must be closed before."""
    app = create_app(settings, SERVER_NAME=None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def signed_in(context: Any, address: str, client: Any) -> Any:
    """A page of a browser's context, signed in as a test client is."""
    key = client.get_cookie("session", domain="localhost").value
    context.add_cookies([{"name": "session", "value": key, "url": address}])
    return context.new_page()
