"""`make docs`: docs/states.md and docs/permissions.md, written from Flows and Permissions.

`python -m app.commands.documents --check` writes nothing, and fails when what lies there is stale.
"""

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import app
from app.foundation.permissions import Permission
from app.foundation.states import Flow

DOCS = Path(__file__).parents[2] / "docs"
WRITTEN = "<!-- Written by `make docs` from the code: change it there. -->"


def main() -> int:
    pages = {"states.md": states_page(), "permissions.md": permissions_page()}
    if "--check" not in sys.argv:
        for name, text in pages.items():
            (DOCS / name).write_text(text)
        return 0
    stale = [n for n, text in pages.items() if not _is_fresh(DOCS / n, text)]
    print(f"docs: {', '.join(stale)} is stale; run make docs" if stale else "docs: fresh")
    return 1 if stale else 0


def _is_fresh(file: Path, text: str) -> bool:
    return file.exists() and file.read_text() == text


def rooms(name: str) -> Iterator[ModuleType]:
    """Every module of the house with this room's name, office by office."""
    for found in pkgutil.walk_packages(app.__path__, "app."):
        if name in found.name.split(".")[2:]:
            yield import_module(found.name)


def flows() -> list[type[Flow]]:
    """Every state machine of the house, in the order of the modules and lines that declare it."""
    return [
        value
        for module in rooms("states")
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Flow)
        and value.__module__ == module.__name__
        and value is not Flow
    ]


def permissions() -> dict[str, list[tuple[str, Permission[Any]]]]:
    """Every permission of the house by its office, with the name that the code calls it by."""
    found: dict[str, list[tuple[str, Permission[Any]]]] = {}
    for module in rooms("policy"):
        office = module.__name__.split(".")[1]
        own = [(n, p) for n, p in vars(module).items() if isinstance(p, Permission) and n.isupper()]
        known = {id(p) for _name, p in found.get(office, [])}
        found.setdefault(office, []).extend((n, p) for n, p in own if id(p) not in known)
    return {office: sorted(own, key=lambda pair: pair[1].name) for office, own in found.items()}


def states_page() -> str:
    parts = [
        "# States",
        "",
        WRITTEN,
        "",
        "Each thing with a life of its own, and the only moves it has.",
    ]
    for flow in flows():
        office = flow.__module__.split(".")[1]
        parts += ["", f"## {flow.__name__.removesuffix('Flow')} ({office})", ""]
        parts += [*_diagram(flow), "", "| move | from | to |", "|---|---|---|"]
        parts += [
            f"| `{name}` | {', '.join(sorted(move.sources))} | {move.target} |"
            for name, move in flow.moves().items()
        ]
    return "\n".join(parts) + "\n"


def _diagram(flow: type[Flow]) -> list[str]:
    ids = {state: state.name.lower() for state in flow.states}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'  state "{state}" as {name}' for state, name in ids.items()]
    lines += [f"  [*] --> {ids[next(iter(flow.states))]}"]
    lines += [
        f"  {ids[source]} --> {ids[move.target]}: {name}"
        for name, move in flow.moves().items()
        for source in flow.states
        if source in move.sources
    ]
    return [*lines, "```"]


def permissions_page() -> str:
    parts = ["# Permissions", "", WRITTEN, ""]
    parts += [
        "What may be done, what whoever may not is told, and the object that decides: an operation",
        "asks it on its first line; pages and buttons ask the same one.",
    ]
    for office, own in permissions().items():
        parts += [
            "",
            f"## {office}",
            "",
            "| permission | whoever may not is told | in the code |",
            "|---|---|---|",
        ]
        parts += [f"| {p.name} | {p.sentence} | `{office}.policy.{name}` |" for name, p in own]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
