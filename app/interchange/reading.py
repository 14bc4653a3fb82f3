"""Files of other systems are read with distrust: size, depth, declarations, then the schema.

Nothing is fetched, nothing is expanded, and a file that does not follow its format is not read in
part: whoever sent it is told in sentences what to mend, with the lines.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from app.foundation.errors import RuleBroken
from app.foundation.languages import either, number
from app.foundation.languages import gettext as _

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
DEEPEST = 40
MOST_ELEMENTS = 20_000
PROBLEMS_TOLD = 10

_HERE = Path(__file__).parent / "xsd"
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


class Reason(StrEnum):
    """Why a file is refused; each has its own sentence."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    DECLARES = "declares"
    TOO_DEEP = "too deep"
    TOO_MANY = "too many"
    MALFORMED = "malformed"
    OTHER_FORMAT = "other format"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    NOT_A_DAY = "not a day"
    NOT_A_MOMENT = "not a moment"
    NOT_A_NUMBER = "not a number"
    VALUE = "value"
    NO_ATTRIBUTE = "no attribute"
    CONTRADICTS = "contradicts"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file; the line counts from 1, and is None for the whole."""

    reason: Reason
    line: int | None = None
    element: str = ""
    value: str = ""
    expected: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        said = _SENTENCES[self.reason](self)
        if self.line is None:
            return said
        return _("Line %(line)s: %(what)s", line=number(self.line), what=said)


class Unreadable(RuleBroken):
    """A file is not what it should be, or is not safe to read."""

    http_status = 422

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.sentence for problem in problems))


_SENTENCES: dict[Reason, Callable[[Problem], str]] = {
    Reason.EMPTY: lambda _p: _("The file is empty."),
    Reason.TOO_LARGE: lambda _p: _(
        "The file is larger than %(most)s MB.", most=number(LARGEST // MEGABYTE)
    ),
    Reason.DECLARES: lambda _p: _(
        "The file declares a document type or entities, which can hide what it says. "
        "Export it without them."
    ),
    Reason.TOO_DEEP: lambda _p: _(
        "Elements stand within each other more than %(most)s deep.", most=number(DEEPEST)
    ),
    Reason.TOO_MANY: lambda _p: _(
        "The file has more than %(most)s elements.", most=number(MOST_ELEMENTS)
    ),
    Reason.MALFORMED: lambda _p: _(
        "From here on this is not XML in UTF-8: the file may be cut off."
    ),
    Reason.OTHER_FORMAT: lambda p: _(
        "The file is of another format: it begins with “%(found)s” of “%(theirs)s”, not with "
        "“%(expected)s” of “%(namespace)s”.",
        found=p.element,
        theirs=p.value,
        expected=p.expected[1],
        namespace=p.expected[0],
    ),
    Reason.MISSING: lambda p: _(
        "In “%(element)s” something is missing: %(expected)s.",
        element=p.element,
        expected=either(p.expected),
    ),
    Reason.UNEXPECTED: lambda p: (
        _(
            "“%(element)s” may not stand here; what is expected is %(expected)s.",
            element=p.element,
            expected=either(p.expected),
        )
        if p.expected
        else _("“%(element)s” may not stand here.", element=p.element)
    ),
    Reason.NOT_A_DAY: lambda p: _(
        "“%(element)s” is not a day as 2027-02-10 is: “%(value)s”.",
        element=p.element,
        value=p.value,
    ),
    Reason.NOT_A_MOMENT: lambda p: _(
        "“%(element)s” is not a day with a time as 2027-02-10T09:00:00+09:00 is: “%(value)s”.",
        element=p.element,
        value=p.value,
    ),
    Reason.NOT_A_NUMBER: lambda p: _(
        "“%(element)s” is not a number: “%(value)s”.", element=p.element, value=p.value
    ),
    Reason.VALUE: lambda p: _(
        "The format does not know “%(value)s” as “%(element)s”.",
        element=p.element,
        value=p.value,
    ),
    Reason.NO_ATTRIBUTE: lambda p: _(
        "“%(element)s” needs the attribute “%(attribute)s”.",
        element=p.element,
        attribute=p.value,
    ),
    Reason.CONTRADICTS: lambda p: _(
        "“%(element)s” contradicts itself: the reason “%(value)s” does not go with what was "
        "done to it.",
        element=p.element,
        value=p.value,
    ),
    Reason.OTHERWISE: lambda p: _(
        "“%(element)s” is not as the format describes it.", element=p.element
    ),
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


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class Node:
    """An element of a document that follows its schema, read by the names of its children."""

    __slots__ = ("_element", "_namespace")

    def __init__(self, element: Any, namespace: str = "") -> None:
        self._element = element
        self._namespace = namespace or element.tag[1:].partition("}")[0]

    def all(self, name: str, namespace: str = "") -> list["Node"]:
        space = namespace or self._namespace
        return [Node(one, space) for one in self._element.findall(f"{{{space}}}{name}")]

    def one(self, name: str, namespace: str = "") -> "Node | None":
        return next(iter(self.all(name, namespace)), None)

    def child(self, name: str, namespace: str = "") -> "Node":
        """A child that the schema requires."""
        return self.all(name, namespace)[0]

    def say(self, name: str, namespace: str = "") -> str:
        """The text of a child, or nothing where there is none."""
        found = self.one(name, namespace)
        return found.text if found else ""

    @property
    def text(self) -> str:
        """Without the space around it, which has no meaning in these formats."""
        return (self._element.text or "").strip()

    @property
    def token(self) -> str:
        """The same in one line."""
        return " ".join(self.text.split())

    def attribute(self, name: str) -> str:
        return str(self._element.get(name, ""))

    def word(self, name: str) -> str:
        """An attribute in one line."""
        return " ".join(self.attribute(name).split())

    def whole(self, name: str) -> int:
        """An attribute that is a whole number: nobody counts beyond nine digits."""
        said = self.word(name)
        if len(said) > 9:
            self.refuse(Reason.NOT_A_NUMBER, said)
        return int(said)

    @property
    def language(self) -> str:
        return str(self._element.get("{http://www.w3.org/XML/1998/namespace}lang", ""))

    @property
    def number(self) -> Decimal:
        """A decimal number: more than 30 digits are nobody's credits."""
        if len(self.text) > 30:
            self.refuse(Reason.NOT_A_NUMBER)
        return Decimal(self.text)

    @property
    def day(self) -> date:
        """A day; its zone, which the format allows and nobody needs, is left out."""
        try:
            return date.fromisoformat(self.text[:10])
        except ValueError:
            self.refuse(Reason.NOT_A_DAY)

    @property
    def moment(self) -> datetime:
        """A moment; UTC where no zone is named."""
        try:
            said = datetime.fromisoformat(self.text)
        except ValueError:
            self.refuse(Reason.NOT_A_MOMENT)
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    @property
    def month(self) -> tuple[int, int]:
        """Year and month; a zone, which the format allows, is left out."""
        try:
            said = date.fromisoformat(f"{self.text[:7]}-01")
        except ValueError:
            self.refuse(Reason.NOT_A_DAY)
        return said.year, said.month

    def refuse(self, reason: Reason, value: str = "") -> NoReturn:
        raise Unreadable(
            Problem(reason, self._element.sourceline, _local(self._element.tag), value or self.text)
        )
