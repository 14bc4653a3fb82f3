"""Whether a document says only what schema.org knows, where schema.org knows it.

The vocabulary is a kept part of a release (tests/data/SOURCES.md): types with their parents and
their own properties, and what a property may hold.
"""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent.parent / "data" / "schemaorg"


def complaints(node: Any, at: str = "") -> Iterator[str]:
    """What is wrong with a node and with the nodes in it, each with its place."""
    kind = node.get("@type")
    if kind not in _types():
        yield f"{at or '/'}: {kind} is no type"
        return
    known = set().union(*(_types()[one][1] for one in lineage(kind)))
    for name, value in node.items():
        if name.startswith("@"):
            continue
        if name not in known:
            yield f"{at}/{name}: {kind} has no such property"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from complaints(inner, f"{at}/{name}")
                yield from _misplaced(name, inner.get("@type"), at)


def lineage(kind: str) -> set[str]:
    """A type and all its ancestors."""
    return {kind}.union(*(lineage(parent) for parent in _types()[kind][0]))


def _misplaced(name: str, kind: Any, at: str) -> Iterator[str]:
    if kind in _types() and not lineage(kind) & _values().get(name, set()):
        yield f"{at}/{name}: holds no {kind}"


@cache
def _types() -> dict[str, tuple[list[str], set[str]]]:
    return {
        row["type"]: (row["parents"].split(), set(row["properties"].split()))
        for row in _rows("types.csv")
    }


@cache
def _values() -> dict[str, set[str]]:
    return {row["property"]: set(row["values"].split()) for row in _rows("ranges.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (KEPT / name).open(newline="") as file:
        return list(csv.DictReader(file))
