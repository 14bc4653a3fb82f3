"""What is written follows its schema, or is not given out."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from app.interchange.reading import Unreadable, problems_of

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | Decimal | date | datetime | None


def root(namespace: str, name: str, **others: str) -> Any:
    """The first element; `others` are prefixes of further namespaces."""
    prefixes: dict[str | None, str] = {None: namespace}
    prefixes.update(others.items())
    return etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)


def add(parent: Any, name: str, value: Value = None, *, lang: str = "", **attributes: str) -> Any:
    """A child in the namespace of its parent, with its text where there is one."""
    space = parent.tag[1:].partition("}")[0]
    return add_in(space, parent, name, value, lang=lang, **attributes)


def add_in(
    space: str, parent: Any, name: str, value: Value = None, *, lang: str = "", **attributes: str
) -> Any:
    """The same in another namespace."""
    element = etree.SubElement(parent, f"{{{space}}}{name}")
    if value is not None:
        element.text = as_text(value)
    if lang:
        element.set(_LANGUAGE, lang)
    for attribute, said in attributes.items():
        if said:
            element.set(attribute.replace("_", "-"), as_text(said))
    return element


def add_if(parent: Any, name: str, value: Value, *, lang: str = "") -> None:
    """A child that is left out where there is nothing to say."""
    if value is not None and value != "":
        add(parent, name, value, lang=lang)


def as_text(value: Value) -> str:
    """As XML Schema writes it: decimals without exponents, moments with their zone."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment is written with its zone")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _UNWRITABLE.sub("", str(value))


def written(element: Any, schema: str) -> bytes:
    """The document; `Unreadable` where it does not follow its schema."""
    data: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    problems = tuple(problems_of(etree.fromstring(data), schema))
    if problems:
        raise Unreadable(*problems)
    return data
