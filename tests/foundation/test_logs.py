"""Logs: a line of JSON for each request, without what people typed and without keys."""

import json
import logging
import sys

from app.foundation import logs
from tests import make


def lines(caplog) -> list[dict]:
    return [
        json.loads(logs.JsonLines().format(record))
        for record in caplog.records
        if record.name == "lontar"
    ]


def test_a_request_is_one_line_with_its_name(client, caplog) -> None:
    caplog.set_level(logging.INFO, "lontar")
    make.sign_in(client, make.person())
    answer = client.get("/inbox?secret=words")
    (line,) = [x for x in lines(caplog) if x["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/inbox", 200)
    assert line["user"] is not None
    assert line["request"] == answer.headers["X-Request-Id"]
    assert "secret" not in caplog.text


def test_the_key_of_a_signed_link_is_not_written_down() -> None:
    assert logs.shown_path("/reset/WyIxIiwiYWJjZGVmZ2hpamtsbW5vcCJd.zz") == "/reset/~"


def test_nobody_writes_a_line_of_their_own(client, caplog) -> None:
    caplog.set_level(logging.INFO, "lontar")
    client.get("/nowhere%0d%0a%7b%22event%22:%22forged%22%7d")
    for record in caplog.records:
        assert "\n" not in logs.JsonLines().format(record)


def test_a_mistake_is_written_with_where_it_happened() -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        found = sys.exc_info()
    record = logging.LogRecord("app", logging.ERROR, "x", 1, "it %s", ("broke",), found)
    line = json.loads(logs.JsonLines().format(record))
    assert (line["event"], line["level"], line["from"]) == ("it broke", "error", "app")
    assert "ZeroDivisionError" in line["traceback"]


def test_a_name_for_the_request_is_taken_only_in_plain_letters() -> None:
    assert logs.begin_request("abc-12345678") == "abc-12345678"
    assert logs.begin_request('x"\n{} 12345678') != 'x"\n{} 12345678'
