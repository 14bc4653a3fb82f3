"""What people are told about what came of a stay."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class OutcomeWanted(Message):
    """To the person: the stay is over, please tell what came of it."""

    kind: ClassVar[str] = "outcomes/wanted"
    outcome_id: int
    host: str
    due_on: str


@dataclass(frozen=True, slots=True)
class OutcomeTold(Message):
    """To the host: the person has told it, please confirm."""

    kind: ClassVar[str] = "outcomes/told"
    outcome_id: int
    person: str


@dataclass(frozen=True, slots=True)
class OutcomeAnswered(Message):
    """To the person: the host has confirmed it, or sent it back."""

    kind: ClassVar[str] = "outcomes/answered"
    outcome_id: int
    host: str
    confirmed: bool
    answer: str
