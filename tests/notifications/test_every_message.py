"""Every message that an office can send has its words, and they ask for nothing it does not give."""

from dataclasses import fields
from importlib import import_module
from pkgutil import walk_packages

import pytest
from jinja2 import meta, nodes

import app
from app.notifications import rendering
from app.notifications.notify import Message

GIVEN = {
    "link",
    "site_name",
    "locale",
    "language",
    "subject",
    "_",
    "gettext",
    "ngettext",
    "pgettext",
}
MESSAGES = [
    kind
    for found in walk_packages(app.__path__, "app.")
    if "messages" in found.name.split(".")
    for kind in vars(import_module(found.name)).values()
    if isinstance(kind, type) and issubclass(kind, Message) and kind.__module__ == found.name
    if hasattr(kind, "kind")
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.kind)
def test_it_has_a_subject_and_a_text_that_know_their_values(message) -> None:
    paper = rendering._paper()
    values = {field.name for field in fields(message)}
    for name in ("subject.txt", "body.txt", "body.html"):
        template = f"mail/{message.kind}/{name}"
        if name == "body.html" and not (rendering.TEMPLATES / template).exists():
            continue
        source = paper.loader.get_source(paper, template)[0]
        tree = paper.parse(source)
        asked = meta.find_undeclared_variables(tree) - own_names(tree)
        assert asked <= values | GIVEN, template
        paper.get_template(template)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.kind)
def test_what_is_named_like_a_moment_is_one(message) -> None:
    for field in fields(message):
        if field.name.endswith(rendering.MOMENTS):
            assert "datetime" in str(field.type), f"{field.name} would be read as a moment"


def own_names(tree: nodes.Template) -> set[str]:
    """What the template sets or imports outside its blocks."""
    return {node.target for node in tree.find_all(nodes.Import)} | {
        node.target.name
        for node in tree.find_all(nodes.Assign)
        if isinstance(node.target, nodes.Name)
    }


def test_no_two_messages_have_the_same_words() -> None:
    kinds = [message.kind for message in MESSAGES]
    assert len(kinds) == len(set(kinds))
    assert all(len(kind) <= 60 for kind in kinds)
