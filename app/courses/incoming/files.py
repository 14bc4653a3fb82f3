"""What kind of file it is, by what is in it: never by its name alone."""

from datetime import date
from html.parser import HTMLParser

from app.courses.incoming.linked_data import read_linked_data
from app.courses.incoming.rows import Incoming, NoCourses, Why
from app.courses.incoming.tables import read_csv, read_workbook
from app.foundation.tables import Fault, FileRefused, decoded, is_workbook, refuse_large


def read_file(content: bytes, name: str, *, today: date) -> Incoming:
    """The courses in a file. Raises FileRefused; of several dates the next after `today` count."""
    refuse_large(content)
    if is_workbook(content):
        return read_workbook(content)
    return _read_text(decoded(content), name, today)


def _read_text(text: str, name: str, today: date) -> Incoming:
    begins, ending = text.lstrip(), name.casefold().rpartition(".")[2]
    if not begins:
        raise FileRefused(Fault.EMPTY)
    if begins[:15].upper() == "BEGIN:VCALENDAR" or ending in {"ics", "ical", "ifb"}:
        from app.courses.incoming.calendars import read_calendar  # its libraries are heavy

        return read_calendar(text)
    if begins[0] in "{[" or ending in {"json", "jsonld"}:
        return read_linked_data([text], today=today)
    if begins[0] == "<":
        return read_linked_data(_blocks(text), today=today)
    if ending == "xlsx":
        raise FileRefused(Fault.BROKEN_WORKBOOK)
    return read_csv(text)


def _blocks(text: str) -> list[str]:
    """The blocks of linked data in a page that was saved."""
    page = _Page()
    page.feed(text)
    if not page.blocks:
        raise NoCourses(Why.NO_COURSES)
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
