"""A permission is a name, a sentence and a rule; a rule is predicates joined by & | ~."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from app.foundation.errors import NotPermitted
from app.foundation.languages import gettext

if TYPE_CHECKING:
    from app.foundation.actors import Actor

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    holds: Callable[[Actor, S], bool]

    def __and__(self, other: Rule[S]) -> Rule[S]:
        return Rule(lambda who, what: self.holds(who, what) and other.holds(who, what))

    def __or__(self, other: Rule[S]) -> Rule[S]:
        return Rule(lambda who, what: self.holds(who, what) or other.holds(who, what))

    def __invert__(self) -> Rule[S]:
        return Rule(lambda who, what: not self.holds(who, what))


@dataclass(frozen=True, slots=True)
class Permission(Generic[S]):
    name: str
    sentence: str
    rule: Rule[S]

    def allows(self, actor: Actor, subject: S) -> bool:
        return self.rule.holds(actor, subject)

    def require(self, actor: Actor, subject: S) -> None:
        if not self.allows(actor, subject):
            raise NotPermitted(gettext(self.sentence))


@Rule
def is_signed_in(actor: Actor, _subject: object) -> bool:
    return actor.user_id is not None


@Rule
def anyone(_actor: Actor, _subject: object) -> bool:
    return True


SIGNED_IN: Permission[object] = Permission("signed in", "do this without signing in", is_signed_in)
