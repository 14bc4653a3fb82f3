"""Bad input in every field of every form that the demo's people find: a refusal, never a fault.

`make test` tries each form with one value of every class, in a field that the form's own name
chooses; `make badinput` (THOROUGH=1) tries every value in every field, as everybody.
"""

import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, urlsplit
from zlib import crc32

import pytest
from werkzeug.datastructures import MultiDict

from app.accounts.demo import PEOPLE
from app.accounts.throttle import forget
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.database import db
from tests.demo.crawling import FoundForm, Page, crawl, endpoint_of
from tests.demo.house import UNDONE, Answer, House

THOROUGH = os.environ.get("THOROUGH") == "1"
MARK = "<script>lontar(1)</script>"
NASTY: dict[str, list[str]] = {
    "overlong": ["x" * 30_000, "ក" * 21_000],
    "nul": ["a\0b", "\0"],
    "control": ["a\x01\x1b[31mb", "a\r\nBcc: x@example.org", "\x7f\x85"],
    "bidi": ["a\u202eb\u2066c", "\u200f\u200b"],
    "emoji": ["\U0001f468\u200d\U0001f4bb\U0001f1f0\U0001f1ed", "e" + "\u0301" * 200],
    "markup": [MARK, '"><img src=x onerror=lontar(1)>', "{{ 7*7 }}", "%s %(x)s", "'; --"],
    "number": ["99999999999999999999", "-1", "1e309", "NaN", "0x10", "2147483648", "٣", "1.5"],
    "date": ["31", "0", "99", "-5", "0000"],
    "empty": ["", "   "],
}
PERSONS = [name for name, _who in PEOPLE] + [None]
SOME = ["applicant-kh", "reviewer-1", "manager-a", "approver-a", "host-jp", "secretariat", None]
TYPED = {"text", "textarea", "search", "email", "number", "date", "tel", "url", "select"}
KEPT_KINDS = {"text", "textarea", "search", "email"}
PARAMETERS = ("q", "after", "before", "state", "country", "sort", "lang", "next", "show", "page")


def nasty_for(form: str, names: list[str], *, whole: bool) -> Iterator[tuple[str, str]]:
    """(field, value): all of them, or some, each in a field chosen by the form's name."""
    for kind, values in NASTY.items():
        if whole:
            yield from ((name, value) for name in names for value in values)
            continue
        chosen = crc32(f"{form} {kind}".encode())
        if THOROUGH or chosen % 2:
            yield names[chosen % len(names)], values[chosen % len(values)]


