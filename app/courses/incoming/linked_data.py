"""Courses in linked data: Course, CourseInstance and their like of schema.org, as JSON-LD.

Nodes may be nested, or stand side by side and name each other by `@id`, in a `@graph` or a list.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.courses.incoming import values as v
from app.courses.incoming.rows import (
    Incoming,
    NoCourses,
    Refused,
    Row,
    RowRefused,
    Why,
    each_once,
)

Node = dict[str, Any]
DEEPEST = 40
MOST_STEPS = 4  # from a node to what says it
COURSES = {"Course"}
INSTANCES = {"CourseInstance", "EducationEvent"}
MATERIALS = {"LearningResource"}
_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:", "sdo:")


def read_linked_data(texts: Sequence[str], *, today: date) -> Incoming:
    """Every course in it. Raises FileRefused."""
    nodes = [node for text in texts for node in _nodes(_loaded(text))]
    known: dict[str, Node] = {}
    for node in nodes:
        name = node.get("@id")
        if isinstance(name, str) and name:
            known[name] = {**known.get(name, {}), **node}
    told = _Told(known, today)
    courses = _each(known, nodes, COURSES)
    taken = {id(one) for course in courses for one in told.instances(course)}
    alone = [n for n in _each(known, nodes, INSTANCES) if id(n) not in taken]
    found = [*courses, *alone] or _each(known, nodes, MATERIALS)
    if not found:
        raise NoCourses(Why.NO_COURSES)
    return each_once("json-ld", (told.row(n, one) for n, one in enumerate(found, 1)), [])


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        what = "too deep" if isinstance(fault, RecursionError) else v.cut(str(fault), 120)
        raise NoCourses(Why.NOT_JSON, what=what) from fault


def _nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    """Every object in it, with the names of schema.org without their prefix."""
    if depth > DEEPEST:
        raise NoCourses(Why.NOT_JSON, what="too deep")
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth + 1)
    elif isinstance(value, dict):
        for key in [key for key in value if key.startswith(_PREFIXES)]:
            value.setdefault(_bare(key), value[key])
        yield value
        for key, one in list(value.items()):
            if key != "@context":
                yield from _nodes(one, depth + 1)


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _types(node: Node) -> set[str]:
    said = node.get("@type", node.get("type", ()))
    return {_bare(one) for one in _all(said) if isinstance(one, str)}


def _each(known: dict[str, Node], nodes: list[Node], types: set[str]) -> list[Node]:
    """The nodes of these types, each once however often it is named."""
    found: dict[int, Node] = {}
    for node in nodes:
        name = node.get("@id")
        whole = known.get(name, node) if isinstance(name, str) and name else node
        if _types(whole) & types:
            found.setdefault(id(whole), whole)
    return list(found.values())


def _all(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


class _Told:
    """Reads one node after another, following what they name."""

    def __init__(self, known: dict[str, Node], today: date) -> None:
        self.known, self.today = known, today

    def node(self, value: Any) -> Any:
        """The node that is named by its `@id`, else the value itself."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str):
            return self.known.get(value["@id"], value)
        return value

    def words(self, value: Any, *names: str, depth: int = 0) -> str:
        """What a value says: text, or one of these properties of the node it is."""
        for one in _all(value):
            node = self.node(one)
            if isinstance(node, dict):
                wanted = ("@value", *names) if depth < MOST_STEPS else ()
                said = (self.words(node[n], *names, depth=depth + 1) for n in wanted if node.get(n))
                node = next((text for text in said if text), "")
            if isinstance(node, (str, int, float)) and str(node).strip():
                return str(node)
        return ""

    def lines(self, value: Any, *names: str) -> str:
        said = [self.words(one, *names) for one in _all(value)]
        return "\n".join(f"- {one}" if len(said) > 1 else one for one in said if one)

    def instances(self, course: Node) -> list[Node]:
        held = (self.node(one) for one in _all(course.get("hasCourseInstance")))
        return [one for one in held if isinstance(one, dict)]

    def row(self, number: int, node: Node) -> Row | Refused:
        try:
            return self._read(number, node)
        except RowRefused as fault:
            title = v.in_one_line(self.words(node.get("name")))
            return Refused(number, fault.why, fault.said, title=title)

    def _read(self, number: int, node: Node) -> Row:
        named = node.get("@id")
        name = named if isinstance(named, str) else ""
        dates = self._dates(node)
        page = self.words(node.get("url"), "url", "@id") or (name if _is_web(name) else "")
        page = page or self.words(dates.get("url"), "url", "@id")
        given = node.get("provider") or node.get("organizer") or node.get("publisher")
        about = [self.words(one, "termCode", "name") for one in _all(node.get("about"))]
        workload = dates.get("courseWorkload") or node.get("timeRequired")
        values: dict[str, Any] = {
            "title": v.in_one_line(
                self.words(node.get("name")) or self.words(node.get("headline"))
            ),
            "summary": v.plain(self.words(node.get("description"))),
            "objectives": v.plain(self.lines(node.get("teaches"), "name", "targetName")),
            "prerequisites": v.plain(
                self.lines(node.get("coursePrerequisites"), "name", "targetName", "description")
            ),
            "taken_at": v.link(page),
            "given_by": v.in_one_line(self.words(given, "name", "legalName")),
            "languages": self._languages(node, dates),
            "level": None,
            "difficulty": "",
            **v.level(self.words(node.get("educationalLevel"), "termCode", "name")),
            "field_code": v.field_code("; ".join(about), self._keywords(node)),
            "minutes": v.minutes(self.words(workload)),
            **self._fee(node, dates),
            "licence": v.licence(self.words(node.get("license"), "url", "@id", "name")),
            "tracks": v.tracks(
                " ".join(
                    self.words(one, "educationalRole", "audienceType", "name")
                    for one in _all(node.get("audience"))
                )
            ),
            "starts_on": v.day(self.words(dates.get("startDate"))),
            "ends_on": v.day(self.words(dates.get("endDate")), last=True),
        }
        inside = v.language(self.words(node.get("inLanguage"), "alternateName", "name"))
        values["locale"] = inside
        if "Cancelled" in self.words(node.get("eventStatus")):
            raise RowRefused(Why.CANCELLED)
        code = v.in_one_line(self.words(node.get("courseCode")), 30).upper()
        return v.finished(number, values, identifier=name, code=code)

    def _dates(self, node: Node) -> Node:
        """The node that says when: itself, or of its instances the next, else the last."""
        held = sorted(self.instances(node), key=lambda one: self.words(one.get("startDate")))
        coming = (one for one in held if self.words(one.get("startDate")) >= self.today.isoformat())
        return next(coming, held[-1] if held else node)

    def _languages(self, node: Node, dates: Node) -> list[str]:
        said = [
            self.words(one, "alternateName", "name")
            for place in (
                dates.get("inLanguage"),
                node.get("availableLanguage"),
                node.get("inLanguage"),
            )
            for one in _all(place)
        ]
        return v.languages(";".join(said))

    def _keywords(self, node: Node) -> str:
        return ";".join(self.words(one, "name", "termCode") for one in _all(node.get("keywords")))

    def _fee(self, node: Node, dates: Node) -> dict[str, Any]:
        offers = [self.node(one) for one in [*_all(dates.get("offers")), *_all(node.get("offers"))]]
        for offer in (one for one in offers if isinstance(one, dict)):
            price = self.words(offer.get("price")) or self.words(offer.get("category"))
            said = v.fee(price, self.words(offer.get("priceCurrency")))
            if said["fee_amount"] is not None or said["costs_something"]:
                return said
        free = node.get("isAccessibleForFree")
        return v.fee("" if free is None else str(free).lower())


def _is_web(name: str) -> bool:
    return name.startswith(("https://", "http://"))
