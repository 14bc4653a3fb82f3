"""On what somebody can be appointed: each office above offers the objects that it keeps."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.foundation.actors import Scope

Objects = Callable[[Session], list[tuple[int, str]]]
_offered: dict[Scope, Objects] = {}


def offer(scope: Scope, objects: Objects) -> None:
    """From now on roles of this scope can be given on these: id and name, in order."""
    _offered[scope] = objects


def objects_of(session: Session, scope: Scope) -> list[tuple[int, str]]:
    return _offered[scope](session) if scope in _offered else []
