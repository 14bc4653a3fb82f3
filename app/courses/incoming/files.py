"""What kind of file it is, by what is in it: never by its name alone."""

import codecs
from datetime import date
from html.parser import HTMLParser

from app.courses.incoming.linked_data import read_linked_data
from app.courses.incoming.rows import FileRefused, Incoming, Why
from app.courses.incoming.tables import read_csv, read_workbook

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_file(content: bytes, name: str, *, today: date) -> Incoming:
    """The courses in a file. Raises FileRefused; of several dates the next after `today` count."""
    if len(content) > LARGEST:
        raise FileRefused(Why.TOO_LARGE, most=LARGEST // MEGABYTE)
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(Why.OLD_WORKBOOK)
    return _read_text(decoded(content), name, today)


def _read_text(text: str, name: str, today: date) -> Incoming:
    begins, ending = text.lstrip(), name.casefold().rpartition(".")[2]
    if not begins:
        raise FileRefused(Why.EMPTY)
    if begins[:15].upper() == "BEGIN:VCALENDAR" or ending in {"ics", "ical", "ifb"}:
        from app.courses.incoming.calendars import read_calendar  # its libraries are heavy

        return read_calendar(text)
    if begins[0] in "{[" or ending in {"json", "jsonld"}:
        return read_linked_data([text], today=today)
    if begins[0] == "<":
        return read_linked_data(_blocks(text), today=today)
    if ending == "xlsx":
        raise FileRefused(Why.BROKEN_WORKBOOK)
    return read_csv(text)


def decoded(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or UTF-32, with its mark or without."""
    for mark, coding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], coding)
    head = content[:200]
    if head[1::2].count(0) > len(head) // 4:
        return _decoded(content, "utf-16-le")
    if head[::2].count(0) > len(head) // 4:
        return _decoded(content, "utf-16-be")
    return _decoded(content, "utf-8")


def _decoded(content: bytes, coding: str) -> str:
    try:
        text = content.decode(coding)
    except UnicodeDecodeError as fault:
        raise FileRefused(Why.UNREADABLE_TEXT) from fault
    if "\0" in text:
        raise FileRefused(Why.UNREADABLE_TEXT)
    return text


def _blocks(text: str) -> list[str]:
    """The blocks of linked data in a page that was saved."""
    page = _Page()
    page.feed(text)
    if not page.blocks:
        raise FileRefused(Why.NO_COURSES)
    return page.blocks


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and dict(attrs).get("type") == "application/ld+json"
        if self._inside:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False
