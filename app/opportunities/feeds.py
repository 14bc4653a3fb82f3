"""What is new, as an Atom feed (RFC 4287) that readers and other sites take. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Item:
    """One opportunity: `name` is its lasting name, `locale` the language of its words."""

    name: str
    title: str
    summary: str
    address: str
    by: str
    published_at: datetime
    locale: str


def atom(
    items: Iterable[Item], *, title: str, address: str, page: str, made_at: datetime, locale: str
) -> str:
    """The feed, which is kept at `address` and says what the page `page` shows."""
    ET.register_namespace("", ATOM)
    items = list(items)
    feed = ET.Element(f"{{{ATOM}}}feed", {_LANGUAGE: locale})
    newest = max((item.published_at for item in items), default=made_at)
    _say(feed, "id", address)
    _say(feed, "title", title)
    _say(feed, "updated", _moment(newest))
    _say(feed, "link", rel="self", type="application/atom+xml", href=address)
    _say(feed, "link", rel="alternate", type="text/html", href=page)
    for item in items:
        entry = _say(feed, "entry")
        entry.set(_LANGUAGE, item.locale)
        _say(entry, "id", item.name)
        _say(entry, "title", item.title)
        _say(entry, "updated", _moment(item.published_at))
        _say(entry, "published", _moment(item.published_at))
        _say(entry, "link", rel="alternate", type="text/html", href=item.address)
        _say(_say(entry, "author"), "name", item.by)
        if item.summary:
            _say(entry, "summary", item.summary)
    return ET.tostring(feed, encoding="unicode", xml_declaration=True)


def _say(inside: ET.Element, what: str, text: str | None = None, **told: str) -> ET.Element:
    made = ET.SubElement(inside, f"{{{ATOM}}}{what}", told)
    made.text = text
    return made


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
