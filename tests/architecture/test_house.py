"""The house keeps its own rules: what no linter can see is checked here."""

import ast
from pathlib import Path

import pytest

import app.factory
from app.foundation.database import Base
from migrations.models import everything

everything()
APP = Path(app.factory.__file__).parent
FILES = sorted(APP.rglob("*.py"))
TREES = {file: ast.parse(file.read_text()) for file in FILES}


def lines_that_call(tree: ast.AST, attribute: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == attribute
    ]


def test_only_the_unit_of_work_commits() -> None:
    assert [f.name for f, tree in TREES.items() if lines_that_call(tree, "commit")] == ["work.py"]


def test_only_a_flow_assigns_a_state() -> None:
    offenders = [
        f"{file}:{node.lineno}"
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Attribute) and t.attr == "state" for t in node.targets)
        and file.name != "states.py"
    ]
    assert offenders == []


MAPPERS = sorted(Base.registry.mappers, key=lambda m: m.class_.__name__)


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda m: m.class_.__name__)
def test_no_relationship_loads_behind_your_back(mapper) -> None:
    lazy = {r.key: r.lazy for r in mapper.relationships}
    assert set(lazy.values()) <= {"raise_on_sql", "write_only", "selectin"}, lazy


def test_no_file_is_a_drawer() -> None:
    drawers = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
        "services",
        "managers",
        "base",
    }
    assert [f for f in FILES if f.stem in drawers or f.parent.name in drawers] == []


def test_every_module_says_what_lives_there() -> None:
    assert [str(f) for f, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_nothing_is_said_inside_a_formatted_string_where_no_translator_finds_it() -> None:
    """Babel reads no calls there: such words stay English in every language."""
    said = [
        f"{file}:{call.lineno}"
        for file, tree in TREES.items()
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "gettext", "ngettext", "lazy"}
    ]
    assert said == []
