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
    parts, and `say` these parts in the same order; both in the reader's language.
    """

    freeze: Callable[[Session, int], Facts]
    called: Callable[[], Sequence[str]]
    say: Callable[[Facts], Sequence[str]]


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
    """The headings of what is asked for beside forms of this kind."""
    office = _offices.get(Kind(kind))
    return office.called() if office else ()


def told_beside(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was sent of it in words: (heading, what was said)."""
    facts = content.get("beside")
    if not facts:
        return []
    office = _offices[Kind(facts["kind"])]
    return list(zip(office.called(), office.say(facts), strict=True))