class Campaign:
    """One person's forms, what was tried in them, and every answer that was wrong."""

    def __init__(self, house: House, name: str | None) -> None:
        self.house = house
        self.browser = house.browser(name)
        self.tried: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.forms: dict[object, FoundForm] = {}
        self.pages: list[Page] = []

    def look(self) -> None:
        for answer, page in crawl(self.house, self.browser, "/dashboard"):
            self.pages.append(page)
            self._look_at(answer, page)
            for form in page.forms:
                self.forms.setdefault(form.shape(self.house), form)

    def _look_at(self, answer, page: Page) -> None:
        policy = answer.headers.get("Content-Security-Policy", "")
        nonced = "nonce-" in policy
        wanted = {"X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"}
        if answer.status_code >= 400:
            self.fail(page.address, f"a link that leads to {answer.status_code}")
        if page.inline or "unsafe" in policy or "default-src 'none'" not in policy:
            self.fail(page.address, f"inline {page.inline} under {policy}")
        if nonced and "no-store" not in answer.headers.get("Cache-Control", ""):
            self.fail(page.address, "a nonce on a page that may be kept")
        if missing := wanted - set(answer.headers.keys()):
            self.fail(page.address, f"without {missing}")

    def fail(self, where: str, why: str) -> None:
        self.wrong.append(f"{where}: {why}")

    def fill(self) -> None:
        """Every form, with each nasty value in turn and the rest as it was drawn.

        A form that somebody else tried wholly on this database is tried with some.
        """
        for shape, form in self.forms.items():
            if endpoint_of(self.house, form.action) == "security.logout":
                continue
            self.tried["forms"] += 1
            whole = THOROUGH and shape not in self.house.whole
            self.house.whole.add(shape)
            names = sorted({name for name, _value in form.fields if name != "csrf_token"})
            self.tried["fields"] += len(names)
            fine = self._send(form, MultiDict(form.fields)).status < 400 if names else False
            for name, value in nasty_for(form.action, names, whole=whole) if names else ():
                data: MultiDict[str, object] = MultiDict(form.fields)
                data.setlist(name, [value])
                if form.kinds.get(name) == "file":
                    data.setlist(name, [(io.BytesIO(value.encode()), "x.pdf")])
                self.tried["values"] += 1
                self._judge(form, name, value, self._send(form, data), fine=fine)
            if form.method == "POST":
                self._try_oddly(form, whole=whole)

    def _send(self, form: FoundForm, data: MultiDict[str, object]) -> Answer:
        if form.method == "GET":
            return self._ask("GET", urlsplit(form.action).path, query_string=data)
        data["csrf_token"] = self.house.token
        return self._ask("POST", form.action, data=data)

    def _ask(self, method: str, address: str, **how: Any) -> Answer:
        forget(self.house.app)
        self.tried["requests"] += 1
        answer = self.house.ask(self.browser, method, address, **how)
        if answer.status >= 500:
            self.tried["5xx"] += 1
            self.fail(f"{method} {address} {how!r:.200}", f"a fault, {answer.status}")
        if answer.half_written:
            self.tried["half-written"] += 1
            self.fail(f"{method} {address} {how!r:.200}", f"half-written: {answer.half_written}")
        return answer

    def _judge(self, form: FoundForm, name: str, value: str, answer: Answer, *, fine: bool) -> None:
        """A refusal says why beside the field, and shows what was typed.

        `fine` says that the form is taken as it is drawn, so that this field is to blame.
        """
        where = f"{form.method} {form.action} {name}={value[:20]!r} {answer.status}"
        html = answer.response.get_data(as_text=True)
        if "Traceback" in html:
            self.fail(where, "a trace")
        if MARK in html:
            self.fail(where, "markup came back as markup")
        refused = 400 <= answer.status < 500
        self.tried["refused"] += refused
        if not refused or answer.response.mimetype != "text/html":
            return
        page = Page(form.action, html)
        beside = [one.removesuffix("-error") for one in page.ids if one.endswith("-error")]
        kind = form.kinds.get(name, "")
        if answer.status not in {409, 422} and fine and kind in TYPED:
            self.fail(where, "no page that shows the form again")
        if answer.status != 422:
            return
        if not page.alerts and not beside:
            self.fail(where, "a refusal without a sentence")
        if (
            fine
            and kind in TYPED
            and not any(name.startswith(b) or b.startswith(name) for b in beside)
        ):
            self.fail(where, f"no sentence beside the field: {beside}")
        if lost := [one for one in page.described if one not in page.ids]:
            self.fail(where, f"described by nothing: {lost}")
        shown = {shown for f in page.forms for n, shown in f.fields if n == name}
        wanted = flat(value)
        if kind in KEPT_KINDS and "\0" not in value and wanted.isprintable():
            kept = set(map(flat, shown))
            if wanted and not any(wanted.startswith(k) and k for k in kept):
                self.fail(where, f"what was typed is gone: {sorted(kept)[:3]}")

    def _try_oddly(self, form: FoundForm, *, whole: bool) -> None:
        """What no browser sends: no token, nothing, twice, another type, half a multipart."""
        token = self.house.token
        as_drawn = [(n, v) for n, v in form.fields if n != "csrf_token"]
        odd = {
            "no token": {"data": MultiDict(as_drawn), "headers": {"X-CSRFToken": ""}},
            "nothing": {"data": {"csrf_token": token}},
            "twice": {"data": MultiDict([*as_drawn * 2, ("csrf_token", token)])},
            "others": {"data": {"csrf_token": token, "a\0[]": "\ufffe\U0010ffff", "x" * 3000: "1"}},
            "json": {"data": "{", "content_type": "application/json"},
            "text": {"data": "a=b", "content_type": "text/plain"},
            "half": {
                "data": b'--x\r\nContent-Disposition: form-data; name="a"',
                "content_type": "multipart/form-data; boundary=x",
            },
            "no boundary": {"data": b"--x", "content_type": "multipart/form-data"},
            "bad charset": {
                "data": b"a=%ff%fe&b=\xff",
                "content_type": "application/x-www-form-urlencoded; charset=utf-7",
            },
        }
        for kind, how in odd.items():
            if not whole and crc32(f"{form.action} {kind}".encode()) % 3:
                continue
            self.tried["bodies"] += 1
            answer = self._ask("POST", form.action, **how)
            if kind == "no token" and answer.status == UNDONE:
                self.fail(f"POST {form.action} {kind}", f"written: {answer.tables}")

    def ask_oddly(self) -> None:
        """Addresses that nobody was given."""
        values = [v for some in NASTY.values() for v in some]
        for page in self.pages:
            path = urlsplit(page.address).path
            kind = endpoint_of(self.house, path)
            whole = THOROUGH and kind not in self.house.whole
            self.house.whole.add(kind)
            start = crc32(path.encode())
            for number in range(start, start + (len(values) if whole else 2)):
                value = values[number % len(values)]
                some = PARAMETERS if whole else PARAMETERS[number % len(PARAMETERS) :][:1]
                self.tried["addresses"] += 1
                answer = self._ask("GET", path, query_string={n: value[:3000] for n in some})
                if MARK in answer.response.get_data(as_text=True):
                    self.fail(f"GET {path} {value!r:.60}", "markup came back as markup")
            self.tried["addresses"] += 1
            self._ask("GET", path.rsplit("/", 1)[0] + "/" + quote("\0\u202e<x>" + "9" * 40))


