"""A file is measured before it is read, and follows its format or is refused."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from app.interchange.reading.problems import (
    DEEPEST,
    LARGEST,
    MOST_ELEMENTS,
    PROBLEMS_TOLD,
    Problem,
    Reason,
    Unreadable,
)

_HERE = Path(__file__).parents[1] / "xsd"
_RAW = "https://raw.githubusercontent.com/"
_EWP = _RAW + "erasmus-without-paper/ewp-specs-"
_LAS = _EWP + "api-omobility-las/stable-v1/endpoints/get-response.xsd"
_ELMO = _RAW + "emrex-eu/elmo-schemas/v1/"
# Where schemas say that they import others from, and our copy of each: nothing else is loaded.
_COPIES = {
    "http://www.w3.org/2001/03/xml.xsd": "elmo/xml.xsd",
    _ELMO + "references/xmldsig-core-schema.xsd": "elmo/xmldsig-core-schema.xsd",
    _ELMO + "references/EUROPASS_ISOCountries_V1.1.xsd": "elmo/EUROPASS_ISOCountries_V1.1.xsd",
    _EWP + "architecture/stable-v1/common-types.xsd": "ewp/common-types.xsd",
    _EWP + "types-address/stable-v1/schema.xsd": "ewp/types-address.xsd",
    _EWP + "types-phonenumber/stable-v1/schema.xsd": "ewp/types-phonenumber.xsd",
    _EWP + "types-academic-term/stable-v1/schema.xsd": "ewp/types-academic-term-v1.xsd",
    _EWP + "types-academic-term/stable-v2/schema.xsd": "ewp/types-academic-term-v2.xsd",
    _EWP + "api-courses/master/response.xsd": "ewp/api-courses-response.xsd",
    _LAS: "ewp/omobility-las-get-response.xsd",
}


def root_of(data: bytes, namespace: str, name: str, schema: str) -> Any:
    """The root element of a file that is safe to read and follows its schema; or `Unreadable`.

    `schema` is a file of `xsd/`; comments and processing instructions are left out.
    """
    if not data.strip():
        raise Unreadable(Problem(Reason.EMPTY))
    if len(data) > LARGEST:
        raise Unreadable(Problem(Reason.TOO_LARGE))
    _Measure(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(Problem(Reason.MALFORMED, error.lineno or 1)) from error
    if root.getroottree().docinfo.doctype:  # the two parsers must not read it in two ways
        raise Unreadable(Problem(Reason.DECLARES, 1))
    if root.tag != f"{{{namespace}}}{name}":
        theirs, _sep, found = root.tag.rpartition("}")
        raise Unreadable(
            Problem(Reason.OTHER_FORMAT, root.sourceline, found, theirs[1:], (namespace, name))
        )
    problems = tuple(problems_of(root, schema))
    if problems:
        raise Unreadable(*problems[:PROBLEMS_TOLD])
    return root


class _Measure:
    """A first pass that builds nothing, so that a file made to fill a machine is told in time."""

    def __init__(self, data: bytes) -> None:
        self._depth = self._elements = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._declares
        self._parser.StartElementHandler = self._begins
        self._parser.EndElementHandler = self._ends
        try:
            self._parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            self._refuse(Reason.MALFORMED, error)

    def _declares(self, *_about: object) -> None:
        self._refuse(Reason.DECLARES)

    def _begins(self, *_about: object) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST:
            self._refuse(Reason.TOO_DEEP)
        if self._elements > MOST_ELEMENTS:
            self._refuse(Reason.TOO_MANY)

    def _ends(self, _name: object) -> None:
        self._depth -= 1

    def _refuse(self, reason: Reason, cause: Exception | None = None) -> NoReturn:
        raise Unreadable(Problem(reason, self._parser.CurrentLineNumber)) from cause


class _Copies(etree.Resolver):  # type: ignore[misc]
    def resolve(self, url: str, _public: object, context: object) -> object:
        """Our copy of an imported schema; nothing is ever asked of the network."""
        if url in _COPIES:
            return self.resolve_filename(str(_HERE / _COPIES[url]), context)
        if Path(url).is_relative_to(_HERE):
            return None
        raise OSError(f"no copy of this schema is kept: {url}")


_one_at_a_time = Lock()


@lru_cache
def _schema(name: str) -> Any:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(_Copies())
    return etree.XMLSchema(etree.parse(str(_HERE / name), parser))


def problems_of(root: Any, schema: str) -> Iterator[Problem]:
    """What of a document does not follow a schema of `xsd/`, in the order of the lines."""
    with _one_at_a_time:  # a schema keeps the errors of its last document in itself
        checked = _schema(schema)
        errors = [] if checked.validate(root) else list(checked.error_log)
    told = set()
    for error in errors:
        problem = _as_problem(error.type_name, error.message, error.line)
        # One wrong value is told twice: once by its pattern or list, once by its type.
        if (problem.line, problem.element) not in told:
            told.add((problem.line, problem.element))
            yield problem


_ELEMENT = re.compile(r"^Element '(?:\{[^}]*\})?([^']+)'")
_EXPECTED = re.compile(r"(?:\{[^{}]*\})?([\w:.-]+)(?:, | \)|$)")
_VALUE = re.compile(
    r"'([^']*)' is not (?:a valid value|an element of the set|accepted)|value '([^']*)'"
)
_TYPES = {
    "xs:date": Reason.NOT_A_DAY,
    "xs:dateTime": Reason.NOT_A_MOMENT,
    "xs:decimal": Reason.NOT_A_NUMBER,
    "xs:integer": Reason.NOT_A_NUMBER,
    "xs:nonNegativeInteger": Reason.NOT_A_NUMBER,
}


def _as_problem(kind: str, message: str, line: int) -> Problem:
    """libxml2 says what is wrong in English; the words it quotes are taken over, not its words."""
    found = _ELEMENT.match(message)
    element = found[1] if found else ""
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        _said, _between, expected = message.partition("Expected is")
        names = tuple(_EXPECTED.findall(expected.partition("(")[2].rstrip(" .")))
        reason = Reason.MISSING if "Missing child" in message else Reason.UNEXPECTED
        return Problem(reason, line, element, "", names)
    if kind == "SCHEMAV_CVC_COMPLEX_TYPE_4":
        return Problem(Reason.NO_ATTRIBUTE, line, element, _quoted(message, "attribute '"))
    value = _VALUE.search(message)
    if value is None:
        return Problem(Reason.OTHERWISE, line, element)
    named = next((reason for word, reason in _TYPES.items() if f"'{word}'" in message), None)
    return Problem(named or Reason.VALUE, line, element, value[1] or value[2] or "")


def _quoted(message: str, before: str) -> str:
    return message.partition(before)[2].partition("'")[0]


def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]
