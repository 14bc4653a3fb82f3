"""What the three sides are told about learning agreements."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class LearningToSign(Message):
    """To the sides that have not signed: it is their turn."""

    kind: ClassVar[str] = "learning/to_sign"
    agreement_id: int
    number: int
    student: str
    host: str
    by: str


@dataclass(frozen=True, slots=True)
class LearningChanged(Message):
    """To the sides whose signatures do not count any more."""

    kind: ClassVar[str] = "learning/changed"
    agreement_id: int
    number: int
    student: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class LearningRefused(Message):
    """To the other sides."""

    kind: ClassVar[str] = "learning/refused"
    agreement_id: int
    number: int
    student: str
    by: str
    comment: str


@dataclass(frozen=True, slots=True)
class LearningAgreed(Message):
    """To all three sides."""

    kind: ClassVar[str] = "learning/agreed"
    agreement_id: int
    number: int
    student: str
    host: str