def flat(text: str) -> str:
    return normalize("NFC", re.sub(r"\s+", " ", text).strip())


@pytest.mark.parametrize(
    ("name", "house"),
    [
        # A database at a time in one process, so that a form is tried wholly by one person.
        pytest.param(name, kind, marks=pytest.mark.xdist_group(kind))
        for kind in ("sqlite", "postgresql")
        for name in (PERSONS if THOROUGH else SOME)
        if THOROUGH or (kind == "sqlite") == (name in SOME[::2])
    ],
    indirect=["house"],
    scope="session",
)
def test_nothing_that_can_be_typed_is_a_fault(house, name, record_property) -> None:
    with house.undoing():
        campaign = Campaign(house, name)
        campaign.look()
        campaign.fill()
        campaign.ask_oddly()
    record_property(
        "bad_input", {"database": house.kind, "pages": len(campaign.pages), **campaign.tried}
    )
    assert not campaign.wrong, "\n".join(campaign.wrong)
    assert len(campaign.pages) > 5
    assert campaign.tried["values"] > 20


ODD_HEADERS = [
    {"Upload-Length": length, "Upload-Offset": value, "Upload-Metadata": value}
    for value in (
        "",
        "-1",
        "1e9",
        "9" * 40,
        "٣",
        "x" * 5000,
        "filename",
        "filename ====",
        "a b,c d",
        # A file called "a NUL b.pdf", of such a kind.
        "filename YQBiLnBkZg==,filetype YXBwbGljYXRpb24AL3BkZg==",
    )
    for length in (value, "10")
]


@pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
def test_no_header_of_a_file_in_pieces_is_a_fault(house) -> None:
    wrong = []
    with house.app.app_context():
        draft = (
            db.session.query(Application)
            .filter_by(applicant_id=house.people["applicant-kh"], state=ApplicationState.DRAFT)
            .first()
        )
        begun = f"/uploads/{draft.id:064}"
        pieces = f"/applications/{draft.id}/files/cv/pieces"
        db.session.remove()
    browser = house.browser("applicant-kh")
    with house.undoing():
        for headers in ODD_HEADERS:
            for method, address in (
                ("POST", pieces),
                ("HEAD", begun),
                ("PATCH", begun),
                ("PATCH", "/uploads/" + "x" * 300),
                ("DELETE", "/uploads/%00"),
            ):
                for media in ("application/offset+octet-stream", "text/plain", "x" * 200):
                    answer = house.ask(
                        browser,
                        method,
                        address,
                        data=b"ten bytes.",
                        headers=headers,
                        content_type=media,
                    )
                    if answer.status >= 500 or answer.half_written:
                        wrong.append((method, address, headers, media, answer.status))
    assert wrong == []
