"""A person at one connection: opens pages, fills in their forms and sends them."""

import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
PAPER += b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
PAPER += b"xref\n0 4\ntrailer<</Size 4/Root 1 0 R>>\n%%EOF\n"
SENTENCE = "I study how words end in languages that are written without spaces."
WHOLE_NUMBERS = {"day": "4", "month": "5", "year": "2026"}


class NotAnswered(SystemExit):
    """A page that is not there: with what it was answered instead."""

    def __init__(self, asked: str, status: int) -> None:
        super().__init__(f"{asked} was answered {status}.")
        self.status = status


@dataclass(slots=True)
class Form:
    """A form as a page shows it: where it goes, and the fields that it has, in order."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of a page that send something, filled in as somebody in no hurry would."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address, self.html = address, html
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._choice = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = (
                Form(urljoin(self.address, a.get("action", "")))
                if (a.get("method", "").lower() == "post")
                else None
            )
            if self._form:
                self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option":
            others = {value for _name, value in self._form.fields}
            if self._choice and a.get("value") and a["value"] not in others:
                self._form.fields.append((self._choice, a["value"]))
                self._choice = ""
        elif tag == "select":
            self._choice = a.get("name", "")
        elif name := a.get("name"):
            self._field(self._form, tag, name, a)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _field(self, form: Form, tag: str, name: str, a: dict[str, str]) -> None:
        kind = a.get("type", "text") if tag == "input" else tag
        taken = any(name == other for other, _value in form.fields)
        if kind == "hidden":
            form.fields.append((name, a.get("value", "")))
        elif kind == "file":
            form.files.append(name)
        elif kind in {"radio", "checkbox"} and not taken:
            form.fields.append((name, a.get("value", "y")))
        elif kind in {"text", "textarea", "number", "email"}:
            part = name.rpartition("-")[2]
            typed = WHOLE_NUMBERS.get(part) or ("2" if kind == "number" else SENTENCE)
            form.fields.append((name, typed))


class Browser:
    """One connection, with the cookies that it was given."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def opens(self, address: str) -> Page:
        return self._asks("GET", address)

    def sends(self, form: Form, **typed: str) -> Page:
        """Send a form as it stands, with these fields typed over."""
        fields = [(name, typed.pop(name, value)) for name, value in form.fields]
        fields += typed.items()
        if form.files:
            body, kind = _multipart(fields, form.files)
        else:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        return self._asks("POST", form.action, body, {"Content-Type": kind})

    def signs_in(self, email: str, password: str) -> None:
        form = next(f for f in self.opens("/sign-in").forms if "sign-in" in f.action)
        self.sends(form, email=email, password=password)
        if "session" not in self.cookies:
            raise SystemExit(f"{email} could not sign in.")

    def may_start(self, call_id: int) -> bool:
        """Whether this person has not applied for it yet, and may."""
        start = f"/applications/start/{call_id}"
        return any(urlsplit(f.action).path == start for f in self.opens(start).forms)

    def applies(self, call_id: int) -> float:
        """A whole application: begin it, fill in every section, check it, send it.

        Returns the seconds that the last step, submitting, took of it.
        """
        start = f"/applications/start/{call_id}"
        page = self.sends(_form_to(self.opens(start), start))
        at = urlsplit(page.address).path
        for section in dict.fromkeys(re.findall(rf'href="({at}/[a-z_-]+)"', page.html)):
            if section.endswith(("/check", "/withdraw")) or ".ics" in section:
                continue
            page = self.opens(section)
            for upload in [f for f in page.forms if f.files]:
                self.sends(upload)
            if sheet := [f for f in page.forms if urlsplit(f.action).path == section]:
                self.sends(sheet[0])
        check = self.opens(f"{at}/check")
        began = time.perf_counter()
        page = self.sends(_form_to(check, f"{at}/check"))
        took = time.perf_counter() - began
        if not page.address.endswith("/receipt"):
            raise SystemExit(f"{at} was not sent.")
        return took

    def _asks(
        self, method: str, address: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Page:
        parts = urlsplit(address)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {**(headers or {}), "Cookie": self.cookie, "Accept-Language": "en"}
        self.connection.request(method, target, body or None, sent)
        answer = self.connection.getresponse()
        html = answer.read().decode()
        for told in answer.headers.get_all("Set-Cookie") or ():
            name, _is, value = told.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in {301, 302, 303}:
            return self.opens(urljoin(target, answer.headers["Location"]))
        if answer.status != 200:
            raise NotAnswered(f"{method} {target}", answer.status)
        return Page(target, html)


def _form_to(page: Page, path: str) -> Form:
    return next(f for f in page.forms if urlsplit(f.action).path == path)


def _multipart(fields: list[tuple[str, str]], files: list[str]) -> tuple[bytes, str]:
    mark = "one-part-ends-here"

    def parts() -> Iterator[bytes]:
        for name, value in fields:
            said = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            yield said.encode()
        for name in files:
            said = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; '
            said += 'filename="paper.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
            yield said.encode() + PAPER + b"\r\n"

    return b"".join(parts()) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
