"""What an office above asks for beside the form: frozen with what is sent, and read with it.

A stay that somebody asks for is a row of its own, not an answer. Whoever reads the application
(reviewers, the office, its file and its PDF) reads it all the same, as it was sent.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.opportunities.states import Kind

Facts = Mapping[str, Any]  # plain JSON, under names that never change


class Beside(NamedTuple):
    """How an office keeps and tells it.

    `freeze` gives the facts of an application by its id, `called` the heading of each of its
    parts, and `say` these parts in the same order; both in the reader's language. `called_apart`
    and `say_apart` are the same of what tells who asks: for the office's tables alone, never for
    readers.
    """

    freeze: Callable[[Session, int], Facts]
    called: Callable[[], Sequence[str]]
    say: Callable[[Facts], Sequence[str]]
    called_apart: Callable[[], Sequence[str]] = tuple
    say_apart: Callable[[Facts], Sequence[str]] = lambda _facts: ()


_offices: dict[Kind, Beside] = {}


def ask_beside(kind: Kind, by: Beside) -> None:
    """From now on an office above asks for something beside the form of this kind."""
    _offices[kind] = by


def frozen_beside(session: Session, kind: Kind, application_id: int) -> dict[str, Any]:
    """What is sent of it, to stand in the content of a submission; nothing for other kinds."""
    if kind not in _offices:
        return {}
    return {"beside": {"kind": kind.value, **_offices[kind].freeze(session, application_id)}}


def called_beside(kind: str) -> Sequence[str]:
    """The columns of an office's table of what is asked for beside forms of this kind."""
    office = _offices.get(Kind(kind))
    return [*office.called(), *office.called_apart()] if office else ()


def cells_beside(content: Mapping[str, Any]) -> list[str]:
    """What was sent of it, column by column; nothing where nothing was."""
    facts = content.get("beside")
    if not facts:
        return []
    office = _offices[Kind(facts["kind"])]
    return [*office.say(facts), *office.say_apart(facts)]


def told_beside(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was sent of it in words, for every reader: (heading, what was said)."""
    facts = content.get("beside")
    if not facts:
        return []
    office = _offices[Kind(facts["kind"])]
    return list(zip(office.called(), office.say(facts), strict=True))
