"""Answers that name an organisation: what the list says it is called."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from app.organisations.queries import names_of


def as_listed(session: Session, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with each chosen organisation under its name in the list.

    What names none of the list is kept as it was written.
    """
    chosen = set(_chosen(answers))
    if not chosen:
        return answers
    names = names_of(session, chosen)
    return {key: _named(value, names) for key, value in answers.items()}


def _chosen(value: Any) -> Iterator[int]:
    if isinstance(value, list):
        for one in value:
            yield from _chosen(one)
    elif isinstance(value, dict) and "organisation" in value:
        yield value["organisation"]
    elif isinstance(value, dict):
        for one in value.values():
            yield from _chosen(one)


def _named(value: Any, names: dict[int, str]) -> Any:
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    if "organisation" not in value:
        return {key: _named(one, names) for key, one in value.items()}
    name = names.get(value["organisation"])
    return {**value, "name": name} if name else value["name"]
