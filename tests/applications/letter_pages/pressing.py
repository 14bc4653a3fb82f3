"""How the tests of letters press and read."""

import re

FILE_NAME = "why-i-hesitate-about-her.pdf"


def csrf(browser, path: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)[1]


def file_at(browser, path: str) -> bytes:
    with browser.get(path) as answer:
        return answer.data


def send(browser, path: str, *, at: str = "", **values):
    """Press a button of this page, with what its hidden fields hold."""
    hidden = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(path).text)
    shown = {"version": hidden[1]} if hidden else {}
    data = {"csrf_token": csrf(browser, path), **shown, **values}
    return browser.post(path + at, data=data, content_type="multipart/form-data")
