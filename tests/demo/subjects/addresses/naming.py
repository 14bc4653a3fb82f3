"""How an address names an object."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.applications.models import Nominator, Route
from tests.demo.subjects.objects import Demo

Values = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """An object in an address: all there are, how it is written, what of it rules are asked."""

    objects: Callable[[Demo], Iterable[Any]]
    values: Callable[[Any], Values]


# By the office and the arguments, else by the arguments alone.
NamedByArguments = dict[tuple[str, ...], Named]


def all_of(kind: type) -> Callable[[Demo], Iterable[Any]]:
    return lambda demo: demo.rows[kind]


def way(route: Route) -> Values:
    return {"call_id": route.opportunity_id, "kind": route.kind.value}


def nominator(one: Nominator) -> Values:
    return {"call_id": one.route.opportunity_id, "nominator_id": one.id}
