"""Reading the site as a browser without scripts does: the links and forms of its pages."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.demo.house import House

Pairs = list[tuple[str, str]]
# Pages of one kind that are opened.
SAME_ENDPOINT = 2 if os.environ.get("THOROUGH") == "1" else 1


@dataclass
class FoundForm:
    """A form as it was drawn: where it goes, and every field with what stands in it."""

    page: str
    action: str
    method: str
    fields: Pairs = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)

    def shape(self, house: House) -> tuple[str, tuple[str, ...]]:
        """Forms of the same shape are the same form about another object."""
        names = {re.sub(r"\d+", "0", name) for name, _value in self.fields}
        return endpoint_of(house, self.action), tuple(sorted(names))


class Page(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address, self.lang = address, ""
        self.links: list[str] = []
        self.forms: list[FoundForm] = []
        self.ids: set[str] = set()
        self.described: list[str] = []
        self.alerts = 0
        self.inline: list[str] = []
        self._form: FoundForm | None = None
        self._select = self._option = self._area = ""
        self._taken = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids |= {told["id"]} if "id" in told else set()
        self.described += told.get("aria-describedby", "").split()
        self.alerts += told.get("role") == "alert"
        if tag == "html":
            self.lang = told.get("lang", "")
        inline = tag == "style" or (tag == "script" and "src" not in told)
        if "nonce" not in told and (inline or "style" in told):
            self.inline.append(self.get_starttag_text() or tag)
        self.inline += [name for name in told if name.startswith("on")]
        if tag == "a" and "href" in told:
            self.links.append(urldefrag(urljoin(self.address, told["href"])).url)
        elif tag == "form":
            method = told.get("method", "get").upper()
            action = urljoin(self.address, told.get("action") or self.address)
            self._form = FoundForm(self.address, action, method)
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, told, self._form)

    def _control(self, tag: str, told: dict[str, str], form: FoundForm) -> None:
        name, kind = told.get("name", ""), told.get("type", "text")
        if tag == "option" and self._select:
            if "selected" in told or not self._taken:
                if self._taken:
                    form.fields.pop()
                form.fields.append((self._select, told.get("value", "")))
                self._taken = True
        elif not name or "disabled" in told:
            return
        elif tag == "select":
            self._select, self._taken = name, False
            form.kinds[name] = "select"
        elif tag == "textarea":
            self._area = name
            form.kinds[name] = "textarea"
            form.fields.append((name, ""))
        elif tag == "input":
            form.kinds.setdefault(name, kind)
            if kind not in {"checkbox", "radio", "submit", "image"} or "checked" in told:
                form.fields.append((name, told.get("value", "")))
            elif all(known != name for known, _value in form.fields):
                form.fields.append((name, told.get("value", "on") if kind == "radio" else ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[-1] = (self._area, self._form.fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area and self._form is not None:
            name, text = self._form.fields[-1]
            self._form.fields[-1] = (name, text.removeprefix("\n"))
            self._area = ""


def endpoint_of(house: House, address: str) -> str:
    parts = urlsplit(address)
    for method in ("GET", "POST"):
        try:
            return str(house.addresses.match(parts.path, method=method)[0])
        except RequestRedirect:
            return parts.path
        except Exception:  # noqa: BLE001, S112 - no page of ours
            continue
    return ""


def crawl(
    house: House, browser: FlaskClient, start: str, *, of_each: int = SAME_ENDPOINT
) -> Iterator[tuple[TestResponse, Page]]:
    """Open what can be reached by links, some pages of each kind, in the order of finding."""
    waiting, known = [start], {start}
    opened: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        endpoint = endpoint_of(house, address)
        # The demo's mailbox holds everybody's letters; their links are not this person's.
        if (
            not endpoint
            or endpoint.startswith(("static", "demo_mailbox."))
            or opened[endpoint] >= of_each
        ):
            continue
        opened[endpoint] += 1
        answer = house.ask(browser, "GET", address).response
        if answer.status_code in {301, 302, 303}:
            links = [urljoin(address, answer.location)]
        elif answer.mimetype == "text/html":
            page = Page(address, answer.get_data(as_text=True))
            yield answer, page
            links = page.links
        else:
            continue
        for link in links:
            parts = urlsplit(link)
            if link not in known and parts.netloc in {"", "localhost"}:
                known.add(link)
                waiting.append(parts._replace(scheme="", netloc="").geturl())
